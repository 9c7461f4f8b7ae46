import pytest

from mockserver.consent import Consent, ConsentState, Stamp
from mockserver.errors import Conflicting
from mockserver.vendors.cursor.records import Contact, OptIn, Settings, Status
from tests.vendors.cursor_desk import (
    CURRENT,
    EMPTY,
    FLOW,
    NEWSLETTER,
    NO,
    PENDING,
    RESEARCH,
    YES,
    answer_all,
    ask,
    assert_answer,
    assert_refused,
    create,
    put,
    records,
    rows,
    shown,
    standings,
    wait,
)

WAITING = {"type": NEWSLETTER, "status": PENDING}
REQUESTED = {"type": NEWSLETTER, "status": "C0OPTINSTATUS_REQUESTED"}
CANCELLED = "C0OPTINSTATUS_CANCELLED"
NEW = "new@example.com"
ASKED = "abc12345"


@pytest.fixture
def cursor(sandbox):
    return sandbox.vendors["cursor"]


@pytest.fixture
def refused(sandbox, cursor):
    """Expects that an event cannot happen, and changes nothing."""

    def check(name, says, *members, **named):
        before = rows(sandbox), list(cursor.consents())
        with pytest.raises(Conflicting, match=says):
            getattr(cursor, name)(*members, **named)
        assert (rows(sandbox), list(cursor.consents())) == before

    return check


@pytest.mark.clause("CURSOR-51", "CURSOR-U48")
def test_a_contact_that_is_created_can_opt_in(sandbox, driver, cursor):
    before = rows(sandbox)
    assert_refused(ask(driver, "POST Nobody@example.com", {"optIns": [WAITING]}), 520)
    assert rows(sandbox) == before
    assert cursor.contact_created("nobody@example.com") == []
    assert_answer(ask(driver, "GET nobody@example.com"), 200, EMPTY)
    assert len(create(driver, "Nobody@example.com", WAITING)["optIns"]) == 1


def test_a_contact_is_created_once(refused):
    refused("contact_created", "EXAMPLE@example.com is a contact already", "EXAMPLE@example.com")


@pytest.mark.clause("CURSOR-26", "CURSOR-18", "CURSOR-U17")
def test_a_contact_s_mail_fails_from_one_event_to_the_next(driver, cursor):
    number = create(driver, NEW, WAITING)["extRefNo"]
    for _ in range(2):
        assert cursor.mail_fails("New@example.com", fails=True) == []
        assert_refused(ask(driver, f"POST {NEW}", {"optIns": [WAITING]}), 525)
        assert_refused(answer_all(driver, number), 525)
    for _ in range(2):
        assert cursor.mail_fails(NEW, fails=False) == []
    assert answer_all(driver, number).status == 200
    assert cursor.mail_fails("mailfails@example.com", fails=False) == []
    create(driver, "mailfails@example.com", WAITING)


def test_mail_fails_for_contacts_only(refused):
    refused("mail_fails", "nobody@x is no contact; send the event contact_created", "nobody@x", fails=True)


@pytest.mark.clause("CURSOR-62")
def test_nothing_fails_where_nothing_is_mailed(sandbox, driver, cursor):
    put(sandbox, Settings(send_mail=False))
    cursor.mail_fails(NEW, fails=True)
    number = create(driver, NEW, WAITING)["extRefNo"]
    assert answer_all(driver, number).status == 200


@pytest.mark.clause("CURSOR-52", "CURSOR-U45")
def test_a_click_does_what_the_website_s_put_does(started, sandbox, driver, cursor):
    touched = cursor.mail_clicked(FLOW)
    clicked = rows(sandbox)
    assert {(each.email, each.audience, each.state) for each in touched} == {
        ("example@example.com", NEWSLETTER, ConsentState.OPTED_IN),
        ("example@example.com", RESEARCH, ConsentState.OPTED_IN),
    }
    assert {each.stamp for each in touched} == {None, Stamp(sandbox.clock.now(), None)}  # one repeats a consent
    assert [each["status"] for each in shown(driver, f"flows/{FLOW}")] == [CURRENT, CURRENT]
    started.world.reset(sandbox, "baseline", None)
    assert answer_all(driver, FLOW).status == 200
    assert rows(sandbox) == clicked


@pytest.mark.clause("CURSOR-U07", "CURSOR-U45")
def test_after_a_click_nothing_is_left_to_answer(driver, cursor, refused):
    cursor.mail_clicked(FLOW)
    refused("mail_clicked", f"nothing waits for an answer in the flow {FLOW}", FLOW)
    assert_refused(answer_all(driver, FLOW), 521)


@pytest.mark.clause("CURSOR-U45")
def test_a_request_is_clicked_on_too_and_the_click_consents_whatever_the_record_said(sandbox, driver, cursor):
    create(driver, NEW, {**WAITING, "approval": NO, "extRefNo": "mine"}, {**REQUESTED, "type": RESEARCH})
    wait(sandbox, days=1)
    stamp = Stamp(sandbox.clock.now(), None)
    assert cursor.mail_clicked("mine") == [
        Consent(NEW, each, ConsentState.OPTED_IN, stamp) for each in (NEWSLETTER, RESEARCH)
    ]
    assert [(each["status"], each["approval"]) for each in shown(driver, NEW)] == [(CURRENT, YES)] * 2


@pytest.mark.clause("CURSOR-58", "CURSOR-U08", "CURSOR-U45")
def test_a_click_makes_the_older_record_historic(sandbox, driver, cursor):
    (old,) = create(driver, NEW, {"type": NEWSLETTER}, query="?approval=false")["optIns"]
    cursor.mail_clicked(create(driver, NEW, WAITING)["extRefNo"])
    assert records(sandbox)[old["pk"]]["status"] == "C0OPTINSTATUS_HISTORIC"
    assert [each["approval"] for each in shown(driver, NEW)] == [YES]


@pytest.mark.clause("CURSOR-U45")
def test_who_got_no_mail_cannot_click(sandbox, cursor, refused):
    refused("mail_clicked", "nothing waits for an answer in the flow none", "none")
    refused("mail_clicked", "mail to mailfails@example.com fails", "ddeeff00-5678-5678-5678-ddeeff001122")
    put(sandbox, Settings(keep_on_mail_failure=True))
    refused("mail_clicked", "mail to mailfails@example.com fails", "ddeeff00-5678-5678-5678-ddeeff001122")
    put(sandbox, Settings(send_mail=False))
    refused("mail_clicked", "no mail is sent while send_mail is off", FLOW)


@pytest.mark.clause("CURSOR-53", "CURSOR-U22", "CURSOR-U45")
def test_a_click_after_the_period_is_too_late(sandbox, refused):
    wait(sandbox, days=14)
    refused("mail_clicked", "nothing waits", FLOW)


@pytest.mark.clause("CURSOR-46", "CURSOR-U07", "CURSOR-U46", "CURSOR-U47")
def test_a_request_that_is_cancelled_is_hidden_and_out_of_reach(sandbox, driver, cursor, refused):
    stamp = Stamp(sandbox.clock.now(), None)
    unknown = [Consent("requested@example.com", each, ConsentState.UNKNOWN, stamp) for each in (NEWSLETTER, RESEARCH)]
    assert cursor.request_cancelled(ASKED) == unknown
    assert [each for each in cursor.consents() if each.email == "requested@example.com"] == unknown
    for target in ("requested@example.com", f"flows/{ASKED}"):
        assert_answer(ask(driver, f"GET {target}"), 200, EMPTY)
    assert_refused(answer_all(driver, ASKED), 521)
    refused("mail_clicked", "nothing waits", ASKED)
    refused("request_cancelled", f"no request waits in the flow {ASKED}", ASKED)
    number = create(driver, "requested@example.com", WAITING)["extRefNo"]
    assert standings(sandbox, "requested@example.com")[NEWSLETTER][0] is ConsentState.PENDING
    assert answer_all(driver, number).status == 200
    assert [each["type"] for each in shown(driver, "requested@example.com")] == [NEWSLETTER]


@pytest.mark.clause("CURSOR-U46")
def test_only_what_is_requested_is_cancelled(driver, cursor, refused):
    refused("request_cancelled", "only what is REQUESTED", FLOW)
    refused("request_cancelled", "no request waits in the flow none", "none")
    number = create(driver, NEW, WAITING, {**REQUESTED, "type": RESEARCH})["extRefNo"]
    touched = cursor.request_cancelled(number)
    assert [(each.audience, each.state) for each in touched] == [(RESEARCH, ConsentState.UNKNOWN)]
    assert [each["type"] for each in shown(driver, f"flows/{number}")] == [NEWSLETTER]
    assert [each["type"] for each in answer_all(driver, number).json["optIns"]] == [NEWSLETTER]


@pytest.mark.clause("CURSOR-U47")
def test_a_consent_stands_whatever_waits_or_is_cancelled_beside_it(sandbox, driver, cursor):
    create(driver, NEW, {"type": NEWSLETTER}, query="?approval=false")
    out = standings(sandbox, NEW)
    assert out[NEWSLETTER][0] is ConsentState.OPTED_OUT
    wait(sandbox, days=1)
    number = create(driver, NEW, REQUESTED)["extRefNo"]
    assert standings(sandbox, NEW) == out
    assert [each.state for each in cursor.request_cancelled(number)] == [ConsentState.OPTED_OUT]
    assert standings(sandbox, NEW) == out


@pytest.mark.clause("CURSOR-U47")
@pytest.mark.parametrize("first", [True, False], ids=["the first", "the second"])
def test_a_standing_keeps_its_moment_while_another_request_waits(sandbox, driver, cursor, first):
    numbers = []
    for _ in range(2):
        numbers.append(create(driver, NEW, REQUESTED)["extRefNo"])
        wait(sandbox, days=1)
    pending = standings(sandbox, NEW)
    gone, left = numbers if first else reversed(numbers)
    (touched,) = cursor.request_cancelled(gone)
    assert (touched.state, touched.stamp.request_id) == (ConsentState.PENDING, 1)
    assert standings(sandbox, NEW) == pending
    wait(sandbox, days=1)
    cursor.request_cancelled(left)
    assert standings(sandbox, NEW) == {NEWSLETTER: (ConsentState.UNKNOWN, sandbox.clock.now(), None)}


@pytest.mark.clause("CURSOR-46", "CURSOR-U46", "CURSOR-U47")
def test_a_fixture_may_bring_what_was_cancelled(started, sandbox, driver, cursor):
    started.world.reset(sandbox, "trouble", None)
    assert_answer(ask(driver, "GET cancelled@example.com"), 200, EMPTY)
    assert_refused(answer_all(driver, "ff001122-7890-7890-7890-ff0011223344"), 521)
    unknown = {NEWSLETTER: (ConsentState.UNKNOWN, None, None)}
    assert standings(sandbox, "cancelled@example.com") == unknown
    put(sandbox, OptIn("later", "cancelled@example.com", NEWSLETTER, Status.REQUESTED, ext_ref_no="later"))
    cursor.request_cancelled("later")
    since = {NEWSLETTER: (ConsentState.UNKNOWN, sandbox.clock.now(), None)}
    assert standings(sandbox, "cancelled@example.com") == since


@pytest.mark.clause("CURSOR-47", "CURSOR-U47")
def test_what_was_superseded_is_no_standing(sandbox):
    put(sandbox, OptIn("pk", NEW, NEWSLETTER, Status.HISTORIC))
    assert standings(sandbox, NEW) == {}


@pytest.mark.clause("CURSOR-U30", "CURSOR-U46")
@pytest.mark.parametrize(("method", "status"), [("POST new@example.com", 400), (f"PUT flows/{FLOW}", 522)])
def test_nobody_cancels_through_the_interface(sandbox, driver, method, status):
    before = rows(sandbox)
    assert ask(driver, method, {"optIns": [{"type": NEWSLETTER, "status": CANCELLED}]}).status == status
    assert rows(sandbox) == before


def test_events_find_a_contact_in_any_letter_case(sandbox, driver, cursor):
    put(sandbox, Contact("Ada@Example.com"))
    number = create(driver, "ADA@example.com", REQUESTED)["extRefNo"]
    (touched,) = cursor.request_cancelled(number)
    assert touched.email == "Ada@Example.com"
