"""What the server counts."""

from mockserver.admin.reply import Written
from mockserver.admin.room import Room


class MetricsHandlers:
    """Handlers of metrics."""

    def __init__(self, room: Room) -> None:
        """Speak of this room's world."""
        self._room = room

    def get_metrics(self) -> Written:
        """Write what was counted since the server started."""
        from mockserver.admin import metrics  # noqa: PLC0415 - its library is slow to load, and seldom asked for

        return Written(*metrics.render(self._room.world))
