from datetime import datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.consent import ConsentState
from mockserver.vendors.omeda.queue import Queue
from mockserver.vendors.omeda.records import Settings
from mockserver.vendors.omeda.render import show
from tests.driver import Driver
from tests.vendors.omeda_desk import (
    BLOCKED,
    SUCCESS,
    SUMMARY,
    assert_answer,
    assert_refused,
    assert_taken,
    flag,
    look_up,
    opt_in,
    rows,
    submit,
)

BRANDS = {"XXP": [23, 25, 26], "XXD": [27, 28], "XXQ": [33, 34, 36]}
OWNERS = {kind: brand for brand, kinds in BRANDS.items() for kind in kinds}
TYPES = {"24": []} | {str(each): [each] for each in OWNERS}
REACH = {
    "BrandOptOut": ("BrandId", BRANDS, "out"),
    "DeploymentTypeOptOut": ("DeploymentTypeId", TYPES, "out"),
    "DeploymentTypeOptIn": ("DeploymentTypeId", TYPES, "in"),
}
STATES = {"IN": ConsentState.OPTED_IN, "OUT": ConsentState.OPTED_OUT}
NOBODY = "There are no opt-ins/opt-outs for {}"

BRAND_IDS = st.sampled_from([*BRANDS] * 3 + ["XXZ", "XXG", "xxp", 23, "{}"])
TYPE_IDS = st.sampled_from([*TYPES, *map(int, TYPES)] * 2 + [46, "46", 4194, 0, "XXP", "023"])
EMAILS = ["a@example.com", "b@example.com", "{0}@x"]
ADDRESSES = st.sampled_from([*EMAILS * 2, "A@Example.com"])


def elements(optional=(), **more):
    sources = {"Source": st.sampled_from(["", "Company FGH", "Optout API 2."]), **dict(optional)}
    if "DeploymentTypeId" in more:
        sources["PromoCode"] = st.sampled_from(["", "SPRING18"])
    element = st.fixed_dictionaries({"EmailAddress": ADDRESSES, **more}, optional=sources)
    return st.lists(element, min_size=1, max_size=3)


def ids(kind):
    return kind | st.lists(kind, min_size=1, max_size=4)


SUBMISSIONS = st.fixed_dictionaries(
    {},
    optional={
        "DeploymentTypeOptOut": elements(DeploymentTypeId=ids(TYPE_IDS)),
        "BrandOptOut": elements(BrandId=ids(BRAND_IDS)),
        "ClientOptOut": elements(),
    },
)
OPT_INS = elements({"DeleteOptOut": st.sampled_from([0, 1, 1, 2])}, DeploymentTypeId=ids(TYPE_IDS))
NEAR = {
    "EmailAddress": st.sampled_from(["a@example.com", "A@Example.com"]),
    "DeploymentTypeId": st.sampled_from([23, 25]),
}
NEAR_OUT = st.fixed_dictionaries(NEAR).map(lambda each: {"DeploymentTypeOptOut": [each]})
NEAR_IN = st.fixed_dictionaries({**NEAR, "DeleteOptOut": st.sampled_from([0, 1, 1])}).map(lambda each: [each])
ANY = st.tuples(st.just("opt_out"), SUBMISSIONS) | st.tuples(st.just("opt_in"), OPT_INS)
SLOW = st.tuples(st.just("slow"), st.sampled_from([10, 5, 0]))
CLOSE = (
    st.tuples(st.just("opt_out"), NEAR_OUT)
    | st.tuples(st.just("opt_in"), NEAR_IN)
    | st.tuples(st.just("wait"), st.sampled_from([1, 5, 10]))
    | SLOW
    | st.tuples(st.just("flag"), ADDRESSES)
)
HISTORIES = st.tuples(st.lists(ANY, max_size=3), SLOW, st.lists(CLOSE, min_size=6, max_size=20))


class Wish(NamedTuple):
    """What a submission asks for: when it is due, and the filter to be."""

    due: datetime
    email: str
    kind: int
    status: str
    source: str
    promo_code: str | None

    @property
    def key(self):
        return self.email.lower(), self.kind


class Shown(NamedTuple):
    """A filter that shows."""

    email: str
    kind: int
    status: str
    source: str
    promo_code: str | None
    created: datetime
    changed: datetime
    since: datetime


class Model:
    """What Omeda is read to do: by address and type what shows, with its beginnings, and what waits."""

    def __init__(self, driver, sandbox):
        self.driver = driver
        self.sandbox = sandbox
        self.delay = timedelta()
        self.shown = {}
        self.waiting = []

    def opt_out(self, submission):
        lines, wishes = self.lines(submission), []
        if lines:
            assert_refused(submit(self.driver, submission), lines)
            return
        assert_taken(submit(self.driver, submission))
        for element in submission.get("ClientOptOut", []):
            wishes += [(element, kind) for kind in OWNERS]
        for level, (member, reach, _) in REACH.items():
            for element in submission.get(level, []):
                wishes += [(element, kind) for each in as_list(element[member]) for kind in reach[str(each)]]
        for element, kind in wishes:
            self.ask(element, kind, "OUT", "Optout API 2")

    def opt_in(self, found):
        answer = opt_in(self.driver, {"DeploymentTypeOptIn": found})
        lines = self.lines({"DeploymentTypeOptIn": found})
        if lines:
            texts = [*lines, SUMMARY.replace("OptOuts", "OptIns")]
            shape = {"Submission": answer.json["Submission"], "Errors": [{"Error": text} for text in texts]}
            assert_answer(answer, 400, shape)
            return
        blocked = []
        for element in found:
            for kind in (kind for each in as_list(element["DeploymentTypeId"]) for kind in TYPES[str(each)]):
                if self.last(element["EmailAddress"], kind) == ["OUT"] and element.get("DeleteOptOut") != 1:
                    blocked.append({"Message": BLOCKED.format(element["EmailAddress"], kind)})
                else:
                    self.ask(element, kind, "IN", "Optin API 2")
        messages = {"Messages": blocked} if blocked else {}
        assert_answer(answer, 200, {**messages, "Submission": answer.json["Submission"], "Success": SUCCESS})

    def flag(self, email):
        before = rows(self.sandbox)
        answer = flag(self.driver, {"EmailAddress": email})
        line = {"Error": f"Email address {email} was not found."}
        assert_answer(answer, 404, {"Errors": [line], "SubmissionId": answer.json["SubmissionId"]})
        assert rows(self.sandbox) == before

    def wait(self, seconds):
        self.sandbox.clock.advance(timedelta(seconds=seconds))

    def slow(self, seconds):
        self.delay = timedelta(seconds=seconds)
        with self.sandbox.store.records("omeda").transaction() as tx:
            tx.put(Settings(seconds))

    def lines(self, submission):
        """Say what must come of ids that the appid has no right to."""
        return [
            f"{level} submission ({each}): the {member} is not authorized for Opt{way.title()}s for the AppId "
            f"submitted. Email address {element['EmailAddress']} was not opted {way}."
            for level, (member, reach, way) in REACH.items()
            for element in submission.get(level, [])
            for each in as_list(element[member])
            if str(each) not in reach
        ]

    def ask(self, element, kind, status, source):
        """Let one filter be, once its time has come and nothing sent before it waits."""
        now, email = self.sandbox.clock.now(), element["EmailAddress"]
        due = max([now + self.delay, *(each.due for each in self.waiting if each.key == (email.lower(), kind))])
        self.waiting.append(Wish(due, email, kind, status, element.get("Source", source), element.get("PromoCode")))

    def last(self, email, kind):
        """Tell how a filter will stand in the end."""
        key = email.lower(), kind
        found = [self.shown[key].status] if key in self.shown else []
        return [*found, *(each.status for each in self.waiting if each.key == key)][-1:]

    def settle(self):
        """Let show what is due."""
        due = [each for each in self.waiting if each.due <= self.sandbox.clock.now()]
        self.waiting = [each for each in self.waiting if each not in due]
        for each in sorted(due, key=lambda each: each.due):
            old = self.shown.get(each.key)
            since = old.since if old and old.status == each.status else each.due
            self.shown[each.key] = Shown(*each[1:], old.created if old else each.due, each.due, since)

    def check(self):
        self.settle()
        now = self.sandbox.clock.now()
        found = Queue(self.sandbox.store.records("omeda")).filters(now).items()
        assert {key: (each.email, each.promo_code) for key, each in found} == {
            key: (each.email, each.promo_code) for key, each in self.shown.items()
        }
        stamps = [(each.email, each.audience, each.state, each.stamp.since) for each in self.consents()]
        assert sorted(stamps) == sorted(
            (each.email, str(each.kind), STATES[each.status], each.since) for each in self.shown.values()
        )
        for email in EMAILS:
            self.check_look_up(email, [self.shown[key] for key in sorted(self.shown) if key[0] == email])

    def check_look_up(self, email, known):
        answer = look_up(self.driver, email)
        names = ("Source", "DeploymentTypeId", "Status", "Brand", "CreatedDate", "ChangedDate")
        assert answer.status == (200 if known else 404)
        assert [tuple(each[name] for name in names) for each in answer.json.get("Filters", [])] == [
            (each.source, each.kind, each.status, OWNERS[each.kind], show(each.created), show(each.changed))
            for each in known
        ]
        assert answer.json.get("EmailAddress", email) == email
        assert answer.json.get("Errors", []) == ([] if known else [{"Error": NOBODY.format(email)}])

    def consents(self):
        return self.sandbox.vendors["omeda"].consents()


def as_list(value):
    return value if isinstance(value, list) else [value]


@pytest.fixture(scope="module")
def room(started):
    made = started.world.create()
    yield made
    started.world.delete(made.name)


@pytest.mark.clause("OMEDA-02", "OMEDA-41", "OMEDA-52", "OMEDA-59", "OMEDA-61", "OMEDA-63", "OMEDA-A12", "OMEDA-A24")
@pytest.mark.clause("OMEDA-75", "OMEDA-76", "OMEDA-77", "OMEDA-79", "OMEDA-A21", "OMEDA-A23", "OMEDA-A44", "OMEDA-A48")
@settings(derandomize=True, deadline=None, max_examples=80, database=None)
@given(history=HISTORIES)
def test_any_steps_do_what_the_model_says(started, room, history):
    started.world.reset(room, "empty", None)
    model = Model(Driver(started.app, sandbox=room.name), room)
    first, slow, last = history
    for step, details in [*first, slow, *last]:
        getattr(model, step)(details)
        model.check()
