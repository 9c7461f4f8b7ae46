from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.consent import ConsentState
from mockserver.errors import Conflicting
from tests.driver import Driver
from tests.vendors.xomni_desk import ask, assert_refused, assert_updated, rows, update

ADDRESSES = ["a@x", "b@x"]
STATES = {1: ConsentState.OPTED_IN, 2: ConsentState.OPTED_OUT, 3: ConsentState.OPTED_OUT, 4: ConsentState.UNKNOWN}
NOT_FOUND, NOT_SUBSCRIBABLE = (404, "Mail subscription info not found."), (409, "Mail address is not subscribable.")
WHO = st.sampled_from([*ADDRESSES * 3, "A@X"])
STEPS = st.lists(
    st.tuples(st.just("update"), WHO, st.sampled_from([1, 2]))
    | st.tuples(st.just("mail"), WHO, st.sampled_from([1, 2]))
    | st.tuples(st.just("unsubscribe"), WHO)
    | st.tuples(st.sampled_from(["bounce", *["turn"] * 5]), WHO),
    min_size=6,
    max_size=25,
)


class Model:
    """What XOMNI is read to do: by address StatusId, PurposeTypeId, resubscriptions, and since when it stands so."""

    def __init__(self, driver, sandbox):
        self.driver = driver
        self.sandbox = sandbox
        self.known = {}

    def update(self, email, wanted):
        status, purpose, used, _ = self.known.get(email.lower(), (None,) * 4)
        answer = update(self.driver, email, wanted)
        if status is None:
            assert_refused(answer, *NOT_FOUND, tick=self.tick())
        elif status == 4 or (status == 3 and wanted == 1):
            assert_refused(answer, *NOT_SUBSCRIBABLE, tick=self.tick())
        else:
            assert_updated(answer)
            if (status, wanted) == (2, 1):
                self.become(email, 1, purpose, used + 1)
            elif (status, wanted) == (1, 2):
                self.become(email, 2 if used < 3 else 3, purpose, used)

    def turn(self, email):
        """Unsubscribe, and subscribe again: what uses the allowance up."""
        self.update(email, 2)
        self.update(email, 1)

    def mail(self, email, purpose):
        status, _, used, since = self.known.get(email.lower(), (1, None, 0, self.sandbox.clock.now()))
        if self.happen("mail_sent", email, purpose, allowed=status == 1):
            self.known[email.lower()] = 1, purpose, used, since

    def unsubscribe(self, email):
        status, purpose, used, _ = self.known.get(email.lower(), (4, None, 0, None))
        if self.happen("unsubscribe", email, allowed=status != 4) and status == 1:
            self.become(email, 2 if used < 3 else 3, purpose, used)

    def bounce(self, email):
        status, purpose, used, _ = self.known.get(email.lower(), (None,) * 4)
        if self.happen("bounce", email, allowed=status is not None) and status != 4:
            self.become(email, 4, purpose, used)

    def happen(self, name, *members, allowed):
        before = rows(self.sandbox)
        refused = True
        with suppress(Conflicting):
            (touched,) = getattr(self.sandbox.vendors["xomni"], name)(*members)
            assert touched in self.sandbox.vendors["xomni"].consents()
            refused = False
        assert refused is not allowed
        assert allowed or rows(self.sandbox) == before
        return allowed

    def become(self, email, status, purpose, used):
        self.known[email.lower()] = status, purpose, used, self.sandbox.clock.now()

    def tick(self):
        return ask(self.driver, "nobody@x").json["IdentifierTick"]

    def check(self):
        for email in ADDRESSES:
            if email not in self.known:
                assert_refused(ask(self.driver, email), *NOT_FOUND, tick=self.tick())
                continue
            status, purpose, _, _ = self.known[email]
            shown = {"PIIName": None, "StatusId": status, "PurposeTypeId": purpose, "IsSubscribable": status == 2}
            assert ask(self.driver, email).json == shown
        found = {
            each.email.lower(): (each.state, each.stamp.since) for each in self.sandbox.vendors["xomni"].consents()
        }
        assert found == {email: (STATES[status], since) for email, (status, _, _, since) in self.known.items()}


@pytest.fixture(scope="module")
def room(started):
    made = started.world.create()
    yield made
    started.world.delete(made.name)


@pytest.mark.clause("XOMNI-A01", "XOMNI-A03", "XOMNI-A13", "XOMNI-A14", "XOMNI-A16", "XOMNI-A17")
@settings(derandomize=True, deadline=None, max_examples=60, database=None)
@given(steps=STEPS)
def test_any_steps_do_what_the_model_says(started, room, steps):
    started.world.reset(room, "empty", None)
    model = Model(Driver(started.app, sandbox=room.name), room)
    for step, *details in steps:
        room.clock.advance(timedelta(seconds=1))
        getattr(model, step)(*details)
        model.check()
