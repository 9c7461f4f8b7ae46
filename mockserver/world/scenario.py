"""Scenarios: folders with one fixture for each vendor, and what `scenario.yaml` says of the whole.

Its keys, all optional: `version` (of these keys, 1), `says`; `now` at which the clock stands, or runs on from there if
`running`; and, in what a snapshot became, `began` (what the clock showed when the sandbox began) and `ids` (how
many had been drawn: those to come are others than the records have).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from mockserver.contract.text import read_file, read_yaml
from mockserver.errors import ConfigurationError, DocumentError, FixtureError
from mockserver.store import Tables
from mockserver.world.fixture import Kinds, beginning, parse

VERSION = 1
KEYS = ("version", "says", "now", "running", "began", "ids")


@dataclass(frozen=True)
class Scenario:
    """A starting state. `now` is None where its clock runs with real time; `drawn` ids are in use."""

    name: str
    now: datetime | None
    tables: Mapping[str, Tables]
    running: bool = False
    began: datetime | None = None
    drawn: int = 0


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
    told = _told(folder / "scenario.yaml")
    return Scenario(name, told.get("now"), tables, told.get("running", False), told.get("began"), told.get("ids", 0))


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


def _told(path: Path) -> dict[str, Any]:
    """Read `scenario.yaml`, moments as such; what is null is left out."""
    if not path.exists():
        return {}
    read = _yaml(path)
    if not isinstance(read, dict) or not read.keys() <= set(KEYS):
        raise FixtureError(f"{_shown(path)}: a scenario has the keys {', '.join(KEYS)}, all optional")
    told = {name: value for name, value in read.items() if value is not None}
    for name, reader in READERS.items():
        if name in told:
            try:
                told[name] = reader(told[name])
            except ValueError as error:
                raise FixtureError(f"{_shown(path)}: {name}: {error}", f"/{name}") from None
    return told


def _version(value: Any) -> int:
    if value != VERSION or type(value) is not int:
        raise ValueError(
            f"this folder is of version {value!r}, and version {VERSION} is read here; start the release that wrote it"
        )
    return value


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**63:
        raise ValueError(f"{value!r} is no number of ids")
    return value


def _truth(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError(f"{value!r} is neither true nor false")
    return value


READERS: Mapping[str, Callable[[Any], Any]] = {
    "version": _version,
    "now": beginning,
    "running": _truth,
    "began": beginning,
    "ids": _count,
}
