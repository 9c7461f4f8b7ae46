import httpx
import pytest

from tests.vendors.loop_desk import START, loop_of

EMAIL = "loop+1@example.com"
SERVICE = "/Marketing/api/subscriber?manufacturer=ACME"
ODATA = "/odata/v2/SubscriberOptIn?$filter=Email%20eq%20'loop%2B1@example.com'"
LOGIN = "/api/Security/Login"
USER = {"Username": "demo", "Password": "demo-password"}
DENIED = {"error": {"code": "", "message": "Authorization has been denied for this request."}}
BARE = {"Email": EMAIL, "SubscriberTypeCode": "Newsletter", "CountryCode": "US", "IsCommunicationOptIn": False}
CONSENT = BARE | {
    "IsCommunicationOptIn": True,
    "IsCommunicationOptInIpAddress": "203.0.113.9",
    "IsCommunicationOptInDate": "2025-12-31",
}


@pytest.fixture
def loop(live):
    with loop_of(live[0], "aimbase") as found:
        yield found


def shown(loop, *names):
    """What the vendor's own read tells of the one subscriber."""
    rows = loop.ask("GET", ODATA).json()["value"]
    return [tuple(row[name] for name in names) for row in rows]


def standing(loop):
    """Consent, deliverability and status, beside the ledger's state."""
    (found,) = shown(loop, "IsOptedIn", "EmailDeliverabilityStatus", "SubscriberStatus")
    return *found, loop.ledger(EMAIL)[None][0]


def log_in(loop, **body):
    token = loop.ask("POST", LOGIN, json=USER | body).json()
    loop.headers = {"Authenticate": f"Avala-Api {token}"}


@pytest.mark.clause("AIMBASE-51", "AIMBASE-52", "AIMBASE-B13", "AIMBASE-B15", "AIMBASE-B16")
def test_a_token_is_good_for_twenty_minutes_used_or_not(loop):
    log_in(loop)
    first = loop.headers
    loop.wait(advance_s=19 * 60 + 59)
    assert shown(loop, "Id") == []
    log_in(loop, Type="Mobile", DeviceCode="A1")
    second = loop.headers
    loop.wait(advance_s=1)
    loop.headers = first
    assert loop.ask("GET", ODATA, 401).json() == DENIED
    assert loop.ask("POST", SERVICE, 401, json=CONSENT).json() == {"Message": DENIED["error"]["message"]}
    loop.headers = second
    loop.ask("POST", SERVICE, 201, json=CONSENT)
    assert shown(loop, "IsOptedIn") == [(True,)]


@pytest.mark.clause("AIMBASE-56", "AIMBASE-B19", "AIMBASE-B20", "AIMBASE-B21", "AIMBASE-B56")
def test_a_subscriber_comes_goes_and_is_not_brought_back_by_a_form(loop):
    log_in(loop)
    assert (shown(loop, "Id"), loop.ledger(EMAIL)) == ([], {})
    assert "send the event opt_in" in loop.happen("unsubscribe", 409, email=EMAIL)

    loop.ask("POST", SERVICE, 201, json=BARE)
    assert loop.ledger(EMAIL) == {None: ("unknown", START, loop.sent)}
    assert shown(loop, "Id", "IsOptedIn", "OptInDate", "SubscriberStatus") == [(1, False, None, "Subscribed")]

    now = loop.wait(advance_s=60)
    loop.ask("POST", SERVICE, 201, json=CONSENT)
    agreed = {None: ("opted_in", now, loop.sent)}
    assert loop.ledger(EMAIL) == agreed
    assert shown(loop, "Id", "IsOptedIn", "OptInDate") == [(1, True, "2025-12-31T00:00:00-06:00")]
    loop.wait(advance_s=60)
    loop.ask("POST", SERVICE, 201, json=CONSENT)
    assert loop.ledger(EMAIL) == agreed
    assert shown(loop, "UpdateDate", "CreateDate") == [("2025-12-31T18:02:00-06:00", "2025-12-31T18:00:00-06:00")]

    now = loop.wait(advance_s=60)
    (touched,) = loop.happen("unsubscribe", email=EMAIL, partial=True)
    assert (touched["email"], touched["audience"], touched["state"]) == (EMAIL, None, "opted_out")
    out = {None: ("opted_out", now, None)}
    assert loop.ledger(EMAIL) == out
    assert standing(loop) == (True, "Active", "Unsubscribed-Partial", "opted_out")
    loop.wait(advance_s=60)
    loop.happen("unsubscribe", email=EMAIL.upper())
    loop.happen("unsubscribe", email=EMAIL, partial=True)
    assert standing(loop) == (True, "Active", "Unsubscribed", "opted_out")
    loop.ask("POST", SERVICE, 201, json=CONSENT)
    loop.happen("opt_in", email=EMAIL)
    assert standing(loop) == (True, "Active", "Unsubscribed", "opted_out")
    assert loop.ledger(EMAIL) == out

    now = loop.wait(advance_s=60)
    loop.happen("resubscribe", email=EMAIL)
    assert loop.ledger(EMAIL) == {None: ("opted_in", now, None)}
    assert standing(loop) == (True, "Active", "Subscribed", "opted_in")
    loop.happen("soft_bounce", email=EMAIL)
    assert standing(loop) == (True, "Soft Bounce", "Subscribed", "opted_in")
    loop.happen("hard_bounce", email=EMAIL)
    assert standing(loop) == (True, "Hard Bounce", "Subscribed", "opted_in")
    assert "came back for good" in loop.happen("soft_bounce", 409, email=EMAIL)
    assert standing(loop) == (True, "Hard Bounce", "Subscribed", "opted_in")
    assert shown(loop, "UpdateDate") == [("2025-12-31T18:05:00-06:00",)]

    now = loop.wait(advance_s=60)
    loop.ask("POST", SERVICE, 201, json=BARE)
    assert loop.ledger(EMAIL) == {None: ("unknown", now, loop.sent)}


@pytest.mark.clause("AIMBASE-B56")
def test_a_stranger_who_agrees_on_a_form_becomes_a_subscriber(loop):
    (touched,) = loop.happen("opt_in", email=EMAIL)
    assert (touched["state"], touched["since"], touched["request_id"]) == ("opted_in", START, None)
    assert shown(loop, "Id", "OptInDate", "CountryCode") == [(1, "2025-12-31T18:00:00-06:00", None)]


@pytest.mark.clause("AIMBASE-B56")
def test_an_event_that_cannot_be_meant_changes_nothing(loop):
    before = loop.state()
    for event in ("unsubscribe", "resubscribe", "soft_bounce", "hard_bounce"):
        loop.happen(event, 409, email=EMAIL)
        loop.happen(event, 400)
        loop.happen(event, 400, email=5)
    loop.happen("unsubscribe", 400, email=EMAIL, partial="yes")
    loop.happen("opt_in", 400, email="")
    assert loop.state() == before


def test_the_journal_over_http_keeps_credentials_to_itself(loop):
    log_in(loop)
    shown = httpx.get(f"{loop.admin}/requests").text
    assert "demo-password" not in shown
    assert loop.headers["Authenticate"].partition(" ")[2] not in shown
