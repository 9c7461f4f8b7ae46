"""One kind's records in this process's memory, with what finds them: key, indexes, order of keys."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any


class Table:
    """A dictionary of records; what its kind declares (`Indexed`, `Ordered`) is kept in step with each change."""

    def __init__(self, kind: type[Any], records: Mapping[Hashable, Any] | None = None) -> None:
        """Begin with copies of these references."""
        self.records: dict[Hashable, Any] = dict(records or {})
        self._kind = kind
        self._order = _Order(self.records) if getattr(kind, "ordered", False) else None
        self._indexes = {name: _Index(values) for name, values in getattr(kind, "indexes", {}).items()}
        for index in self._indexes.values():
            for key, record in self.records.items():
                index.add(key, record)

    def put(self, key: Hashable, record: Any) -> None:
        """Store a record in the place of the one with its key."""
        self._remove(key)
        self.records[key] = record
        if self._order is not None:
            self._order.add(key, record)
        for index in self._indexes.values():
            index.add(key, record)

    def delete(self, key: Hashable) -> None:
        """Remove a record; an absent one is no error."""
        self._remove(key)
        self.records.pop(key, None)

    def _remove(self, key: Hashable) -> None:
        """Take the record with this key, if there is one, out of what finds it."""
        old = self.records.get(key)
        if old is None:
            return
        if self._order is not None:
            self._order.remove(key)
        for index in self._indexes.values():
            index.remove(key, old)

    def find(self, index: str, values: Iterable[Hashable]) -> list[Any]:
        """Give the records that have all of these values in an index."""
        return self._indexes[index].find(values)

    def page(self, after: Any, skip: int, top: int | None) -> list[Any]:
        """Give a run of records in the order of their keys."""
        if self._order is None:
            raise TypeError(f"{self._kind.__name__} is not kept in the order of its keys: it lacks `ordered = True`")
        return self._order.page(after, skip, top)


class _Order:
    """Records in the order of their keys: two lists side by side, since a copy of a long run must be quick."""

    def __init__(self, records: Mapping[Any, Any]) -> None:
        self._keys = sorted(records)
        self._records = [records[key] for key in self._keys]

    def add(self, key: Any, record: Any) -> None:
        place = bisect_right(self._keys, key)
        self._keys.insert(place, key)
        self._records.insert(place, record)

    def remove(self, key: Any) -> None:
        place = bisect_left(self._keys, key)
        del self._keys[place], self._records[place]

    def page(self, after: Any, skip: int, top: int | None) -> list[Any]:
        start = skip if after is None else bisect_right(self._keys, after) + skip
        return self._records[start : None if top is None else start + top]


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
