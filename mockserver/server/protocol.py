"""HTTP/1.1 as it comes in over a socket, where uvicorn and httptools are more lenient, or lose something."""

import re
from collections.abc import Sequence
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from mockserver.engine.delivery import HELD, TRANSPORT

ABSOLUTE = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?([^/?#]*)")


class Protocol(HttpToolsProtocol):
    """Holds heads to RFC 9112, and reads on where a request offers an upgrade (`Upgrade: h2c`, as Java's client does).

    httptools ends such a request with its head and hands the rest back, body and all. No upgrade is taken here, so the
    head is read again without the offer, and the rest behind it: the body stays a body.

    It hands its connection on, so that faults can break it. uvicorn tells only the last request that came of the end of
    the connection; those before it, which may be held back, are told too.
    """

    offers_upgrade = False
    cycles: Sequence[RequestResponseCycle] = ()  # requests without their whole answer, the one under way first

    def on_message_begin(self) -> None:
        """Begin a request's scope."""
        super().on_message_begin()
        extensions: dict[str, Any] = {TRANSPORT: self.transport}
        self.scope["extensions"] = extensions

    def shutdown(self) -> None:
        """End when the answer under way is out; one that a fault holds back is not waited for."""
        if any(each.scope["extensions"].get(HELD) for each in self.cycles):
            self.transport.abort()  # over TLS an orderly end waits for the client
        super().shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell all requests."""
        for each in self.cycles:
            each.disconnected = True
            each.message_event.set()
        super().connection_lost(exc)

    def on_headers_complete(self) -> None:
        """Begin the request, unless its head will be read again."""
        self.offers_upgrade = self.parser.should_upgrade()
        if not self.offers_upgrade:
            self._settle_host()
            super().on_headers_complete()
            self.cycles = [*(each for each in self.cycles if not each.response_complete), self.cycle]

    def _settle_host(self) -> None:
        """Take the host of an absolute target for that of the request (RFC 9112, 3.2.2).

        Raises:
            HttpParserError: there is no one Host, or a transfer coding that nobody here undoes.
        """
        codings = [value for name, value in self.headers if name == b"transfer-encoding"]
        if codings and [each.strip().lower() for each in codings] != [b"chunked"]:
            raise httptools.HttpParserError("the only transfer coding is chunked")
        hosts = sum(name == b"host" for name, _ in self.headers)
        if hosts > 1 or (not hosts and self.parser.get_http_version() == "1.1"):
            raise httptools.HttpParserError("a request has one Host")
        if absolute := ABSOLUTE.match(self.url):
            rest = [each for each in self.headers if each[0] != b"host"]
            self.headers[:] = [(b"host", absolute[1]), *rest]  # in place: the scope has this list
            self.url = b"/" + self.url[absolute.end() :].removeprefix(b"/")

    def on_message_complete(self) -> None:
        """End the request, unless its head will be read again."""
        if not self.offers_upgrade:
            super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        """Read on."""
        self._unset_keepalive_if_required()
        try:
            while data:
                data = self._feed(data)
        except httptools.HttpParserError:
            self.send_400_response("Invalid HTTP request received.")

    def _feed(self, data: bytes) -> bytes:
        """Parse; give what is to be parsed anew, the head of an offer without it."""
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as offer:
            method, version = self.parser.get_method(), self.parser.get_http_version().encode()
            if method == b"CONNECT":
                raise httptools.HttpParserError("this is no proxy") from None
            closes = any(name == b"connection" and b"close" in value.lower() for name, value in self.headers)
            kept = [each for each in self.headers if each[0] not in {b"upgrade", b"connection"}]
            kept += [(b"connection", b"close")] if closes else []
            head = b"%b %b HTTP/%b\r\n" % (method, self.url, version)
            head += b"".join(b"%b: %b\r\n" % each for each in kept) + b"\r\n"
            self.parser = httptools.HttpRequestParser(self)
            self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn does
            return head + data[offer.args[0] :]
        return b""
