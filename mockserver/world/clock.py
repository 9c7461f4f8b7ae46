"""The only clocks: a sandbox's own, and real time for what is measured rather than told."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from mockserver.errors import BadControlRequest
from mockserver.store import ClockReading, Store

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9000, 1, 1, tzinfo=UTC)  # what is counted from a clock's time must still be a date


def real_now() -> datetime:
    """Read the real time."""
    return datetime.now(UTC)


def elapsed_ns() -> int:
    """Read a counter that only measures spans of real time."""
    return time.perf_counter_ns()


def _real_us() -> int:
    return time.time_ns() // 1000


def begin(now: datetime | None, since: datetime | None = None, *, running: bool = False) -> ClockReading:
    """Set a clock: standing at `now` or, `running`, going on from there; with real time if that is None.

    `since` is what it is to tell as its sandbox's beginning, if not this moment.
    """
    real = _real_us()
    at = real if now is None else _us(now)
    runs = running or now is None
    return ClockReading(at, real if runs else None, at if since is None else _us(since))


def resume(clock: ClockReading, at: datetime) -> ClockReading:
    """Set a clock as it was when it showed this: it stands there, or runs on from there."""
    return replace(clock, now_us=_us(at), real_us=None if clock.real_us is None else _real_us())


def _us(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def _bounded(member: str, moment_us: int) -> int:
    if moment_us > _us(LATEST):
        raise _refused(member, f"the clock goes no further than {wire(LATEST)}")
    return moment_us


def _refused(member: str, detail: str) -> BadControlRequest:
    return BadControlRequest(detail, ((f"/{member}", detail),))


def wire(moment: datetime) -> str:
    """Write a moment as the control plane does, `2026-01-01T00:00:00Z`."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _shown_us(reading: ClockReading) -> int:
    """Tell what a clock with this setting shows at present."""
    return reading.now_us if reading.real_us is None else reading.now_us + _real_us() - reading.real_us


def shown(clock: ClockReading) -> datetime:
    """Tell what a clock with this setting shows at present."""
    return EPOCH + timedelta(microseconds=_shown_us(clock))


def began(clock: ClockReading) -> datetime:
    """Tell what a clock with this setting showed when its sandbox began."""
    return EPOCH + timedelta(microseconds=clock.started_us)


class Clock:
    """A sandbox's clock: aware UTC datetimes. It never goes backwards, but with a reset or restored snapshot."""

    def __init__(self, store: Store) -> None:
        """Read the setting in this store."""
        self._store = store

    def now(self) -> datetime:
        """Read the clock."""
        return shown(self._store.clock())

    def running(self) -> bool:
        """Tell whether it runs with real time."""
        return self._store.clock().real_us is not None

    def stand_at(self, moment: datetime) -> None:
        """Let it stand at a moment.

        Raises:
            BadControlRequest: it has passed, or is beyond `LATEST`.
        """
        stands = _us(moment)

        def change(was: ClockReading) -> ClockReading:
            if stands < _shown_us(was):
                at = wire(shown(was))
                raise _refused("now", f"{wire(moment)} has passed: the clock shows {at}, and never goes backwards")
            return replace(was, now_us=_bounded("now", stands), real_us=None)

        self._store.set_clock(change)

    def advance(self, span: timedelta) -> None:
        """Move it on; it stands, or runs, as before.

        Raises:
            BadControlRequest: that is beyond `LATEST`.
        """
        further = span // timedelta(microseconds=1)

        def change(was: ClockReading) -> ClockReading:
            _bounded("advance_s", _shown_us(was) + further)
            return replace(was, now_us=was.now_us + further)

        self._store.set_clock(change)

    def run(self) -> None:
        """Set it going with real time, from what it shows now."""
        self._store.set_clock(lambda was: was if was.real_us is not None else replace(was, real_us=_real_us()))

    def stand(self) -> None:
        """Let it stand at what it shows now."""
        self._store.set_clock(lambda was: replace(was, now_us=_shown_us(was), real_us=None))

    def started(self) -> datetime:
        """Tell what the clock showed when the sandbox began."""
        return began(self._store.clock())
