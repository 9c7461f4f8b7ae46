import pytest

from tests.vendors.loop_desk import START, loop_of

EMAIL = "a+b/c@example.com"
PATH = "/private/mail/subscription/a+b%2Fc@example.com/status"
NOT_SUBSCRIBABLE = "Mail address is not subscribable."


@pytest.fixture
def loop(live):
    with loop_of(live[0], "xomni") as found:
        yield found


def shown(loop):
    return tuple(loop.ask("GET", PATH).json().values())


def subscribe(loop, status=200):
    return loop.ask("PUT", PATH, status, json={"StatusId": 1})


def happen(loop, event, **members):
    """Let an event happen; the ledger agrees with what it says that it touched."""
    (touched,) = loop.happen(event, email=EMAIL, **members)
    standing = touched["state"], touched["since"], touched["request_id"]
    assert (touched["email"], touched["audience"]) == (EMAIL, None)
    assert loop.ledger(EMAIL) == {None: standing}
    return standing


@pytest.mark.clause(
    "XOMNI-53", "XOMNI-67", "XOMNI-A01", "XOMNI-A03", "XOMNI-A13", "XOMNI-A14", "XOMNI-A16", "XOMNI-A17"
)
def test_an_address_comes_back_three_times_and_no_more(loop):
    assert loop.ask("GET", PATH, 404).json()["FriendlyDescription"] == "Mail subscription info not found."
    assert loop.ledger(EMAIL) == {}
    assert happen(loop, "mail_sent", purpose=1, pii_name="Ada") == ("opted_in", START, None)
    assert shown(loop) == ("Ada", 1, 1, False)
    for _ in range(3):
        now = loop.wait(advance_s=60)
        assert happen(loop, "unsubscribe") == ("opted_out", now, None)
        loop.wait(advance_s=60)
        assert happen(loop, "unsubscribe") == ("opted_out", now, None)
        assert "only a subscribed address" in loop.happen("mail_sent", 409, email=EMAIL, purpose=2)
        assert shown(loop) == ("Ada", 2, 1, True)
        now = loop.wait(advance_s=60)
        answer = subscribe(loop)
        assert (answer.content, answer.headers.get("content-type")) == (b"", None)
        standing = {None: ("opted_in", now, loop.sent)}
        assert loop.ledger(EMAIL) == standing
        loop.wait(advance_s=60)
        subscribe(loop)  # the answer was lost, and the client tries again
        assert loop.ledger(EMAIL) == standing
        assert shown(loop) == ("Ada", 1, 1, False)
    assert [each["resubscriptions"] for each in loop.state()["Subscription"]] == [3]
    assert happen(loop, "mail_sent", purpose=2) == standing[None]
    now = loop.wait(advance_s=60)
    loop.ask("PUT", PATH, json={"StatusId": 2})
    standing = {None: ("opted_out", now, loop.sent)}
    assert shown(loop) == ("Ada", 3, 2, False)
    loop.wait(advance_s=60)
    assert subscribe(loop, 409).json()["FriendlyDescription"] == NOT_SUBSCRIBABLE
    loop.ask("PUT", PATH, json={"StatusId": 2})
    assert loop.ledger(EMAIL) == standing
    assert happen(loop, "bounce") == ("unknown", loop.wait(advance_s=0), None)
    assert shown(loop) == ("Ada", 4, 2, False)
    assert subscribe(loop, 409).json()["FriendlyDescription"] == NOT_SUBSCRIBABLE
    assert "has bounced" in loop.happen("unsubscribe", 409, email=EMAIL)
    assert happen(loop, "bounce")[0] == "unknown"


@pytest.mark.clause("XOMNI-A13", "XOMNI-A24")
def test_an_event_that_cannot_be_meant_changes_nothing(loop):
    before = loop.state()
    loop.happen("bounce", 409, email=EMAIL)
    for members in ({}, {"email": "a", "purpose": 1}, {"email": EMAIL, "purpose": 3}, {"email": EMAIL}):
        loop.happen("mail_sent", 400, **members)
    assert loop.state() == before
