"""The journal's room: every request to a vendor is written down, whatever becomes of it."""

from typing import Any

from mockserver.engine.edge import Edge
from mockserver.world.journal import CREDENTIAL_HEADERS, CURRENT, Exchange, keep


class Recorder:
    """Opens an exchange, lets the rooms further in fill it, and closes it before the last of the answer is sent."""

    def __init__(self, edge: Edge) -> None:
        """Stand before one vendor's edge."""
        self.edge = edge
        self._secrets = CREDENTIAL_HEADERS | {scheme.header for scheme in edge.document.schemes.values()}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Write one request down."""
        journal = scope["sandbox"].store.journal
        number, era = journal.open()
        exchange = Exchange(
            number,
            self.edge.document.name,
            scope["method"],
            scope["raw_path"].decode("latin-1"),
            scope["query_string"].decode("latin-1"),
            scope["headers"],
            secret_headers=self._secrets,
        )
        scope["exchange"] = exchange
        CURRENT.set(exchange)  # every request runs in a context of its own
        kept = False

        async def note(message: Any) -> None:
            nonlocal kept
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
                exchange.response_headers = message["headers"]
            else:
                exchange.response_body = message["body"]
                kept = True
                keep(journal, era, exchange)
            await send(message)

        try:
            await self.edge(scope, receive, note)
        finally:
            if not kept:
                keep(journal, era, exchange)
