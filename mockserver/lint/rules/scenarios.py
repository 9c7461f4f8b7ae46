"""Rules for fixtures, and what scenarios of the tool lack."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mockserver import vendors
from mockserver.contract import fixtures
from mockserver.errors import ConfigurationError, DocumentError, FixtureError, pointer_to
from mockserver.lint.note import Note
from mockserver.lint.report import Severity
from mockserver.lint.rule import Rule
from mockserver.lint.source import Kind, Source
from mockserver.world import fixture, scenario


class Fixture(Rule):
    """A fixture has the records of its vendor."""

    rule_id = "fixture"
    severity = Severity.ERROR
    kinds = (Kind.FIXTURE, Kind.SCENARIO)
    reason = "The server would not start with this scenario."
    good = "Row:\n  - {name: a, size: 1}\n"
    bad = "Row:\n  - {name: a, size: one}\n"

    def check(self, source: Source) -> Iterator[Note]:
        """Load it, as at a start."""
        try:
            if source.kind is Kind.SCENARIO:
                scenario.load(str(source.path.parent), source.path.parent, {}, _stems(source.path.parent))
            else:
                fixture.parse(source.tree or {}, vendors.find(source.path.stem).kinds())
        except FixtureError as error:
            yield Note(error.pointer, str(error).rpartition("/scenario.yaml: ")[2])
        except (ConfigurationError, DocumentError) as error:
            yield Note("", str(error))


def _stems(folder: Path) -> list[str]:
    return [path.stem for path in folder.glob("*.yaml")]


class FixtureMissing(Rule):
    """Every scenario of the tool has a fixture for each vendor."""

    rule_id = "fixture-missing"
    severity = Severity.ERROR
    kinds = (Kind.OWN,)
    reason = "The server would start with this scenario only without the vendor."
    good = "fixtures/baseline/acme.yaml\nfixtures/empty/acme.yaml\n"
    bad = "fixtures/baseline/acme.yaml\nfixtures/empty/other.yaml\n"

    def check(self, source: Source) -> Iterator[Note]:
        """Look for a document's fixture in each scenario."""
        for folder in sorted(fixtures().iterdir()):
            if folder.is_dir() and not (folder / source.path.name).exists():
                yield Note("", f"fixtures/{folder.name} has no {source.path.name}", "add it; it may be empty")


class ExampleBaseline(Rule):
    """Of the examples of each path parameter and request body, one at least names a record of `baseline`."""

    rule_id = "example-baseline"
    severity = Severity.ERROR
    kinds = (Kind.OWN,)
    reason = "Examples are what people paste: where all of them speak of nobody, every first try is a refusal."
    good = """\
components:
  parameters:
    ListId: {name: listId, in: path, required: true, schema: {type: integer}, example: 1}
"""
    bad = good.replace("example: 1", "example: 404")

    def check(self, source: Source) -> Iterator[Note]:
        """Compare the examples' values with those of the vendor's fixture."""
        baseline = Source(fixtures() / "baseline" / source.path.name)
        if baseline.broken or not source.is_readable_version:
            return
        known = set(_values(baseline.tree))
        for pointer, node in source.walk.each("parameter", "requestBody"):
            if node.get("in", "path") == "path":
                contents = node.get("content") or {"": node}
                for media_type, each in contents.items():
                    values = [set(_values(value)) for value in _examples(source, each)]
                    if values and not any(value & known for value in values):
                        place = pointer + (pointer_to("content", media_type) if media_type else "")
                        yield Note(place, "no example names a record of baseline")


def _examples(source: Source, node: Mapping[str, Any]) -> Iterator[Any]:
    if "example" in node:
        yield node["example"]
    for each in node.get("examples", {}).values():
        found = source.walk.resolve(each) or {}
        if "value" in found:
            yield found["value"]


def _values(node: Any) -> Iterator[str]:
    """Give all single values, as text without letter case; an empty list or object names nothing."""
    if isinstance(node, dict | list):
        for each in node.values() if isinstance(node, dict) else node:
            yield from _values(each)
    else:
        yield str(node).casefold()
