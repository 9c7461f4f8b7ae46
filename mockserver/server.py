"""Puts vendors and control plane together, and runs them under uvicorn."""

import contextlib
import ipaddress
import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

import a2wsgi
import httptools
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mockserver import COMMAND, VERSION, vendors
from mockserver import admin as control_plane
from mockserver.contract import document
from mockserver.engine.dispatcher import Dispatcher, build, send_problem
from mockserver.engine.intake import Bounds, Intake
from mockserver.errors import (
    ApiError,
    ConfigurationError,
    HeadersTooLarge,
    HeadersTooLong,
    PayloadTooLarge,
    Problem,
    RequestTimeout,
    TimedOut,
    TooLarge,
)
from mockserver.world.sandbox import DEFAULT, Start, World

GRACE_S = 3
ABSOLUTE = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?([^/?#]*)")
CONTROL_BOUNDS = Bounds(body_bytes=64 * 1024 * 1024)
PROBLEMS: dict[type[ApiError], Problem] = {
    PayloadTooLarge: TooLarge(f"a body has at most {CONTROL_BOUNDS.body_bytes} bytes"),
    RequestTimeout: TimedOut(
        f"a body arrives within {CONTROL_BOUNDS.body_timeout_s:.0f} s, and before the server ends"
    ),
    HeadersTooLarge: HeadersTooLong(f"header fields have at most {CONTROL_BOUNDS.header_bytes} bytes together"),
}


@dataclass(frozen=True)
class Settings:
    """What a server is started with. `vendors` empty means all; `port` 0 takes a free one."""

    host: str = "127.0.0.1"
    port: int = 8080
    vendors: tuple[str, ...] = ()
    start: Start = field(default_factory=Start)
    admin_token: str | None = None
    bounds: Bounds = field(default_factory=Bounds)


class Server:
    """A server that is built; nothing listens yet."""

    def __init__(self, settings: Settings) -> None:
        """Build everything: what is broken ends the start here.

        Raises:
            ConfigurationError, DocumentError, FixtureError: what, where, and what to do.
        """
        if not is_loopback(settings.host) and not settings.admin_token:
            raise ConfigurationError(
                f"--host {settings.host} is open to other machines: guard the control plane with --admin-token"
            )
        self.settings = settings
        names = settings.vendors or tuple(document.names())
        self.vendors = {name: vendors.find(name) for name in names}
        self.documents = {name: document.load(name) for name in self.vendors}
        self.world = World(
            {name: kind.kinds() for name, kind in self.vendors.items()},
            document.names(),
            partial(vendors.furnish, vendors=self.vendors),
            settings.start,
        )
        admin = control_plane.build(self.world, self.documents, self.vendors, settings.admin_token)
        wrapped = Intake(a2wsgi.WSGIMiddleware(cast("Any", admin)), CONTROL_BOUNDS, _refuse)
        self.app: Dispatcher = build(self.world, self.documents.values(), self.vendors, wrapped, settings.bounds)

    def banner(self, url: str) -> str:
        """Tell the URL, and what to send to each vendor: its first account's header."""
        start = self.settings.start
        lines = [f"{COMMAND} {VERSION} on {url} (scenario {start.scenario}, seed {start.seed})"]
        for name, kind in self.vendors.items():
            account = next(iter(self.world.find(DEFAULT).store.records(name).all(kind.account)), None)
            header = ": ".join(*account.headers.items()) if account else "no credential"
            lines.append(f"  {name:10} {url}/{name}  {account.name if account else '-'}  {header}")
        return "\n".join(lines)

    def run(self, ready: Callable[[str], Any]) -> None:
        """Serve until SIGTERM or Ctrl-C; `ready` is called with the URL once the socket accepts.

        Raises:
            ConfigurationError: the address cannot be listened on.
        """
        with listen(self.settings.host, self.settings.port) as listener:
            ready(url_of(self.settings.host, listener))
            _Uvicorn(_config(self.app)).run(sockets=[listener])


class _Uvicorn(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take signals as uvicorn does, but do not raise them again: being asked to stop is no failure."""
        with super().capture_signals():
            yield
            self._captured_signals.clear()


async def _refuse(error: ApiError, send: Any) -> None:
    await send_problem(PROBLEMS[type(error)], send)


class Protocol(HttpToolsProtocol):
    """Holds heads to RFC 9112, and reads on where a request offers an upgrade (`Upgrade: h2c`, as Java's client does).

    httptools ends such a request with its head and hands the rest back, body and all. No upgrade is taken here, so the
    head is read again without the offer, and the rest behind it: the body stays a body.
    """

    offers_upgrade = False

    def on_headers_complete(self) -> None:
        """Begin the request, unless its head will be read again."""
        self.offers_upgrade = self.parser.should_upgrade()
        if not self.offers_upgrade:
            self._settle_host()
            super().on_headers_complete()

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


def is_loopback(host: str) -> bool:
    """Tell whether an address to listen on is this machine's own, by what it resolves to."""
    try:
        found = {str(each[4][0]) for each in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    return all(ipaddress.ip_address(each.partition("%")[0]).is_loopback for each in found)


def _config(app: Dispatcher) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        http=Protocol,
        proxy_headers=False,
        lifespan="on",
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
    )


def listen(host: str, port: int) -> socket.socket:
    """Open a listening socket.

    Raises:
        ConfigurationError: the address is taken, or none of this machine's.
    """
    listener = None
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError as error:
        if listener is not None:
            listener.close()
        raise ConfigurationError(
            f"cannot listen on {host}:{port}: {error.strerror or error}; take another --port (0: a free one)"
        ) from None
    return listener


def url_of(host: str, listener: socket.socket) -> str:
    """Write the URL of a listening socket."""
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listener.getsockname()[1]}"


@contextlib.contextmanager
def running(settings: Settings | None = None) -> Iterator[tuple[str, Server]]:
    """Serve in a thread while the block lasts, on a free port unless one is given; gives URL and server."""
    server = Server(settings or Settings(port=0))
    with listen(server.settings.host, server.settings.port) as listener:
        host = uvicorn.Server(_config(server.app))
        thread = threading.Thread(target=host.run, kwargs={"sockets": [listener]}, name="mockserver", daemon=True)
        thread.start()
        try:
            yield url_of(server.settings.host, listener), server
        finally:
            host.should_exit = True
            thread.join(GRACE_S + 2)
