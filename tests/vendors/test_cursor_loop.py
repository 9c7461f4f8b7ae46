import pytest

from tests.vendors.cursor_desk import CURRENT, EMPTY, NEWSLETTER, NO, PENDING, RESEARCH, YES
from tests.vendors.loop_desk import START, loop_of

EMAIL = "ada+news@example.com"
ROOT = "/rest/api/optin/v1/optins/"
CONTACT = f"{ROOT}ada%2Bnews@example.com"
DAY = 24 * 60 * 60
REQUESTED = "C0OPTINSTATUS_REQUESTED"


@pytest.fixture
def loop(live):
    with loop_of(live[0], "cursor") as found:
        yield found


def post(loop, *given, status=200, query=""):
    answer = loop.ask("POST", CONTACT + query, status, json={"optIns": given}).json()
    return answer["extRefNo"] if status == 200 else answer["message"]


def confirm(loop, number, status=200, approval="true"):
    return loop.ask("PUT", f"{ROOT}flows/{number}?approval={approval}", status, json={"optIns": []}).json()


def shown(loop, place=CONTACT):
    found = loop.ask("GET", place).json()["optIns"]
    return [(each["type"].removeprefix("C0INFOTYPE_"), each["status"], each.get("approval")) for each in found]


def switch(loop, **settings):
    state = loop.state()
    loop.keep({**state, "Settings": [{**state["Settings"][0], **settings}]})


def waiting(*kinds, status=PENDING):
    return [{"type": each, "status": status} for each in kinds]


def happen(loop, event, number):
    """Let an event happen; the ledger agrees with what it says that it touched."""
    ledger = {}
    for each in loop.happen(event, ext_ref_no=number):
        assert each["email"] == EMAIL
        ledger[each["audience"]] = each["state"], each["since"], each["request_id"]
    assert loop.ledger(EMAIL).items() >= ledger.items()
    return ledger


@pytest.mark.clause("CURSOR-50", "CURSOR-51", "CURSOR-52", "CURSOR-53", "CURSOR-58", "CURSOR-U07", "CURSOR-U22")
@pytest.mark.clause("CURSOR-U45", "CURSOR-U47", "CURSOR-U48")
def test_a_double_opt_in_goes_its_whole_way(loop):
    assert post(loop, *waiting(NEWSLETTER), status=520) == "No contact found for given id."
    assert loop.ask("GET", CONTACT).json() == EMPTY
    assert loop.happen("contact_created", email=EMAIL) == []
    assert loop.ledger(EMAIL) == {}
    number = post(loop, *waiting(NEWSLETTER, RESEARCH))
    assert loop.ledger(EMAIL) == dict.fromkeys((NEWSLETTER, RESEARCH), ("pending", START, loop.sent))
    clicked = loop.wait(advance_s=3600)
    assert happen(loop, "mail_clicked", number) == dict.fromkeys((NEWSLETTER, RESEARCH), ("opted_in", clicked, None))
    assert shown(loop) == shown(loop, f"{ROOT}flows/{number}")
    assert shown(loop) == [("NEWSLETTER", CURRENT, YES), ("MARKETRESEARCH", CURRENT, YES)]
    assert confirm(loop, number, 521)["message"] == "No eligible Opt-Ins found for given extRefNo."
    assert "nothing waits" in loop.happen("mail_clicked", 409, ext_ref_no=number)
    out = loop.wait(advance_s=DAY)
    post(loop, {"type": NEWSLETTER}, query="?approval=false")
    standing = {NEWSLETTER: ("opted_out", out, loop.sent), RESEARCH: ("opted_in", clicked, None)}
    loop.wait(advance_s=DAY)
    post(loop, {"type": NEWSLETTER}, query="?approval=false")
    again = post(loop, *waiting(NEWSLETTER))
    assert loop.ledger(EMAIL) == standing
    assert sorted(shown(loop)) == [
        ("MARKETRESEARCH", CURRENT, YES),
        ("NEWSLETTER", CURRENT, NO),
        ("NEWSLETTER", PENDING, YES),
    ]
    back = loop.wait(advance_s=DAY)
    confirm(loop, again)  # a website of the tester's own
    standing = {**standing, NEWSLETTER: ("opted_in", back, loop.sent)}
    assert loop.ledger(EMAIL) == standing
    loop.wait(advance_s=DAY)
    late = post(loop, *waiting(NEWSLETTER))
    loop.wait(advance_s=14 * DAY - 1)
    assert loop.ledger(EMAIL) == standing
    ended = loop.wait(advance_s=1)
    assert loop.ledger(EMAIL) == {**standing, NEWSLETTER: ("opted_out", ended, None)}
    assert shown(loop, f"{ROOT}flows/{late}") == [("NEWSLETTER", CURRENT, NO)]
    confirm(loop, late, 521)
    assert "nothing waits" in loop.happen("mail_clicked", 409, ext_ref_no=late)


@pytest.mark.clause("CURSOR-18", "CURSOR-26", "CURSOR-62", "CURSOR-U17", "CURSOR-U45")
def test_mail_fails_and_arrives_again_and_is_not_sent_at_all(loop):
    loop.happen("contact_created", email=EMAIL)
    number = post(loop, *waiting(NEWSLETTER))
    standing = loop.ledger(EMAIL)
    loop.happen("mail_fails", email=EMAIL, fails=True)
    assert post(loop, *waiting(RESEARCH), status=525) == "Error during mail sending."
    assert confirm(loop, number, 525)["message"] == "Error during mail sending."
    assert "mail to" in loop.happen("mail_clicked", 409, ext_ref_no=number)
    assert loop.ledger(EMAIL) == standing
    switch(loop, send_mail=False)
    post(loop, *waiting(RESEARCH))
    assert "send_mail is off" in loop.happen("mail_clicked", 409, ext_ref_no=number)
    switch(loop, send_mail=True)
    loop.happen("mail_fails", email=EMAIL, fails=False)
    confirm(loop, number, approval="false")
    assert loop.ledger(EMAIL)[NEWSLETTER] == ("opted_out", START, loop.sent)


@pytest.mark.clause("CURSOR-46", "CURSOR-U46", "CURSOR-U47")
def test_a_request_is_cancelled(loop):
    loop.happen("contact_created", email=EMAIL)
    number = post(loop, *waiting(NEWSLETTER, status=REQUESTED), *waiting(RESEARCH))
    now = loop.wait(advance_s=60)
    assert happen(loop, "request_cancelled", number) == {NEWSLETTER: ("unknown", now, None)}
    assert shown(loop) == shown(loop, f"{ROOT}flows/{number}") == [("MARKETRESEARCH", PENDING, YES)]
    confirm(loop, number)
    assert loop.ledger(EMAIL) == {NEWSLETTER: ("unknown", now, None), RESEARCH: ("opted_in", now, loop.sent)}
    assert "no request waits" in loop.happen("request_cancelled", 409, ext_ref_no=number)
    confirm(loop, number, 521)


def test_an_event_that_cannot_be_meant_changes_nothing(loop):
    before = loop.state()
    for event, members in (
        ("contact_created", {}),
        ("contact_created", {"email": ""}),
        ("mail_fails", {"email": EMAIL}),
        ("mail_fails", {"email": EMAIL, "fails": "true"}),
        ("mail_clicked", {"ext_ref_no": ""}),
        ("request_cancelled", {"ext_ref_no": 1}),
        ("request_cancelled", {"extRefNo": "f1"}),
    ):
        loop.happen(event, 400, **members)
    loop.happen("mail_fails", 409, email=EMAIL, fails=True)
    loop.happen("mail_clicked", 409, ext_ref_no="f1")
    assert loop.state() == before
