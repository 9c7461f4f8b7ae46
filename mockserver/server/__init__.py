"""Puts vendors and control plane together, and runs them under uvicorn."""

import contextlib
import ipaddress
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, cast

import a2wsgi
import uvicorn

from mockserver import COMMAND, VERSION, vendors
from mockserver import admin as control_plane
from mockserver.contract import document
from mockserver.contract.document import Document
from mockserver.engine.dispatcher import ASGIApp, Dispatcher, build, send_problem
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
from mockserver.server.protocol import Protocol
from mockserver.server.tls import Secured, secure
from mockserver.world.sandbox import DEFAULT, Start, World

GRACE_S = 3
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
    """What a server is started with. `vendors` empty means all; `port` 0 takes a free one.

    With `tls` it speaks TLS, by the authority that is kept in this folder; with `watch` it takes changed files in.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    vendors: tuple[str, ...] = ()
    start: Start = field(default_factory=Start)
    admin_token: str | None = None
    bounds: Bounds = field(default_factory=Bounds)
    tls: Path | None = None
    watch: bool = False


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
        self.app = self._build(self.documents)
        self.tls = self._secured()

    def _build(self, documents: Mapping[str, Document]) -> Dispatcher:
        settings = self.settings
        admin = control_plane.build(self.world, documents, self.vendors, settings.admin_token)
        wrapped = Intake(a2wsgi.WSGIMiddleware(cast("Any", admin)), CONTROL_BOUNDS, _refuse)
        return build(self.world, documents.values(), self.vendors, wrapped, settings.bounds)

    def renew(self) -> Dispatcher:
        """Read the documents anew, and build all that is made of them beside the same world.

        Raises:
            DocumentError: what, where, and what to do; nothing has changed then.
        """
        documents = {name: Document(each.path) for name, each in self.documents.items()}
        self.app, self.documents = self._build(documents), documents
        return self.app

    def _secured(self) -> Secured | None:
        folder = self.settings.tls
        return None if folder is None else secure(folder, self.settings.host, self.app.hosts())

    def banner(self, url: str) -> str:
        """Tell the URL, and what to send to each vendor: its first account's header."""
        start = self.settings.start
        lines = [f"{COMMAND} {VERSION} on {url} (scenario {start.scenario}, seed {start.seed})"]
        for name, kind in self.vendors.items():
            account = next(iter(self.world.find(DEFAULT).store.records(name).all(kind.account)), None)
            header = ": ".join(*account.headers.items()) if account else "no credential"
            lines.append(f"  {name:10} {url}/{name}  {account.name if account else '-'}  {header}")
        if self.tls:
            lines.append(f"  {'CA':10} {self.tls.certificate}")
        return "\n".join(lines)

    def url(self, listener: socket.socket) -> str:
        """Write the URL of a listening socket of this server's."""
        host = self.settings.host
        shown = f"[{host}]" if ":" in host else host
        return f"{'https' if self.tls else 'http'}://{shown}:{listener.getsockname()[1]}"

    def run(self, ready: Callable[[str], Any]) -> None:
        """Serve until SIGTERM or Ctrl-C; `ready` is called with the URL once the socket accepts.

        Raises:
            ConfigurationError: the address cannot be listened on.
        """
        with listen(self.settings.host, self.settings.port) as listener, self.served() as app:
            ready(self.url(listener))
            _Uvicorn(self.config(app)).run(sockets=[listener])

    @contextlib.contextmanager
    def served(self) -> Iterator[ASGIApp]:
        """Give the application to serve while the block lasts; with `watch` another may take its place."""
        if not self.settings.watch:
            yield self.app
            return
        from mockserver.server.watch import watching  # noqa: PLC0415 - for this only

        with watching(self) as app:
            yield app

    def config(self, app: ASGIApp) -> uvicorn.Config:
        """Tell uvicorn how to serve an application of this server's."""
        config = _config(app)
        if self.tls:
            config.load()
            config.ssl = self.tls.context
        return config


class _Uvicorn(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take signals as uvicorn does, but do not raise them again: being asked to stop is no failure."""
        with super().capture_signals():
            yield
            self._captured_signals.clear()


async def _refuse(error: ApiError, send: Any) -> None:
    await send_problem(PROBLEMS[type(error)], send)


def is_loopback(host: str) -> bool:
    """Tell whether an address to listen on is this machine's own, by what it resolves to."""
    try:
        found = {str(each[4][0]) for each in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    return all(ipaddress.ip_address(each.partition("%")[0]).is_loopback for each in found)


def _config(app: ASGIApp) -> uvicorn.Config:
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


@contextlib.contextmanager
def running(
    settings: Settings | None = None, room: Callable[[ASGIApp], ASGIApp] = lambda app: app
) -> Iterator[tuple[str, Server]]:
    """Serve in a thread while the block lasts, on a free port unless one is given; gives URL and server.

    `room` puts an application of the caller's before the server's own.
    """
    server = Server(settings or Settings(port=0))
    with listen(server.settings.host, server.settings.port) as listener, server.served() as app:
        host = uvicorn.Server(server.config(room(app)))
        thread = threading.Thread(target=host.run, kwargs={"sockets": [listener]}, name="mockserver", daemon=True)
        thread.start()
        try:
            yield server.url(listener), server
        finally:
            host.should_exit = True
            thread.join(GRACE_S + 2)
