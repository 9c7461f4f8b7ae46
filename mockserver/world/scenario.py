"""Scenarios: folders of fixtures, read into records and written back, with every misfit named."""

import types
import typing
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from mockserver.contract.text import read_file, read_yaml
from mockserver.errors import ConfigurationError, DocumentError, FixtureError
from mockserver.store import Tables
from mockserver.world.clock import wire

Kinds = Mapping[str, type[Any]]
NOT_IN_FIXTURES: Mapping[str, bool] = {"fixture": False}
"""`field(metadata=NOT_IN_FIXTURES)`: a field that a fixture neither brings nor shows."""


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
    if not folder.is_dir() or name in {"", ".", ".."}:
        built = ", ".join(sorted(path.name for path in built_in.iterdir() if path.is_dir()))
        raise ConfigurationError(
            f"scenario {name!r}: no such folder; built in are {built}; give a folder of your own as a path with a '/'"
        )
    for path in sorted(folder.glob("*.yaml")):
        if path.stem not in {*known, "scenario"}:
            raise FixtureError(f"{_shown(path)}: there is no vendor {path.stem}; vendors are {', '.join(known)}")
    tables = {vendor: _load_file(folder / f"{vendor}.yaml", kinds) for vendor, kinds in vendors.items()}
    return Scenario(name, _now(folder / "scenario.yaml"), tables)


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
        return moment(settings["now"])
    except ValueError as error:
        raise FixtureError(f"{_shown(path)}: now: {error}") from None


def parse(fixture: Any, kinds: Kinds, where: str = "") -> Tables:
    """Turn one vendor's fixture into tables.

    Raises:
        FixtureError: with record, row and reason behind `where`, and the JSON Pointer of the misfit.
    """
    if not isinstance(fixture, dict):
        raise FixtureError(f"{where}a fixture maps record names to lists of rows")
    tables: dict[type[Any], dict[Hashable, Any]] = {}
    for name, rows in fixture.items():
        if name not in kinds:
            message = f"{where}{name}: there is no such record; records are {', '.join(kinds)}"
            raise FixtureError(message, f"/{name}")
        if not isinstance(rows, list):
            message = f"{where}{name}: a list of rows is expected"
            raise FixtureError(message, f"/{name}")
        table = tables.setdefault(kinds[name], {})
        for number, row in enumerate(rows):
            _add(table, kinds[name], row, where=f"{where}{name}[{number}]", pointer=f"/{name}/{number}")
    return tables


def _add(table: dict[Hashable, Any], kind: type[Any], row: Any, *, where: str, pointer: str) -> None:
    try:
        record = _record(kind, row)
    except _MisfitError as misfit:
        message = f"{where}: {misfit}"
        raise FixtureError(message, pointer + misfit.pointer) from None
    if record.key in table:
        message = f"{where}: a row with the same key ({record.key}) stands above"
        raise FixtureError(message, pointer)
    table[record.key] = record


def dump(tables: Tables, kinds: Kinds) -> dict[str, Any]:
    """Turn tables into a fixture, in JSON's types; `parse` is its inverse."""
    return {name: [_row(record) for record in tables.get(kind, {}).values()] for name, kind in kinds.items()}


class _MisfitError(ValueError):
    def __init__(self, reason: str, pointer: str = "") -> None:
        super().__init__(reason)
        self.pointer = pointer


def _fields(kind: type[Any]) -> tuple[tuple[Field[Any], Any], ...]:
    known = _FIELDS.get(kind.__qualname__, (None, ()))
    if known[0] is not kind:  # type hints are costly to read, and a table has many rows
        hints = typing.get_type_hints(kind)
        here = (field for field in fields(kind) if field.metadata.get("fixture", True))
        known = _FIELDS[kind.__qualname__] = kind, tuple((field, hints[field.name]) for field in here)
    return known[1]


_FIELDS: dict[str, tuple[type[Any] | None, tuple[tuple[Field[Any], Any], ...]]] = {}


def _record(kind: type[Any], row: Any) -> Any:
    if not isinstance(row, dict):
        raise _MisfitError(f"a row maps fields to values, it is not {row!r}")
    known = _fields(kind)
    names = [field.name for field, _ in known]
    for name in row:
        if name not in names:
            message = f"{name} is not a field of {kind.__name__} ({', '.join(names)})"
            raise _MisfitError(message, f"/{name}")
    values = {}
    for field, hint in known:
        if field.name in row:
            values[field.name] = _value(hint, row[field.name], field.name)
        elif field.default is MISSING and field.default_factory is MISSING:
            message = f"{field.name} is missing"
            raise _MisfitError(message, f"/{field.name}")
    try:
        return kind(**values)
    except ValueError as error:  # a record's own say on its values
        raise _MisfitError(str(error)) from None


def _value(hint: Any, value: Any, name: str) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        (inner,) = (each for each in arguments if each is not type(None))
        return None if value is None else _value(inner, value, name)
    if origin is tuple:
        _expect(name, value, list, "a list")
        return tuple(_value(arguments[0], each, f"{name}/{number}") for number, each in enumerate(value))
    if origin is not None:
        _expect(name, value, dict, "a mapping")
        return {
            _value(arguments[0], key, name): _value(arguments[1], each, f"{name}/{key}") for key, each in value.items()
        }
    if is_dataclass(hint):
        try:
            return _record(typing.cast("type[Any]", hint), value)
        except _MisfitError as misfit:
            message = f"{name}: {misfit}"
            raise _MisfitError(message, f"/{name}{misfit.pointer}") from None
    try:
        return SCALARS[hint](value) if hint in SCALARS else hint(value)
    except (ValueError, TypeError) as error:
        message = f"{name}: {error}"
        raise _MisfitError(message, f"/{name}") from None


def _expect(name: str, value: Any, kind: type, says: str) -> None:
    if not isinstance(value, kind):
        message = f"{name} must be {says}, not {value!r}"
        raise _MisfitError(message, f"/{name}")


def moment(value: Any) -> datetime:
    """Read an ISO 8601 date-time with a zone, as UTC.

    Raises:
        ValueError: it is none.
    """
    read = value if isinstance(value, datetime) else datetime.fromisoformat(value) if isinstance(value, str) else None
    if read is None or read.tzinfo is None:
        raise ValueError(f"{str(value)!r} is no date-time with a zone, such as '2026-01-01T00:00:00Z'")
    return read.astimezone(UTC)


def _exactly(kind: type) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        if type(value) is not kind:
            raise ValueError(f"{value!r} is not of type {kind.__name__}")
        return value

    return check


SCALARS: Mapping[Any, Callable[[Any], Any]] = {
    str: _exactly(str),
    int: _exactly(int),
    bool: _exactly(bool),
    float: lambda value: float(value) if type(value) is int else _exactly(float)(value),
    datetime: moment,
    Any: lambda value: value,
}


def _row(record: Any) -> dict[str, Any]:
    return {field.name: _plain(getattr(record, field.name)) for field, _ in _fields(type(record))}


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return wire(value)
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return _row(value)
    return value
