"""The dispatcher: which sandbox, which vendor; what is neither is the control plane's or a 404 of our own."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

import orjson

from mockserver.contract.document import Document
from mockserver.engine.edge import Edge
from mockserver.engine.intake import Bounds
from mockserver.engine.recorder import Recorder
from mockserver.errors import Problem, UnknownVendor
from mockserver.vendors import Vendor
from mockserver.world.sandbox import DEFAULT, World

ASGIApp = Callable[[Any, Any, Any], Awaitable[None]]
CONTROL_PLANE = b"/__admin"
TILDE = re.compile(rb"/(?:~|%7[Ee])")


class Dispatcher:
    """The outermost application."""

    def __init__(self, world: World[Vendor], rooms: Mapping[str, Recorder], admin: ASGIApp) -> None:
        """Stand before these vendors and this control plane."""
        self._world = world
        self._rooms = rooms
        self._admin = admin
        self._hosts = {name: _host_pattern(name, room.edge.document) for name, room in rooms.items()}
        self._served = {name: _Served(room.edge.document) for name, room in rooms.items()}
        self._known_hosts: dict[bytes, str | None] = {}

    def hosts(self) -> list[str]:
        """List the hosts that vendors have to themselves, a label that varies as `*`."""
        return [host for name, room in self._rooms.items() for host in _hosts(name, room.edge.document)]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Find out whom a request is for, and pass it on."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        try:
            app, scope = self._target(scope)
            await app(scope, receive, send)
        except Problem as problem:  # before anything was sent
            await send_problem(problem, send)

    def _target(self, scope: Any) -> tuple[ASGIApp, Any]:
        """Take sandbox and vendor off the path.

        Raises:
            UnknownSandbox, UnknownVendor: there is none.
        """
        raw: bytes = scope["raw_path"]
        name = self._vendor_of_host(scope)
        if name is None and (raw in {b"/", CONTROL_PLANE} or raw.startswith(CONTROL_PLANE + b"/")):
            return self._admin, scope
        sandbox, mount = DEFAULT, ""
        if tilde := TILDE.match(raw):  # some clients encode it
            first, _, rest = raw[tilde.end() :].partition(b"/")
            sandbox, mount, raw = first.decode("latin-1"), f"/~{first.decode('latin-1')}", b"/" + rest
        found = self._world.find(sandbox)
        if name is None:
            first, _, rest = raw[1:].partition(b"/")
            name = first.decode("latin-1")
            mount, raw = f"{mount}/{name}", b"/" + rest
        room = self._rooms.get(name)
        if room is None:
            served = ", ".join(f"/{each}/…" for each in self._rooms)
            raise UnknownVendor(
                f"there is no vendor {name[:100]!r} here; served are {served}; the control plane is /__admin"
            )
        target: ASGIApp = room
        if raw in {b"/openapi.yaml", b"/openapi.json"} and scope["method"] in {"GET", "HEAD"}:
            target = self._served[name]
        return target, scope | {"sandbox": found, "mount": mount, "raw_path": raw}

    def _vendor_of_host(self, scope: Any) -> str | None:
        host = next((value for name, value in scope["headers"] if name == b"host"), b"")
        if host not in self._known_hosts:
            text = host.decode("latin-1").rpartition(":")[0] if re.search(rb":\d*$", host) else host.decode("latin-1")
            found = next(
                (name for name, pattern in self._hosts.items() if pattern.fullmatch(text.removesuffix("."))), None
            )
            if len(self._known_hosts) >= 1000:  # noqa: PLR2004 - whoever sends that many hosts pays for each
                return found
            self._known_hosts[host] = found
        return self._known_hosts[host]


def _hosts(name: str, document: Document) -> tuple[str, ...]:
    return (f"{name}.localhost", *document.hosts)


def _host_pattern(name: str, document: Document) -> re.Pattern[str]:
    patterns = (re.escape(host).replace(r"\*", "[^.]+") for host in _hosts(name, document))
    return re.compile("|".join(patterns), re.IGNORECASE)


class _Served:
    """A document as it stands in `specs/`, or the same as JSON."""

    def __init__(self, document: Document) -> None:
        self._yaml = document.raw
        self._json = orjson.dumps(document.tree)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG002 - ASGI
        if scope["raw_path"].endswith(b".yaml"):
            await _send(200, b"application/yaml", self._yaml, send)
        else:
            await _send(200, b"application/json", self._json, send)


async def send_problem(problem: Problem, send: Any) -> None:
    """Say what the tool itself has to say."""
    await _send(problem.status, b"application/problem+json", orjson.dumps(problem.render()), send)


async def _send(status: int, media_type: bytes, body: bytes, send: Any) -> None:
    headers = [(b"content-type", media_type), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _lifespan(receive: Any, send: Any) -> None:
    """Everything was built before; there is nothing to start or stop."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def build(
    world: World[Vendor],
    documents: Iterable[Document],
    vendors: Mapping[str, type[Vendor]],
    admin: ASGIApp,
    bounds: Bounds | None = None,
) -> Dispatcher:
    """Bind every document, operation and credential now: what cannot be bound stops the start.

    Raises:
        DocumentError: with document, operation and reason.
    """
    limits = bounds or Bounds()
    explain = world.start.explain
    edges = (Edge(document, vendors[document.name], limits, explain=explain) for document in documents)
    return Dispatcher(world, {edge.document.name: Recorder(edge, world.tally) for edge in edges}, admin)
