"""Runs Schemathesis as `st` does, on one operation or along the links of a document, and collects what it finds."""

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import requests
import schemathesis
from hypothesis import Phase, settings
from schemathesis import BaseSchema
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, StopReason, events, from_schema

from contract_tests.bench import BENCHES, Bench
from contract_tests.collector import COLLECTOR
from contract_tests.target import Target
from mockserver.contract.document import Document
from mockserver.contract.elements import Operation

SETTINGS = Path(__file__).with_name("schemathesis.toml")
ONE_BY_ONE = ("examples", "coverage", "fuzzing")
LINKED = ("stateful",)
SAFE = {"options", "trace", "query"}
SEQUENCE = 4  # an example of links is several requests
DEEP = 1000  # examples, from which on a run is long enough to tell how far it is

Tell = Callable[[str], None]


def findings(
    bench: Bench, operation: Operation | None, tell: Tell = lambda _line: None, depth: settings | None = None
) -> list[str]:
    """List what is wrong with an operation, or, without one, with what the answers of a document's lead to.

    `depth` is how many examples are searched, and how: the Hypothesis profile unless given.

    Raises:
        httpx.TransportError: the server does not answer.
        KeyboardInterrupt: the run was interrupted.
    """
    document = bench.target.document
    BENCHES[document.title] = bench
    schema = schema_of(bench, ONE_BY_ONE if operation else LINKED, depth or settings())
    if operation:  # leaving the others out by name keeps methods in that the document does not have
        others = {f"{each.method} {each.path}" for each in document.operations if each is not operation}
        schema = schema.exclude(lambda each: each.operation.label in others)
    return list(_findings(schema, tell))


def schema_of(bench: Bench, phases: tuple[str, ...], depth: settings) -> BaseSchema:
    """Give a document to Schemathesis, with the settings of `st`."""
    config = SchemathesisConfig.from_path(SETTINGS)
    ours = config.projects.override
    ours.update(base_url=bench.target.base_url, request_timeout=bench.target.http.timeout.read)
    ours.phases.update(phases=list(phases))
    if not bench.writes:
        config.projects.default.phases.coverage.unexpected_methods &= SAFE
    ours.generation.update(
        max_examples=depth.max_examples // (SEQUENCE if phases is LINKED else 1),
        deterministic=depth.derandomize,
        no_shrink=Phase.shrink not in depth.phases,
    )
    return schemathesis.openapi.from_dict(copy.deepcopy(bench.target.document.tree), config=config)


def has_links(document: Document) -> bool:
    """Tell whether answers lead to requests: the document says so, or Schemathesis infers it."""
    BENCHES[document.title] = Bench(Target(document, "http://127.0.0.1", {}, httpx.Client(), COLLECTOR.note))
    schema = schema_of(BENCHES[document.title], LINKED, settings())
    return schema.apply_stateful_inference(None).total > 0


def _findings(schema: BaseSchema, tell: Tell) -> Iterator[str]:
    begun = set()
    for event in from_schema(schema).execute():
        match event:
            case events.ScenarioStarted():
                begun.add(event.id)
            case events.ScenarioFinished(recorder=recorder):
                begun.discard(event.id)
                tell(f"{recorder.label}: {event.phase.value}, {len(recorder.cases)} cases, {event.elapsed_time:.1f} s")
                yield from _failures(recorder)
            case events.NonFatalError():
                if isinstance(event.value, requests.RequestException):
                    raise httpx.TransportError(str(event.value))
                yield f"{event.label}: {event.info.format()}"
            case events.EngineFinished(stop_reason=StopReason.SERVER_UNAVAILABLE):
                raise httpx.TransportError("the server does not answer any more")
            case events.FatalError():
                raise event.exception
            case events.Interrupted():  # Schemathesis only ends its own run
                raise KeyboardInterrupt
    if begun:  # Schemathesis works in threads, and loses one that dies
        raise RuntimeError("a scenario did not come to its end: stderr tells why")


def _failures(recorder: Any) -> Iterator[str]:
    for checks in recorder.checks.values():
        for check in checks:
            if check.status is Status.FAILURE:
                info = check.failure_info
                yield f"{check.name}: {info.failure.title}: {info.failure.message}\n{info.code_sample}"
