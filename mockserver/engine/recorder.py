"""The journal's room: every request to a vendor is written down, whatever becomes of it."""

import contextlib
import logging
from typing import Any

from mockserver.engine.edge import Edge
from mockserver.engine.faults import Faults
from mockserver.errors import UnknownSandbox
from mockserver.world.journal import BEGIN, CREDENTIAL_HEADERS, CURRENT, Exchange, keep
from mockserver.world.tally import Tally

access = logging.getLogger("mockserver.access")


class Recorder:
    """Opens an exchange, lets the rooms further in fill it, and closes it before the last of the answer is sent."""

    def __init__(self, edge: Edge, tally: Tally) -> None:
        """Stand before one vendor's edge."""
        self.edge = edge
        self._faults = Faults(edge)
        self._tally = tally
        self._is_told = access.isEnabledFor(logging.INFO)
        self._secrets = CREDENTIAL_HEADERS | {scheme.header for scheme in edge.document.schemes.values()}
        self._secret_operations = {each.operation_id for each in edge.document.operations if each.secret}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Write one request down."""
        sandbox = scope["sandbox"]
        exchange = Exchange(
            0,
            self.edge.document.name,
            scope["method"],
            scope["raw_path"].decode("latin-1"),
            scope["query_string"].decode("latin-1"),
            scope["headers"],
            mount=scope["mount"],
            secret_headers=self._secrets,
        )
        scope["exchange"] = exchange
        CURRENT.set(exchange)  # every request runs in a context of its own
        journal = sandbox.store.journal
        era = 0  # that none is

        def begin() -> None:
            nonlocal era
            if not journal.lasts(era):
                if sandbox.ended:
                    raise UnknownSandbox(f"sandbox {sandbox.name!r} was deleted while this request came in")
                exchange.id, era = journal.open()

        def end() -> None:
            nonlocal era
            exchange.secret_bodies = exchange.operation_id in self._secret_operations
            with contextlib.suppress(UnknownSandbox):
                if not era:
                    begin()
                keep(journal, era, exchange, sandbox.veil)
                self._tally.count(exchange)
                self._tell(exchange)
            era = -1  # kept once

        async def note(message: Any) -> None:
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
                exchange.response_headers = message["headers"]
            else:
                exchange.response_body += message["body"]
                if not message.get("more_body"):
                    end()
            await send(message)

        BEGIN.set(begin)
        scope["begin"], scope["end"] = begin, end
        app = self._faults if sandbox.store.faults else self.edge
        try:
            await app(scope, receive, note)
        finally:
            if era != -1:
                end()

    def _tell(self, exchange: Exchange) -> None:
        """Log a request as one line, without its query: that may be long, and says whom it is about."""
        if self._is_told:
            path = f"{exchange.mount}{exchange.path}"
            outcome = f"{exchange.status or 'no answer'} {exchange.verdict}"
            operation = exchange.operation_id or "no operation"
            access.info("%s %s: %s, %s, %s ms", exchange.method, path, outcome, operation, exchange.duration_ms)
