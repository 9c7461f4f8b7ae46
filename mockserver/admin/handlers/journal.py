"""The requests that vendors received, with the answers they gave."""

from collections.abc import Sequence

from mockserver.admin import har
from mockserver.admin.nearest import nearest
from mockserver.admin.reply import Written
from mockserver.admin.room import Query, Room
from mockserver.consent import Body
from mockserver.world.journal import Exchange, Verdict

FILTERS = ("vendor", "operation_id", "status", "verdict")


class JournalHandlers:
    """Handlers of the journal."""

    def __init__(self, room: Room) -> None:
        """Speak of this room's world."""
        self._room = room

    def list_requests(self, sandbox: str, query: Query, origin: str, accepted: str) -> Body | Written:
        """List the newest requests that match, oldest first; as an HTTP Archive if wanted."""
        matching, dropped = self._matching(sandbox, query)
        newest = matching[-query["limit"] :]
        if (query["format"] or accepted) in {"har", har.MEDIA_TYPE}:
            headers = {"Content-Disposition": f'attachment; filename="{sandbox}.har"'}
            return Written(har.write(newest, origin, dropped), har.MEDIA_TYPE, headers)
        return {"requests": [each.render() for each in newest], "total": len(matching), "dropped": dropped}

    def count_requests(self, sandbox: str, query: Query) -> Body:
        """Count the requests that match."""
        return {"count": len(self._matching(sandbox, query)[0])}

    def list_unmatched(self, sandbox: str, query: Query) -> Body:
        """List the newest requests that match and met no operation, oldest first, each with what it may have meant."""
        matching, dropped = self._matching(sandbox, query)
        unmatched = [each for each in matching if each.verdict is Verdict.UNMATCHED]
        shown = [self._explain(each) for each in unmatched[-query["limit"] :]]
        return {"requests": shown, "total": len(unmatched), "dropped": dropped}

    def clear_requests(self, sandbox: str) -> None:
        """Forget all requests."""
        self._room.world.find(sandbox).store.journal.clear()

    def _matching(self, sandbox: str, query: Query) -> tuple[Sequence[Exchange], int]:
        """Give the requests that match, by id, and how many the journal no longer holds."""
        found = self._room.world.find(sandbox)
        self._room.expect_filter(query["vendor"], query["operation_id"])
        wanted = {name: query[name] for name in FILTERS if query[name] is not None}
        entries, dropped = found.store.journal.entries()
        matching = [
            each
            for each in entries
            if each.id > query["since"] and all(getattr(each, name) == value for name, value in wanted.items())
        ]
        return matching, dropped

    def _explain(self, exchange: Exchange) -> Body:
        operations = self._room.documents[exchange.vendor].operations
        return {
            **exchange.render(),
            "reason": exchange.reason,
            "nearest": nearest(exchange.method, exchange.path, operations),
        }
