from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.consent import ConsentState
from mockserver.errors import Conflicting
from mockserver.vendors.cursor.records import Contact
from tests.driver import Driver
from tests.vendors.cursor_desk import (
    CURRENT,
    HISTORIC,
    MEMBERS,
    NEWSLETTER,
    NO,
    NOW,
    PENDING,
    RESEARCH,
    YES,
    ask,
    assert_answer,
    assert_refused,
    put,
    standings,
    wait,
)

CONTACTS = ["a@x", "b@x"]
NUMBERS = ["f1", "f2"]
REQUESTED, CANCELLED = "C0OPTINSTATUS_REQUESTED", "C0OPTINSTATUS_CANCELLED"
HIDDEN = {HISTORIC, CANCELLED}
STATES = {YES: ConsentState.OPTED_IN, NO: ConsentState.OPTED_OUT}

QUERIES = st.sampled_from(["", "?approval=true", "?approval=false"])
TYPES = st.sampled_from([NEWSLETTER, RESEARCH])
APPROVALS = {"approval": st.sampled_from([YES, NO])}
STATUSES = {"status": st.sampled_from([CURRENT, PENDING, PENDING, REQUESTED])}
NEW = st.lists(st.fixed_dictionaries({"type": TYPES}, optional={**APPROVALS, **STATUSES}), min_size=1, max_size=2)
BY_KEY = st.fixed_dictionaries({"pk": st.integers(0, 3)}, optional=APPROVALS)
BY_TYPE = st.fixed_dictionaries({"type": TYPES}, optional=APPROVALS)
WISHES = st.lists(BY_KEY | BY_TYPE | BY_TYPE | st.just({}), max_size=2)
STEPS = st.lists(
    st.tuples(
        st.just("create"), st.sampled_from([*CONTACTS * 2, "A@X", "nobody"]), QUERIES, NEW, st.sampled_from(NUMBERS)
    )
    | st.tuples(st.just("answer"), st.sampled_from([*NUMBERS * 3, "f3"]), QUERIES, WISHES)
    | st.tuples(st.just("wait"), st.integers(1, 14))
    | st.tuples(st.sampled_from(["click", "cancel"]), st.sampled_from(NUMBERS))
    | st.tuples(st.just("appear"), st.sampled_from(CONTACTS))
    | st.tuples(st.just("fail"), st.sampled_from(CONTACTS), st.booleans()),
    min_size=4,
    max_size=14,
)


class Model:
    """What the module is read to do, as plainly as can be: rows are records as they are shown, and more."""

    def __init__(self, driver, sandbox):
        self.driver = driver
        self.sandbox = sandbox
        self.rows = []
        self.day = 0
        self.standings = {}
        self.contacts = {"a@x"}
        self.failing = set()

    def create(self, contact, query, new, number):
        sent = [{**each, "extRefNo": number} for each in new]
        answer = ask(self.driver, f"POST {contact}{query}", {"optIns": sent})
        if contact.lower() not in self.contacts:
            assert_refused(answer, 520)
            return
        if contact.lower() in self.failing:
            assert_refused(answer, 525)
            return
        for each, came in zip(sent, answer.json["optIns"], strict=True):
            row = {"pk": came["pk"], "status": CURRENT, "approval": otherwise(query), **each}
            self.rows.append(row | {"contact": contact.lower(), "day": self.day, "status": "new"})
            self.become(self.rows[-1], row["status"])
        made = [show(row) for row in self.rows[len(self.rows) - len(sent) :]]
        assert_answer(answer, 200, {"extRefNo": number, "optIns": made})

    def answer(self, number, query, wishes):
        flow = [row for row in self.rows if row["extRefNo"] == number]
        sent = [
            {**each, "pk": flow[each["pk"] % len(flow)]["pk"] if flow else "none"} if "pk" in each else each
            for each in wishes
        ]
        answer = ask(self.driver, f"PUT flows/{number}{query}", {"optIns": sent})
        waiting = self.waiting(number)
        chosen = self.choose(waiting, sent or [{"pk": row["pk"]} for row in waiting])
        if {} in sent or not (sent or query):
            assert_refused(answer, 522)
        elif not chosen or None in chosen:
            assert_refused(answer, 521)
        elif self.failing & {row["contact"] for row in chosen}:
            assert_refused(answer, 525)
        else:
            for row, each in zip(chosen, sent or [{}] * len(chosen), strict=True):
                row["approval"] = each.get("approval", otherwise(query))
                self.become(row, CURRENT)
            made = [show(row) for row in chosen]
            assert_answer(answer, 200, {"extRefNo": number, "optIns": made})

    def waiting(self, number):
        return [row for row in self.rows if row["extRefNo"] == number and row["status"] in {PENDING, REQUESTED}]

    def click(self, number):
        waiting = self.waiting(number)
        allowed = waiting and not self.failing & {row["contact"] for row in waiting}
        if self.happen("mail_clicked", waiting, number, allowed=allowed):
            for row in waiting:
                row["approval"] = YES
                self.become(row, CURRENT)

    def cancel(self, number):
        gone = [row for row in self.waiting(number) if row["status"] == REQUESTED]
        if self.happen("request_cancelled", gone, number, allowed=gone):
            for row in gone:
                self.become(row, CANCELLED)

    def appear(self, contact):
        if self.happen("contact_created", [], contact, allowed=contact not in self.contacts):
            self.contacts.add(contact)

    def fail(self, contact, fails):
        if self.happen("mail_fails", [], contact, fails, allowed=contact in self.contacts):
            (self.failing.add if fails else self.failing.discard)(contact)

    def happen(self, name, touches, *members, allowed):
        """Let an event happen just where it is allowed; it tells what it touched as the ledger does."""
        cursor = self.sandbox.vendors["cursor"]
        try:
            touched = getattr(cursor, name)(*members)
        except Conflicting:
            assert not allowed
            return False
        assert allowed
        places = {(row["contact"], row["type"]) for row in touches}
        assert touched == [each for each in cursor.consents() if (each.email, each.audience) in places]
        return True

    def choose(self, waiting, sent):
        named = {each.get("pk") for each in sent}
        chosen = []
        for each in sent:
            left = [row for row in waiting if row not in chosen]
            by_key = [row for row in left if row["pk"] == each.get("pk")]
            by_type = [row for row in left if row["type"] == each.get("type") and row["pk"] not in named]
            chosen.append(next(iter(by_key if "pk" in each else by_type), None))
        return chosen

    def wait(self, days):
        wait(self.sandbox, days=days)
        for _ in range(days):
            self.day += 1
            for row in self.rows:
                if row["status"] == PENDING and self.day - row["day"] == 14:
                    row["approval"] = NO
                    self.become(row, CURRENT)

    def become(self, new, status):
        """Change a record's status, and note since when the contact's standing is what it is."""
        beside = [row for row in self.rows if (row["contact"], row["type"]) == (new["contact"], new["type"])]
        for row in beside:
            if status == CURRENT == row["status"]:
                row["status"] = HISTORIC
        new["status"] = status
        waits = any(row["status"] in {PENDING, REQUESTED} for row in beside)
        otherwise = ConsentState.PENDING if waits else ConsentState.UNKNOWN
        state = next((STATES[row["approval"]] for row in beside if row["status"] == CURRENT), otherwise)
        known = self.standings.setdefault(new["contact"], {})
        if known.get(new["type"], [None])[0] is not state:
            known[new["type"]] = state, NOW + timedelta(days=self.day)

    def check(self):
        """Compare all that can be seen."""
        for member, prefix, names in (("contact", "", CONTACTS), ("extRefNo", "flows/", NUMBERS)):
            for name in names:
                seen = [show(row) for row in self.rows if row[member] == name and row["status"] not in HIDDEN]
                assert_answer(ask(self.driver, f"GET {prefix}{name}"), 200, {"properties": {}, "optIns": seen})
        for contact in CONTACTS:
            found = {kind: (state, since) for kind, (state, since, _) in standings(self.sandbox, contact).items()}
            assert found == self.standings.get(contact, {})


def otherwise(query):
    return NO if query == "?approval=false" else YES


def show(row):
    return {name: row[name] for name in MEMBERS if name in row}


@pytest.fixture(scope="module")
def room(started):
    made = started.world.create()
    yield made
    started.world.delete(made.name)


@pytest.mark.clause("CURSOR-07", "CURSOR-15", "CURSOR-20", "CURSOR-24", "CURSOR-28", "CURSOR-53", "CURSOR-58")
@pytest.mark.clause(
    "CURSOR-U07", "CURSOR-U08", "CURSOR-U18", "CURSOR-U27", "CURSOR-U31", "CURSOR-U45", "CURSOR-U46", "CURSOR-U47"
)
@settings(derandomize=True, deadline=None, max_examples=60, database=None)
@given(steps=STEPS)
def test_any_steps_do_what_the_model_says(started, room, steps):
    started.world.reset(room, "empty", None)
    put(room, Contact(CONTACTS[0]))
    model = Model(Driver(started.app, sandbox=room.name), room)
    for step, *details in steps:
        getattr(model, step)(*details)
        model.check()
