"""A store in this process's memory: plain dictionaries under one lock."""

import threading
from collections import deque
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from mockserver.store import ClockReading, Entry, Image, R, T, Tables, Usage
from mockserver.store.snapshots import MemorySnapshots
from mockserver.store.table import Table

JOURNAL_BYTES = 64 * 1024 * 1024
_GONE = object()


class MemoryTransaction:
    """Reads through, collects its changes: the cost is theirs, not the table's."""

    def __init__(self, tables: dict[type[Any], Table]) -> None:
        """Begin on these tables."""
        self._tables = tables
        self._changes: dict[tuple[type[Any], Hashable], Any] = {}

    def get(self, kind: type[R], key: Hashable) -> R | None:
        """Find one record."""
        found = self._changes.get((kind, key))
        if found is None:
            table = self._tables.get(kind)
            found = None if table is None else table.records.get(key)
        return None if found is _GONE else found

    def put(self, record: R) -> R:
        """Store a record."""
        self._changes[type(record), record.key] = record
        return record

    def delete(self, kind: type[R], key: Hashable) -> None:
        """Remove a record."""
        self._changes[kind, key] = _GONE

    def apply(self) -> None:
        """Make the changes visible."""
        for (kind, key), record in self._changes.items():
            if record is _GONE:
                _table(self._tables, kind).delete(key)
            else:
                if kind not in self._tables:
                    self._tables[kind] = Table(kind)
                self._tables[kind].put(key, record)


class MemoryRecords:
    """One vendor's records."""

    def __init__(self, lock: threading.RLock) -> None:
        """Begin empty."""
        self._lock = lock
        self._tables: dict[type[Any], Table] = {}

    @contextmanager
    def transaction(self) -> Iterator[MemoryTransaction]:
        """Commit on leaving the block; an exception leaves the state as it was."""
        with self._lock:
            tx = MemoryTransaction(self._tables)
            yield tx
            tx.apply()

    def get(self, kind: type[R], key: Hashable) -> R | None:
        """Find one record."""
        with self._lock:
            table = self._tables.get(kind)
            return None if table is None else table.records.get(key)

    def find(self, kind: type[R], index: str, *values: Hashable) -> Sequence[R]:
        """Find the records that have all of these values in an index."""
        with self._lock:
            return _table(self._tables, kind).find(index, values)

    def page(self, kind: type[R], after: Any, skip: int, top: int | None) -> tuple[Sequence[R], int]:
        """Copy a run of references in the order of the keys."""
        with self._lock:
            table = _table(self._tables, kind)
            return table.page(after, skip, top), len(table.records)

    def all(self, kind: type[R]) -> Sequence[R]:
        """Copy the references of a kind."""
        with self._lock:
            return list(_table(self._tables, kind).records.values())

    def tables(self) -> Tables:
        """Copy the references of all kinds."""
        with self._lock:
            return {kind: dict(table.records) for kind, table in self._tables.items()}

    def replace(self, tables: Tables) -> None:
        """Put these tables in the place of all there is."""
        self.swap(built(tables))

    def swap(self, tables: dict[type[Any], Table]) -> dict[type[Any], Table]:
        """Put tables in place that are this store's own from now on; give the old ones.

        To let go of a long table takes long: whoever holds the lock keeps them until it is free.
        """
        with self._lock:
            old, self._tables = self._tables, tables
        return old


def built(tables: Tables) -> dict[type[Any], Table]:
    """Copy tables, and build what finds their records: long work where they are long, never done under the lock."""
    return {kind: Table(kind, table) for kind, table in tables.items()}


def _table(tables: Mapping[type[Any], Table], kind: type[Any]) -> Table:
    return tables.get(kind) or Table(kind)


class MemoryJournal:
    """A list of exchanges, bounded in number and bytes: the oldest go first."""

    def __init__(self, lock: threading.RLock, size: int) -> None:
        """Begin empty; `size` is the greatest number of exchanges."""
        self._lock = lock
        self._size = size
        self._era = 0
        self._last = 0
        self.restart()

    def open(self) -> tuple[int, int]:
        """Draw the next id."""
        with self._lock:
            self._last += 1
            return self._last, self._era

    def lasts(self, era: int) -> bool:
        """Tell whether this era is still the present one."""
        with self._lock:
            return era == self._era

    def close(self, era: int, exchange: Entry) -> None:
        """Append an exchange of this era."""
        with self._lock:
            if not self.lasts(era):
                return
            size = exchange.size
            self._entries.append((size, exchange))
            self._bytes += size
            while self._entries and (len(self._entries) > self._size or self._bytes > JOURNAL_BYTES):
                self._bytes -= self._entries.popleft()[0]
                self._dropped += 1

    def entries(self) -> tuple[Sequence[Any], int]:
        """Copy the references of all exchanges."""
        with self._lock:
            found, dropped = [exchange for _, exchange in self._entries], self._dropped
        return sorted(found, key=lambda exchange: exchange.id), dropped

    def usage(self) -> Usage:
        """Tell how full it is."""
        with self._lock:
            return Usage(len(self._entries), self._bytes, self._dropped)

    def clear(self) -> None:
        """Forget all exchanges; ids go on, and so does the era: what is under way will be seen."""
        with self._lock:
            self._entries: deque[tuple[int, Entry]] = deque()  # each with its size
            self._bytes = self._dropped = 0

    def last(self) -> int:
        """Give the last id drawn."""
        with self._lock:
            return self._last

    def restart(self, last: int = 0) -> None:
        """Begin a new era; ids go on from this one."""
        with self._lock:
            self._era += 1
            self._last = last
            self.clear()


class MemoryStore:
    """All that one sandbox keeps, in memory."""

    def __init__(self, vendors: Sequence[str], journal_size: int) -> None:
        """Begin empty, with a place for each vendor's records."""
        self._lock = threading.RLock()
        self._records = {vendor: MemoryRecords(self._lock) for vendor in vendors}
        self._drawn = 0
        self._clock = ClockReading(0, None, 0)
        self.faults: Sequence[Any] = ()  # one reference, replaced whole
        self.journal = MemoryJournal(self._lock, journal_size)
        self.snapshots = MemorySnapshots(self._lock)

    def records(self, vendor: str) -> MemoryRecords:
        """Give the records of one vendor."""
        return self._records[vendor]

    def draw(self) -> int:
        """Draw the next number for an id."""
        with self._lock:
            self._drawn += 1
            return self._drawn - 1

    def clock(self) -> ClockReading:
        """Read the clock's setting."""
        return self._clock  # one reference, replaced whole

    def set_clock(self, change: Callable[[ClockReading], ClockReading]) -> None:
        """Set the clock, in one step with the reading of what it was."""
        with self._lock:
            self._clock = change(self._clock)

    def step_faults(self, step: Callable[[Sequence[Any]], tuple[Sequence[Any], T]]) -> T:
        """Put other rules or counts in place."""
        with self._lock:
            self.faults, found = step(self.faults)
        return found

    def image(self) -> Image:
        """Copy the references of all there is but the journal."""
        with self._lock:
            tables = {vendor: records.tables() for vendor, records in self._records.items()}
            return Image(tables, self._clock, self._drawn, self.journal.last())

    def restart(self, image: Image) -> None:
        """Begin from an image, in one step."""
        new = {vendor: built(image.tables.get(vendor, {})) for vendor in self._records}
        with self._lock:
            old = [records.swap(new[vendor]) for vendor, records in self._records.items()]
            self._drawn = image.drawn
            self._clock = image.clock
            self.faults = ()
            self.journal.restart(image.requests)
        del old  # not before: see `swap`
