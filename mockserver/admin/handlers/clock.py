"""A sandbox's clock."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from mockserver.admin.render import render_clock
from mockserver.admin.room import Room, moment
from mockserver.consent import Body


class ClockHandlers:
    """Handlers of clocks."""

    def __init__(self, room: Room) -> None:
        """Speak of this room's world."""
        self._room = room

    def get_clock(self, sandbox: str) -> Body:
        """Show what the clock shows."""
        return render_clock(self._room.world.find(sandbox).clock)

    def set_clock(self, sandbox: str, body: Mapping[str, Any]) -> Body:
        """Move the clock on, or let it stand or run.

        Raises:
            BadControlRequest: no such moment, or one that has passed.
        """
        clock = self._room.world.find(sandbox).clock
        match body:
            case {"now": str(text)}:
                clock.stand_at(moment(text))
            case {"advance_s": seconds}:
                clock.advance(timedelta(seconds=seconds))
            case {"running": True}:
                clock.run()
            case _:
                clock.stand()
        return render_clock(clock)
