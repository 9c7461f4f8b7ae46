"""What happens to people outside a vendor's API."""

from collections.abc import Mapping
from typing import Any

from mockserver.admin.misfits import misfits
from mockserver.admin.render import place, render_consent
from mockserver.admin.room import Room
from mockserver.consent import Body
from mockserver.vendors.events import events_of


class EventHandlers:
    """Handlers of events."""

    def __init__(self, room: Room) -> None:
        """Speak of this room's world."""
        self._room = room
        self._events = {name: {each.name: each for each in events_of(kind)} for name, kind in room.vendors.items()}

    def list_events(self, sandbox: str, vendor: str) -> Body:
        """List what may happen to people outside a vendor's API."""
        self._room.world.find(sandbox)
        self._room.expect(vendor)
        events = self._events[vendor].values()
        return {"events": [{"name": each.name, "says": each.says, "schema": each.schema} for each in events]}

    def post_event(self, sandbox: str, vendor: str, body: Mapping[str, Any]) -> Body:
        """Let an event happen, and show the consents that it touched.

        Raises:
            BadControlRequest: there is no such event, or it has other members.
            Conflicting: the present state does not allow it; nothing has changed then.
        """
        found = self._room.world.find(sandbox)
        self._room.expect(vendor)
        event = self._events[vendor].get(body["event"])
        if event is None:
            known = ", ".join(self._events[vendor]) or "none"
            raise misfits(("/event", f"{vendor} has no event {body['event'][:100]!r}; its events are: {known}"))
        if violations := event.validator.violations(body, "body"):
            raise misfits(*((each.pointer, each.message) for each in violations))
        members = {name: value for name, value in body.items() if name != "event"}
        touched = getattr(found.vendors[vendor], event.name)(**members)
        return {"consents": [render_consent(vendor, each) for each in sorted(touched, key=place)]}
