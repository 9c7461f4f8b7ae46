"""The requests that vendors received, with the answers they gave."""

from mockserver.admin.room import Query, Room
from mockserver.consent import Body


class JournalHandlers:
    """Handlers of the journal."""

    def __init__(self, room: Room) -> None:
        """Speak of this room's world."""
        self._room = room

    def list_requests(self, sandbox: str, query: Query) -> Body:
        """List the newest requests that match, oldest first."""
        found = self._room.world.find(sandbox)
        self._room.expect_filter(query["vendor"])
        wanted = {
            name: query[name] for name in ("vendor", "operation_id", "status", "verdict") if query[name] is not None
        }
        entries, dropped = found.store.journal.entries()
        matching = [
            each
            for each in entries
            if each.id > query["since"] and all(getattr(each, name) == value for name, value in wanted.items())
        ]
        return {
            "requests": [each.render() for each in matching[-query["limit"] :]],
            "total": len(matching),
            "dropped": dropped,
        }

    def clear_requests(self, sandbox: str) -> None:
        """Forget all requests."""
        self._room.world.find(sandbox).store.journal.clear()
