"""A sandbox's clock, as a test moves it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from mockserver.client.plane import Plane


def written(moment: datetime | str) -> str:
    """Write a moment as the control plane reads it; a text is left as it is.

    Raises:
        ValueError: a datetime without a zone.
    """
    if isinstance(moment, str):
        return moment
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no zone: give datetime(…, tzinfo=UTC)")
    return moment.isoformat()


class Clock:
    """The clock of one sandbox: tokens, delays, limits and all dates in answers follow it."""

    def __init__(self, plane: Plane, sandbox: str) -> None:
        """Speak of this sandbox's clock."""
        self._plane = plane
        self._path = f"sandboxes/{sandbox}/clock"

    def now(self) -> datetime:
        """Tell what the clock shows.

        >>> from datetime import UTC, datetime
        >>> mock.clock.stop_at(datetime(2100, 1, 1, tzinfo=UTC)) == mock.clock.now()
        True
        """
        return _read(self._plane.call("GET", self._path))

    @property
    def running(self) -> bool:
        """Whether the clock runs with real time.

        >>> stopped = mock.clock.stop_at()
        >>> mock.clock.running
        False
        """
        return bool(self._plane.call("GET", self._path)["running"])

    def advance(self, seconds: float | timedelta) -> datetime:
        """Move the clock on; it stands or runs as before. Gives what it shows then.

        >>> before = mock.clock.stop_at("2100-01-01T00:00:00Z")
        >>> mock.clock.advance(3600) - before
        datetime.timedelta(seconds=3600)
        """
        span = seconds.total_seconds() if isinstance(seconds, timedelta) else seconds
        return self._put({"advance_s": span})

    def stop_at(self, moment: datetime | str | None = None) -> datetime:
        """Let the clock stand: at a moment that is not past, or where it is.

        >>> mock.clock.stop_at("2100-01-01T00:00:00Z").year
        2100
        >>> mock.clock.stop_at() == mock.clock.now()
        True
        """
        return self._put({"running": False} if moment is None else {"now": written(moment)})

    def run(self) -> datetime:
        """Let the clock run with real time, from what it shows.

        >>> stopped = mock.clock.stop_at()
        >>> mock.clock.run() >= stopped
        True
        """
        return self._put({"running": True})

    def _put(self, change: Mapping[str, Any]) -> datetime:
        return _read(self._plane.call("PUT", self._path, body=change))


def _read(clock: Any) -> datetime:
    return datetime.fromisoformat(clock["now"])
