"""Rules for fixtures and the scenarios that they make up."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from mockserver import vendors
from mockserver.contract import document, fixtures
from mockserver.errors import ConfigurationError, DocumentError, FixtureError
from mockserver.lint.note import Note
from mockserver.lint.registry import rule
from mockserver.lint.source import Kind, Source
from mockserver.world import fixture, scenario


@rule("fixture", Kind.FIXTURE, Kind.SCENARIO)
def fixture_fits(source: Source) -> Iterator[Note]:
    """A fixture has the records of its vendor."""
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


def missing(paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Give the fixtures that the tool's scenarios lack, as far as they lie below the paths, each with a sentence."""
    for folder in sorted(fixtures().resolve().iterdir()):
        if folder.is_dir() and any(path in (folder, *folder.parents) for path in paths):
            for vendor in document.names():
                if not (folder / f"{vendor}.yaml").exists():
                    yield folder / f"{vendor}.yaml", f"the scenario {folder.name} has no fixture for {vendor}"
