"""Scenarios: folders with one fixture for each vendor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from mockserver.contract.text import read_file, read_yaml
from mockserver.errors import ConfigurationError, DocumentError, FixtureError
from mockserver.store import Tables
from mockserver.world.fixture import Kinds, beginning, parse


@dataclass(frozen=True)
class Scenario:
    """A starting state. `now` is None where its clock runs with real time."""

    name: str
    now: datetime | None
    tables: Mapping[str, Tables]


def load(name: str, built_in: Path, vendors: Mapping[str, Kinds], known: Sequence[str]) -> Scenario:
    """Load a built-in scenario by name, or a folder by its path (it has a `/`).

    `vendors` are those to load; `known` all that a file may be for.

    Raises:
        ConfigurationError: there is no such scenario.
        FixtureError: with file, record, row and reason.
    """
    folder = Path(name) if "/" in name else built_in / name
    if not _is_folder(folder) or name in {"", ".", ".."}:
        built = ", ".join(sorted(path.name for path in built_in.iterdir() if path.is_dir()))
        raise ConfigurationError(
            f"scenario {name!r}: no such folder; built in are {built}; give a folder of your own as a path with a '/'"
        )
    for path in sorted(folder.glob("*.yaml")):
        if path.stem not in {*known, "scenario"}:
            raise FixtureError(f"{_shown(path)}: there is no vendor {path.stem}; vendors are {', '.join(known)}")
    if not any((folder / f"{vendor}.yaml").exists() for vendor in (*known, "scenario")):
        raise ConfigurationError(
            f"scenario {name!r}: {folder} holds no fixture; one is named after its vendor, such as {known[0]}.yaml"
        )
    tables = {vendor: _load_file(folder / f"{vendor}.yaml", kinds) for vendor, kinds in vendors.items()}
    return Scenario(name, _now(folder / "scenario.yaml"), tables)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # too long a name, a NUL, a lone surrogate
        return False


def _shown(path: Path) -> str:
    """Name a built-in fixture as the repository does, another by its path."""
    return f"fixtures/{path.parent.name}/{path.name}" if path.parent.parent.name == "fixtures" else str(path)


def _yaml(path: Path) -> Any:
    try:
        return read_yaml(read_file(path), _shown(path))
    except DocumentError as error:
        raise FixtureError(str(error)) from None


def _load_file(path: Path, kinds: Kinds) -> Tables:
    if not path.exists():
        return {}
    return parse(_yaml(path) or {}, kinds, f"{_shown(path)}: ")


def _now(path: Path) -> datetime | None:
    if not path.exists():
        return None
    settings = _yaml(path)
    if not isinstance(settings, dict) or not settings.keys() <= {"says", "now"}:
        raise FixtureError(f"{_shown(path)}: a scenario has the keys says and now, both optional")
    if settings.get("now") is None:
        return None
    try:
        return beginning(settings["now"])
    except ValueError as error:
        raise FixtureError(f"{_shown(path)}: now: {error}") from None
