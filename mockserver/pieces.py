"""Long work in pieces: one long call into C keeps every other thread waiting, the event loop's too.

Python gives way between steps of its own, never within a call such as `list.sort` or `orjson.dumps`, nor while it looks
for garbage, which takes the longer the more objects are alive. So what may be long is sorted, made and written piece by
piece, each a few milliseconds, and no more is kept than is wanted.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, Generic, TypeVar

import orjson

PIECE = 4096
T = TypeVar("T")
Key = tuple[Callable[[T], Any], bool]
"""What is compared of a row, and whether that descends."""


def ordered(rows: Iterable[T], keys: Sequence[Key[T]], most: int | None = None) -> list[T]:
    """Give the first of rows in an order, all of them unless `most` says how many.

    The first key decides, the next one where that is equal; where all are, rows stay as they stood.
    """
    rank = _rank(keys)
    if most is not None and most <= PIECE:
        return heapq.nsmallest(most, iter(rows), key=rank)
    runs = [_sorted(piece, keys) for piece in _pieces(rows)]
    merged = heapq.merge(*runs, key=rank) if len(runs) > 1 else chain(*runs)
    return list(islice(merged, most))


def _sorted(rows: list[T], keys: Sequence[Key[T]]) -> list[T]:
    for key, descending in reversed(keys):
        rows.sort(key=key, reverse=descending)
    return rows


class _Down:
    """A value that comes before smaller ones."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: "_Down") -> bool:
        return bool(other.value < self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Down) and bool(other.value == self.value)

    __hash__ = None  # type: ignore[assignment]  # it is compared and nothing else


def _rank(keys: Sequence[Key[T]]) -> Callable[[T], Any]:
    """Give one value to compare for all of the keys."""

    def rank(row: T) -> tuple[Any, ...]:
        return tuple(_Down(key(row)) if descending else key(row) for key, descending in keys)

    return rank


class Listing(Generic[T]):
    """A list for `write_json`, made of its rows while it is written."""

    def __init__(self, rows: Sequence[T], make: Callable[[T], Any]) -> None:
        """Make an item of each row."""
        self._rows = rows
        self._make = make

    def __len__(self) -> int:
        """Tell how many items it has."""
        return len(self._rows)

    def __iter__(self) -> Iterator[Any]:
        """Make the items."""
        return map(self._make, self._rows)


def write_json(value: Any) -> bytes:
    """Write JSON; long lists that are members of an object are written in pieces."""
    if isinstance(value, dict):
        for each in value.values():
            if isinstance(each, list | Listing) and len(each) > PIECE:
                return b"".join(_object(value))
    return orjson.dumps(value, _made)


def _made(value: Any) -> list[Any]:
    if isinstance(value, Listing):
        return list(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def _object(members: dict[str, Any]) -> Iterator[bytes]:
    for number, (name, value) in enumerate(members.items()):
        yield b"," if number else b"{"
        yield orjson.dumps(name)
        yield b":"
        yield from _list(value) if isinstance(value, list | Listing) else (orjson.dumps(value, _made),)
    yield b"}"


def _list(rows: Iterable[Any]) -> Iterator[bytes]:
    yield b"["
    for number, piece in enumerate(_pieces(rows)):
        yield b"," if number else b""
        yield orjson.dumps(piece, _made)[1:-1]
    yield b"]"


def _pieces(rows: Iterable[T]) -> Iterator[list[T]]:
    left = iter(rows)
    while piece := list(islice(left, PIECE)):
        yield piece
