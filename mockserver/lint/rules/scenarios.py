"""Rules for fixtures, and what scenarios of the tool lack."""

from collections.abc import Iterator
from pathlib import Path

from mockserver import vendors
from mockserver.contract import fixtures
from mockserver.errors import ConfigurationError, DocumentError, FixtureError
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
            reason = str(error).rpartition("/scenario.yaml: ")[2]
            yield Note("/now" if reason.startswith("now: ") else error.pointer, reason)
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
