import pytest

from mockserver.errors import DocumentError
from mockserver.vendors.events import ADDRESS, event, events_of

HERE = "/__admin/sandboxes/default"
EVENTS = f"{HERE}/events/ledger"
LINES = [{"number": 1, "email": "b@example.com"}, {"number": 2, "email": "a@example.com"}, {"number": 3}]


@pytest.fixture
def ledger(control):
    control.call("PUT", f"{HERE}/state/ledger", 204, json={"Line": LINES})
    return control


def consent(email, state="opted_out", since="2026-01-01T00:00:00Z"):
    return {
        "vendor": "ledger",
        "email": email,
        "data": None,
        "audience": None,
        "state": state,
        "since": since,
        "request_id": None,
    }


def test_a_vendor_s_events_are_listed_with_what_they_say_and_their_schemas(control):
    assert control.get(EVENTS) == {
        "events": [
            {
                "name": "change",
                "says": "Change a line.",
                "schema": {
                    "type": "object",
                    "required": ["event", "number"],
                    "additionalProperties": False,
                    "properties": {
                        "event": {"type": "string", "enum": ["change"]},
                        "number": {"type": "integer"},
                        "state": {"type": "string", "enum": ["opted_in", "opted_out", "pending", "unknown"]},
                    },
                },
            },
            {
                "name": "close",
                "says": "Opt everybody out.",
                "schema": {
                    "type": "object",
                    "required": ["event"],
                    "additionalProperties": False,
                    "properties": {"event": {"type": "string", "enum": ["close"]}},
                },
            },
        ]
    }


def test_every_event_of_every_vendor_says_something(control):
    for vendor in control.vendors:
        for each in control.get(f"{HERE}/events/{vendor}")["events"]:
            assert each["says"].endswith(".")
            assert each["schema"]["properties"]["event"]["enum"] == [each["name"]]


def test_an_event_happens_and_shows_the_consents_that_it_touched(ledger):
    touched = ledger.call("POST", EVENTS, json={"event": "change", "number": 2})["consents"]
    assert touched == [consent("a@example.com")]
    assert ledger.get(f"{HERE}/consents?vendor=ledger&state=opted_out")["consents"] == touched
    touched = ledger.call("POST", EVENTS, json={"event": "change", "number": 2, "state": "pending"})["consents"]
    assert touched == [consent("a@example.com", "pending")]


def test_the_consents_touched_are_in_the_order_of_the_ledger(ledger):
    touched = ledger.call("POST", EVENTS, json={"event": "close"})["consents"]
    assert [each["email"] for each in touched] == [None, "a@example.com", "b@example.com"]
    assert ledger.get(f"{HERE}/consents?vendor=ledger")["consents"] == touched


def test_an_event_is_no_request_of_the_journal(ledger):
    ledger.call("POST", EVENTS, json={"event": "close"})
    assert ledger.get(f"{HERE}/requests")["total"] == 0


def test_an_event_follows_the_clock_of_its_sandbox(ledger):
    ledger.call("PUT", f"{HERE}/clock", json={"advance_s": 60})
    touched = ledger.call("POST", EVENTS, json={"event": "change", "number": 1})["consents"]
    assert touched == [consent("b@example.com", since="2026-01-01T00:01:00Z")]


def test_an_event_in_one_sandbox_does_not_touch_another(ledger):
    ledger.call("POST", "/__admin/sandboxes", 201, json={"name": "t1"})
    ledger.call("PUT", "/__admin/sandboxes/t1/state/ledger", 204, json={"Line": LINES})
    ledger.call("POST", "/__admin/sandboxes/t1/events/ledger", json={"event": "close"})
    assert ledger.get(f"{HERE}/consents?vendor=ledger&state=opted_out") == {"consents": []}


def test_an_event_that_the_state_does_not_allow_is_a_conflict(ledger):
    ledger.refusal("POST", EVENTS, 409, json={"event": "change", "number": 9})
    assert ledger.call("POST", EVENTS, 409, json={"event": "change", "number": 9})["detail"] == "there is no line 9"


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"event": "chnage", "number": 1}, ["/event"]),
        ({"event": "opt_out"}, ["/event"]),
        ({"event": "__init__"}, ["/event"]),
        ({"event": "change"}, ["/number"]),
        ({"event": "change", "number": "1"}, ["/number"]),
        ({"event": "change", "number": 1, "state": "gone"}, ["/state"]),
        ({"event": "change", "number": 1, "colour": "red"}, [""]),
        ({"event": "close", "number": 1}, [""]),
        ({"event": 1}, ["/event"]),
        ({"number": 1}, ["/event"]),
        ([], [""]),
    ],
)
def test_a_body_that_is_no_event_is_refused_at_its_place_and_nothing_changes(ledger, body, pointers):
    assert ledger.refusal("POST", EVENTS, 400, json=body) == pointers


def test_an_unknown_event_is_refused_with_those_there_are(ledger):
    detail = ledger.call("POST", EVENTS, 400, json={"event": "chnage"})["detail"]
    assert detail == "/event: ledger has no event 'chnage'; its events are: change, close"


class Mismarked:
    @event(email=ADDRESS)
    def bounce(self, address):
        """Let mail come back."""


def test_an_event_whose_method_takes_other_members_stops_the_start():
    with pytest.raises(DocumentError, match="event bounce: it is marked with email, but takes address"):
        list(events_of(Mismarked))
