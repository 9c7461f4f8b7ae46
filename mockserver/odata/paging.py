"""Where a page ends and the next one begins: at a row's place in the order, which no other row's coming moves.

A token is the place of the last row shown: the values by which rows are ordered, and its key. A row that is there all
the time is shown once, however many rows before or behind it are added or taken away between two pages.
"""

import base64
import json
import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from mockserver.odata import wording
from mockserver.odata.arithmetic import MICROSECOND
from mockserver.odata.literals import INT64
from mockserver.odata.model import Primitive

Convert = Callable[[Any], Any]
TOKEN = re.compile(r"[A-Za-z0-9_-]+")
LEFT_BEHIND = frozenset({"$skip", "$top", "$skiptoken"})


@dataclass(frozen=True, slots=True)
class Position:
    """The place of a row: its values of the keys to order by, None for null; its key.

    `size` is that of the pages, where the client asked for one: it holds for the pages to come, too.
    """

    values: tuple[Any, ...]
    key: Any
    size: int | None = None


def _double(text: str) -> float:
    return float.fromhex(text)


def _decimal(text: str) -> Decimal:
    found = Decimal(text)
    if not found.is_finite():
        raise ValueError(text)
    return found


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found


def _whole(value: Any) -> int:
    if type(value) is not int or value not in INT64:
        raise ValueError(value)
    return value


def _of(kind: type) -> Convert:
    """Take values of a type as they are."""

    def same(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(value)
        return value

    return same


def _as_it_is(value: Any) -> Any:
    return value


KINDS: dict[Primitive, tuple[Convert, Convert]] = {
    Primitive.BOOLEAN: (_as_it_is, _of(bool)),
    Primitive.INT32: (_as_it_is, _whole),
    Primitive.INT64: (_as_it_is, _whole),
    Primitive.DECIMAL: (str, _decimal),
    Primitive.DOUBLE: (float.hex, _double),
    Primitive.STRING: (_as_it_is, _of(str)),
    Primitive.DATE: (date.isoformat, date.fromisoformat),
    Primitive.TIME_OF_DAY: (time.isoformat, time.fromisoformat),
    Primitive.DATE_TIME_OFFSET: (datetime.isoformat, _moment),
    Primitive.DURATION: (lambda span: span // MICROSECOND, lambda count: timedelta(microseconds=_whole(count))),
}
"""By type: a value as JSON has it, and back."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Writes and reads the tokens of one query: `kinds` are the types of the keys to order by, `key` that of the key.

    `asked` is what a token must not be used without: the texts of the filter and of the order.
    """

    kinds: tuple[Primitive | None, ...]
    key: Primitive
    asked: tuple[str, ...]

    def write(self, position: Position) -> str:
        """Write a position as an opaque text that needs no percent-encoding."""
        values = [
            None if value is None or kind is None else KINDS[kind][0](value)
            for kind, value in zip(self.kinds, position.values, strict=True)
        ]
        parts = [self._mark(), position.size, KINDS[self.key][0](position.key), *values]
        raw = json.dumps(parts, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    def read(self, text: str) -> Position:
        """Read a token.

        Raises:
            QueryError: it is none that was issued for this query.
        """
        try:
            found = self._position(text)
        except (ValueError, TypeError, ArithmeticError, RecursionError):
            found = None
        if found is None or self.write(found) != text:
            raise wording.bad_token(text)
        return found

    def _position(self, text: str) -> Position | None:
        if not TOKEN.fullmatch(text):
            return None
        mark, size, key, *values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if mark != self._mark() or not (size is None or _whole(size) > 0):
            return None
        read = tuple(_value(kind, value) for kind, value in zip(self.kinds, values, strict=True))
        return Position(read, KINDS[self.key][1](key), size)

    def _mark(self) -> int:
        return zlib.crc32(json.dumps(self.asked).encode())


def _value(kind: Primitive | None, value: Any) -> Any:
    if value is None:
        return None
    if kind is None:
        raise TypeError(value)
    return KINDS[kind][1](value)


def next_query(pairs: Sequence[tuple[str, str]], token: str, top: int | None) -> str:
    """Write the query string that asks for the page after this one, in the words of the request.

    `top` is how many rows are still to come at most.
    """
    rest = [] if top is None else [("$top", str(top))]
    kept = [(name, value) for name, value in pairs if name.lower() not in LEFT_BEHIND]
    moved = [*kept, *rest, ("$skiptoken", token)]
    return "&".join(f"{quote(name, safe='$')}={quote(value, safe=',')}" for name, value in moved)
