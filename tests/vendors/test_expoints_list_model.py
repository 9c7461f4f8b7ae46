import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.vendors.expoints.records import OptOut
from tests.driver import Driver
from tests.vendors.expoints_desk import JSON, ask, put

CUSTOMER = "/expoints/external/api/v3/customer"
START = datetime(2026, 1, 1, tzinfo=UTC)
COLUMNS = {"CustomerNumber": 1, "Voornaam": 8}
EMAILS = st.sampled_from(["a@x", "A@x", "b@x"])
DATA = st.dictionaries(st.sampled_from([*COLUMNS]), st.sampled_from(["1", "2"]), min_size=1)
BY = st.tuples(EMAILS, st.none()) | st.tuples(st.none(), DATA) | st.tuples(EMAILS, DATA)
STEPS = st.lists(
    st.tuples(st.just("opt_out"), BY)
    | st.tuples(st.just("test"), st.tuples(EMAILS, st.none()))
    | st.tuples(st.just("delete"), BY)
    | st.tuples(st.just("turn"), st.tuples(st.integers(1, 2))),
    min_size=4,
    max_size=14,
)


def wire(data):
    return None if data is None else [{"Name": name, "Value": value} for name, value in data.items()]


class Model:
    """Who has opted out, oldest first: address, data, date, since when the person has, and whether of a test."""

    def __init__(self, driver, sandbox):
        self.driver = driver
        self.sandbox = sandbox
        self.vendor = sandbox.vendors["expoints"]
        self.known = []
        self.cursor, self.passed, self.stayed = None, [], []

    def opt_out(self, email, data):
        now, data = self.sandbox.clock.now(), data or {}
        standing = [each for each in self.known if email and each[0] and each[0].lower() == email.lower()]
        same = [each for each in self.known if (each[0] or "").lower() == (email or "").lower() and each[1] == data]
        since = (same or standing or [(None, None, now, now)])[0][3]
        (touched,) = self.vendor.opt_out(email, data or None)
        assert (touched.stamp and touched.stamp.since) == since
        if not same:
            self.known.append((email, data, now, since, False))

    def test(self, email, _data):
        if not any(each[0] and each[0].lower() == email.lower() for each in self.known):
            now = self.sandbox.clock.now()
            put(self.sandbox, OptOut(now, email, is_test=True))
            self.known.append((email, {}, now, None, True))

    def delete(self, email, data):
        body = json.dumps({"Email": email, "Data": wire(data)})
        answer = ask(self.driver, body, JSON, method="DELETE", path=f"{CUSTOMER}/deleteoptout")
        assert (answer.status, answer.body) == (200, b"")
        self.known = [each for each in self.known if not self.selects(each, email, data)]
        self.stayed = [each for each in self.stayed if each in self.known]

    @staticmethod
    def selects(known, email, data):
        by_email = email is None or (known[0] or "").lower() == email.lower()
        return by_email and all(known[1].get(name) == value for name, value in (data or {}).items())

    def turn(self, limit):
        """Ask for the next page of a list that others change meanwhile; those who stayed are on one page each."""
        shown, following = self.page(self.cursor, limit)
        if self.cursor is None:
            self.passed, self.stayed = [], [each for each in self.known if not each[4]]
        self.passed += shown
        self.cursor = following
        assert len(self.passed) == len(set(self.passed))
        if following is None:
            assert {self.shown(each) for each in self.stayed} <= set(self.passed)

    def page(self, cursor, limit=100, **query):
        pairs = {**query, "Limit": limit, "Cursor": cursor or ""}
        answer = ask(
            self.driver, kind=JSON, method="GET", path=f"{CUSTOMER}/getoptouts", query=urlencode(pairs).encode()
        )
        assert answer.status == 200
        rows = [
            (each["OptOutDate"], each["Email"], tuple((datum["Name"], datum["Value"]) for datum in each["Data"]))
            for each in answer.json["OptOuts"]
        ]
        return rows, answer.json["NextCursor"]

    @staticmethod
    def shown(known):
        email, data, at, *_ = known
        local = f"{at + timedelta(hours=1):%Y-%m-%dT%H:%M:%S}+01:00"
        return local, email, tuple(sorted(data.items()))

    def check(self):
        assert self.page(None) == ([self.shown(each) for each in self.known if not each[4]], None)
        assert self.page(None, IncludeTestRecords="true") == ([self.shown(each) for each in self.known], None)
        customers = [{"Email": email} for email, *_ in self.known if email] + [{"Email": "a@X"}, {"Email": "b@X"}]
        told = [each["OptOut"] for each in ask(self.driver, json.dumps({"Customers": customers})).json]
        held = {email.lower() for email, *_ in self.known if email}
        assert told == [each["Email"].lower() in held for each in customers]
        ledger = [
            (each.email and each.email.lower(), dict(each.data or {}), each.stamp and each.stamp.since)
            for each in self.vendor.consents()
        ]
        people = {}
        for email, data, _, since, _ in self.known:
            people.setdefault(email.lower() if email else str(sorted(data.items())), (email, data, since))
        assert ledger == [
            (email and email.lower(), {} if email else data, since) for email, data, since in people.values()
        ]


@pytest.fixture(scope="module")
def room(started):
    made = started.world.create()
    yield made
    started.world.delete(made.name)


@pytest.mark.clause("EXPOINTS-40", "EXPOINTS-42", "EXPOINTS-43", "EXPOINTS-47", "EXPOINTS-54")
@pytest.mark.clause("EXPOINTS-C16", "EXPOINTS-C17", "EXPOINTS-C44", "EXPOINTS-C46")
@settings(derandomize=True, deadline=None, max_examples=60, database=None)
@given(steps=STEPS)
def test_any_steps_do_what_the_model_says(started, room, steps):
    started.world.reset(room, "empty", None)
    room.clock.stand_at(START)
    model = Model(Driver(started.app, sandbox=room.name), room)
    for step, details in steps:
        room.clock.advance(timedelta(seconds=1))
        getattr(model, step)(*details)
        model.check()
