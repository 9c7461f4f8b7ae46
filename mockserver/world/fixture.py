"""Fixtures: rows of plain values, read into records and written back, with every misfit named."""

import types
import typing
from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from mockserver.errors import FixtureError, pointer_to
from mockserver.store import Tables
from mockserver.world.clock import LATEST, wire

Kinds = Mapping[str, type[Any]]
Place = tuple[str | int, ...]
NOT_IN_FIXTURES: Mapping[str, bool] = {"fixture": False}
"""`field(metadata=NOT_IN_FIXTURES)`: a field that a fixture neither brings nor shows."""


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
            raise FixtureError(message, pointer_to(name))
        if not isinstance(rows, list):
            message = f"{where}{name}: a list of rows is expected"
            raise FixtureError(message, pointer_to(name))
        table = tables.setdefault(kinds[name], {})
        for number, row in enumerate(rows):
            _add(table, kinds[name], row, where=f"{where}{name}[{number}]", pointer=pointer_to(name, number))
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
    def __init__(self, reason: str, *place: str | int) -> None:
        super().__init__(reason)
        self.pointer = pointer_to(*place)


def _fields(kind: Any) -> tuple[tuple[Field[Any], Any], ...]:
    if kind not in _FIELDS:  # type hints are costly to read, and a table has many rows
        hints = typing.get_type_hints(kind)
        here = (field for field in fields(kind) if field.metadata.get("fixture", True))
        _FIELDS[kind] = tuple((field, hints[field.name]) for field in here)
    return _FIELDS[kind]


_FIELDS: dict[Any, tuple[tuple[Field[Any], Any], ...]] = {}


def _record(kind: type[Any], row: Any, *place: str | int) -> Any:
    if not isinstance(row, dict):
        raise _MisfitError(_say(place, f"a row maps fields to values, it is not {row!r}"), *place)
    known = _fields(kind)
    names = [field.name for field, _ in known]
    for name in row:
        if name not in names:
            says = _say(place, f"{name} is not a field of {kind.__name__} ({', '.join(names)})")
            raise _MisfitError(says, *place, name)
    values = {}
    for field, hint in known:
        if field.name in row:
            values[field.name] = _value(hint, row[field.name], (*place, field.name))
        elif field.default is MISSING and field.default_factory is MISSING:
            raise _MisfitError(_say(place, f"{field.name} is missing"), *place, field.name)
    try:
        return kind(**values)
    except ValueError as error:  # a record's own say on its values
        raise _MisfitError(_say(place, str(error)), *place) from None


def _say(place: Place, reason: str) -> str:
    return f"{'/'.join(map(str, place))}: {reason}" if place else reason


def _value(hint: Any, value: Any, place: Place) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        (inner,) = (each for each in arguments if each is not type(None))
        return None if value is None else _value(inner, value, place)
    if is_dataclass(hint):
        return _record(typing.cast("type[Any]", hint), value, *place)
    try:
        if origin is tuple:
            _expect(value, list, "a list")
            return tuple(_value(arguments[0], each, (*place, number)) for number, each in enumerate(value))
        if origin is not None:
            _expect(value, dict, "a mapping")
            key, item = arguments
            return {_value(key, each, place): _value(item, value[each], (*place, each)) for each in value}
        return SCALARS[hint](value) if hint in SCALARS else _member(hint, value)
    except _MisfitError:
        raise
    except (ValueError, TypeError, ArithmeticError) as error:
        raise _MisfitError(_say(place, str(error)), *place) from None


def _expect(value: Any, kind: type, says: str) -> None:
    if not isinstance(value, kind):
        raise TypeError(f"{value!r} is not {says}")


def _member(kind: type[Enum], value: Any) -> Enum:
    """Find an enum's member by its value, which `True` and `1.0` are not for 1."""
    found = kind(value)
    if type(value) is not type(found.value):
        raise TypeError(f"{value!r} is not a valid {kind.__name__}")
    return found


def moment(value: Any) -> datetime:
    """Read an ISO 8601 date-time with a zone, as UTC.

    Raises:
        ValueError: it is none.
    """
    read = value if isinstance(value, datetime) else datetime.fromisoformat(value) if isinstance(value, str) else None
    if read is None or read.tzinfo is None:
        raise ValueError(f"{str(value)!r} is no date-time with a zone, such as '2026-01-01T00:00:00Z'")
    try:
        return read.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{str(value)!r} is no date-time that UTC has") from None


def beginning(value: Any) -> datetime:
    """Read a date-time that a clock can begin at, as `moment` does.

    Raises:
        ValueError: it is none.
    """
    read = moment(value)
    if read > LATEST:
        raise ValueError(f"{wire(read)} is beyond {wire(LATEST)}, where all clocks end")
    return read


def _exactly(kind: type) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        if type(value) is not kind:
            raise ValueError(f"{value!r} is not of type {kind.__name__}")
        return value

    return check


def _integer(value: Any) -> int:
    if type(value) is not int or not -(2**63) <= value < 2**63:
        raise ValueError(f"{value!r} is not of type int" if type(value) is not int else f"{value} is beyond 64 bits")
    return value


SCALARS: Mapping[Any, Callable[[Any], Any]] = {
    str: _exactly(str),
    int: _integer,
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
