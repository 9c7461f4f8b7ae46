"""Snapshots in this process's memory."""

import threading
from collections.abc import Callable, Sequence

from mockserver.store import Snapshot


class MemorySnapshots:
    """A dictionary of snapshots."""

    def __init__(self, lock: threading.RLock) -> None:
        """Begin empty."""
        self._lock = lock
        self._last = 0
        self._kept: dict[str, Snapshot] = {}

    def take(self, make: Callable[[str], Snapshot], most: int) -> Snapshot | None:
        """Keep what `make` gives for a fresh id."""
        with self._lock:
            if len(self._kept) >= most:
                return None
            self._last += 1
            made = self._kept[str(self._last)] = make(str(self._last))
            return made

    def get(self, snapshot: str) -> Snapshot | None:
        """Find one by its id."""
        with self._lock:
            return self._kept.get(snapshot)

    def all(self) -> Sequence[Snapshot]:
        """Copy the references of all."""
        with self._lock:
            return list(self._kept.values())

    def remove(self, snapshot: str) -> Snapshot | None:
        """Let go of one; whoever takes it lets go of its records, which may take long, without the lock."""
        with self._lock:
            return self._kept.pop(snapshot, None)
