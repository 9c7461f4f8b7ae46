"""The only clocks: a sandbox's own, and real time for what is measured rather than told."""

import time
from datetime import UTC, datetime, timedelta

from mockserver.store import ClockReading, Store

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def real_now() -> datetime:
    """Read the real time."""
    return datetime.now(UTC)


def elapsed_ns() -> int:
    """Read a counter that only measures spans of real time."""
    return time.perf_counter_ns()


def _real_us() -> int:
    return time.time_ns() // 1000


def begin(now: datetime | None) -> ClockReading:
    """Set a clock: standing at `now`, or running with real time if that is None."""
    if now is None:
        real = _real_us()
        return ClockReading(real, real, real)
    stands = (now - EPOCH) // timedelta(microseconds=1)
    return ClockReading(stands, None, stands)


def wire(moment: datetime) -> str:
    """Write a moment as the control plane does, `2026-01-01T00:00:00Z`."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


class Clock:
    """A sandbox's clock: aware UTC datetimes."""

    def __init__(self, store: Store) -> None:
        """Read the setting in this store."""
        self._store = store

    def now(self) -> datetime:
        """Read the clock."""
        reading = self._store.clock()
        passed = 0 if reading.real_us is None else _real_us() - reading.real_us
        return EPOCH + timedelta(microseconds=reading.now_us + passed)

    def started(self) -> datetime:
        """Tell what the clock showed when the sandbox began."""
        return EPOCH + timedelta(microseconds=self._store.clock().started_us)
