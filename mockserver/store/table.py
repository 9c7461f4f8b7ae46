"""One kind's records in this process's memory, with what finds them: key, indexes, order of keys."""

from bisect import bisect_right, insort
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any


class Table:
    """A dictionary of records; what its kind declares (`Indexed`, `Ordered`) is kept in step with each change."""

    def __init__(self, kind: type[Any], records: Mapping[Hashable, Any] | None = None) -> None:
        """Begin with copies of these references."""
        self.records: dict[Hashable, Any] = dict(records or {})
        self._kind = kind
        self._keys: list[Any] | None = list(self.records) if getattr(kind, "ordered", False) else None
        if self._keys is not None:
            self._keys.sort()
        self._indexes = {name: _Index(values) for name, values in getattr(kind, "indexes", {}).items()}
        for index in self._indexes.values():
            for key, record in self.records.items():
                index.add(key, record)

    def put(self, key: Hashable, record: Any) -> None:
        """Store a record in the place of the one with its key."""
        old = self.records.get(key)
        self.records[key] = record
        if old is None and self._keys is not None:
            insort(self._keys, key)
        for index in self._indexes.values():
            if old is not None:
                index.remove(key, old)
            index.add(key, record)

    def delete(self, key: Hashable) -> None:
        """Remove a record; an absent one is no error."""
        old = self.records.pop(key, None)
        if old is None:
            return
        if self._keys is not None:
            del self._keys[bisect_right(self._keys, key) - 1]
        for index in self._indexes.values():
            index.remove(key, old)

    def find(self, index: str, values: Iterable[Hashable]) -> list[Any]:
        """Give the records that have all of these values in an index."""
        return self._indexes[index].find(values)

    def page(self, after: Any, skip: int, top: int | None) -> list[Any]:
        """Give a run of records in the order of their keys."""
        if self._keys is None:
            raise TypeError(f"{self._kind.__name__} is not kept in the order of its keys: it lacks `ordered = True`")
        start = skip if after is None else bisect_right(self._keys, after) + skip
        stop = None if top is None else start + top
        return [self.records[key] for key in self._keys[start:stop]]


class _Index:
    """Records by what a function makes of them."""

    def __init__(self, values: Callable[[Any], Iterable[Hashable]]) -> None:
        self._values = values
        self._found: dict[Hashable, dict[Hashable, Any]] = {}

    def add(self, key: Hashable, record: Any) -> None:
        for value in self._values(record):
            self._found.setdefault(value, {})[key] = record

    def remove(self, key: Hashable, record: Any) -> None:
        for value in set(self._values(record)):
            left = self._found[value]
            del left[key]
            if not left:
                del self._found[value]

    def find(self, values: Iterable[Hashable]) -> list[Any]:
        found = sorted((self._found.get(value, {}) for value in values), key=len)
        if not found:
            return []
        first, *others = found  # the fewest: the cost is theirs
        return [record for key, record in first.items() if all(key in each for each in others)]
