"""What the vendors' models have in common: a world begun anew for each history."""

import importlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from contract_tests.ground import Mock
from contract_tests.target import STANDING, Answer, Request, Sandbox, Target
from mockserver.contract import document
from mockserver.contract.document import Document

LEAST = 4
"""Histories, so that what happens now and then is met in the shallowest profile too."""


class Machine(RuleBasedStateMachine):
    """A model of one vendor, in a sandbox that is begun anew for each history.

    `document` and `world` are bound by `test_models.py`; `scenario` and the `clauses` it holds are its own.
    """

    scenario: ClassVar[str] = "empty"
    clauses: ClassVar[tuple[str, ...]] = ()
    document: ClassVar[Document]
    world: ClassVar[Sandbox]

    def __init__(self) -> None:
        super().__init__()
        self.world.reset()
        self.target: Target = self.world.target(self.document)
        self.now = datetime.fromisoformat(STANDING)
        self.sent = 0
        self.touched: list[Any] = []
        self.operations = {each.operation_id: each for each in self.document.operations}

    def ask(self, operation: str, *, account: str | None = "", headers: Any = None, **parts: Any) -> Answer:
        """Send a request with an account's credential."""
        self.sent += 1
        sent = self.target.credential(account) | (headers or {})
        return self.target.send(Request(self.operations[operation], headers=sent, **parts))

    def happen(self, event: str, **members: Any) -> bool:
        """Let an event happen; tells whether the state allows it."""
        try:
            told = self.world.call("POST", f"events/{self.document.name}", {"event": event, **members})
        except httpx.HTTPStatusError as error:
            if error.response.status_code != httpx.codes.CONFLICT:
                raise
            return False
        self.touched = told["consents"]
        return True

    def ledger(self) -> dict[tuple[Any, ...], tuple[str, str | None, int | None]]:
        """Give state, since and request by person and audience; see that it says what the last event told."""
        found = self.world.consents(self.document.name)
        touched, self.touched = self.touched, []
        assert all(each in found.values() for each in touched), f"{touched} is not in {found}"
        return {key: (each["state"], each["since"], each["request_id"]) for key, each in found.items()}

    def fixture(self) -> Any:
        """Give all that the vendor keeps, as a fixture."""
        return self.world.call("GET", f"state/{self.document.name}")

    def keep(self, **rows: list[dict[str, Any]]) -> None:
        """Put these rows in the place of those of their records."""
        self.world.call("PUT", f"state/{self.document.name}", self.fixture() | rows)

    def wait(self, seconds: int) -> None:
        """Move the clock on."""
        self.world.call("PUT", "clock", {"advance_s": seconds})
        self.now += timedelta(seconds=seconds)

    def shown_now(self) -> str:
        """Write the clock's time as the control plane does."""
        return self.now.astimezone(UTC).isoformat().replace("+00:00", "Z")


def models() -> Iterator[tuple[Document, type[Machine]]]:
    """Give each model with its vendor's document."""
    for path in sorted(Path(__file__).with_name("models").glob("[!_]*.py")):
        yield document.load(path.stem), importlib.import_module(f"contract_tests.models.{path.stem}").Model


def hold(mock: Mock, read: Document, model: type[Machine], how: settings | None = None) -> None:
    """Hold a mock to a model, half as many histories as the profile has examples, or as told."""
    world = mock.sandbox(scenario=model.scenario)
    bound = type(model.__name__, (model,), {"document": read, "world": world})
    depth = how or settings(max_examples=max(LEAST, settings().max_examples // 2))  # a history is many requests
    run_state_machine_as_test(bound, settings=settings(depth, stateful_step_count=20))
    mock.end(world)
