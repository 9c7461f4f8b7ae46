"""Deliberately wrong servers: the mock with one thing changed on the way in or out, as data of `mutants/<vendor>.yaml`.

A row:

    id: its name
    operation: the operationId that it is wrong about
    kind: one of KINDS
    clauses: what it breaks
    when: {method, path, query, sent, status, body}: regular expressions, all of which the exchange must match
    request: {path, query, body: [pattern, replacement]; headers: {name: value or null};
        replace: [header, pattern, text]}
    answer: {status; body: [pattern, replacement]; headers: {name: value or null}}
    lost: true, where a request is answered as in another world, so that nothing is written in this one
    every: 3, where of a sandbox's requests that are meant only the third, sixth and so on are got wrong
    tolerated: why a survivor is tolerable

`{{guid}}` in the replacement of an answer's body is another one each time.
"""

import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).with_name("mutants")
ELSEWHERE = "elsewhere"
"""The sandbox in which lost requests are answered."""
KINDS = (
    *("status", "field", "type", "value", "text", "order", "count", "default"),
    *("write", "read", "media type", "header", "auth", "query", "namespace"),
)
Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Mutant:
    """One wrong server."""

    vendor: str
    row: Mapping[str, Any]

    @property
    def name(self) -> str:
        return f"{self.vendor}: {self.row['id']}"


def read(vendors: list[str]) -> Iterator[Mutant]:
    """Read the catalogue."""
    for vendor in vendors:
        path = FOLDER / f"{vendor}.yaml"
        for row in yaml.safe_load(path.read_text()) if path.exists() else ():
            if row["kind"] not in KINDS:
                raise ValueError(f"{path}: {row['id']}: there is no kind {row['kind']!r}; kinds are {', '.join(KINDS)}")
            yield Mutant(vendor, row)


@dataclass
class Exchange:
    """One request and its answer, whole, in the hands of a mutant."""

    method: str
    path: str
    query: str
    headers: Headers
    sent: bytes
    status: int = 0
    answer_headers: Headers = field(default_factory=list)
    body: bytes = b""


class Mutating:
    """Stands before the mock's application; `active` is the mutant at work, None for none."""

    def __init__(self, app: Callable[..., Any]) -> None:
        self.app = app
        self.active: Mutant | None = None
        self._met: Counter[tuple[str, str]] = Counter()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        mutant = self.active
        if mutant is None or scope["type"] != "http" or not ours(mutant, scope["raw_path"].decode("latin-1")):
            await self.app(scope, receive, send)
            return
        exchange = await take_in(scope, receive)
        meant = matches(mutant, exchange, ("method", "path", "query", "sent")) and self._is_due(mutant, exchange)
        if meant:
            change_request(mutant, exchange)
        await answer(self.app, scope, exchange)
        if meant and matches(mutant, exchange, ("status", "body")):
            change_answer(mutant, exchange)
        await give_out(exchange, send)

    def _is_due(self, mutant: Mutant, exchange: Exchange) -> bool:
        """Count what is meant in each sandbox; tell whether it is the turn of this one."""
        place = mutant.name, exchange.path.split("/")[1]
        self._met[place] += 1
        return self._met[place] % mutant.row.get("every", 1) == 0


def ours(mutant: Mutant, path: str) -> bool:
    """Tell whether a request is for the mutant's vendor."""
    return re.match(rf"/(?:~[^/]+/)?{mutant.vendor}/", path) is not None


async def take_in(scope: Any, receive: Any) -> Exchange:
    """Read a request whole."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    path, query = scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1")
    return Exchange(scope["method"], path, query, list(scope["headers"]), body)


def matches(mutant: Mutant, exchange: Exchange, parts: tuple[str, ...]) -> bool:
    """Tell whether an exchange is one that the mutant gets wrong, as far as these parts tell."""
    wanted = mutant.row.get("when", {})
    found = {
        "method": exchange.method,
        "path": exchange.path,
        "query": exchange.query,
        "sent": exchange.sent.decode("utf-8", "replace"),
        "status": str(exchange.status),
        "body": exchange.body.decode("utf-8", "replace"),
    }
    return all(re.search(str(wanted[part]), found[part], re.DOTALL) for part in parts if part in wanted)


def change_request(mutant: Mutant, exchange: Exchange) -> None:
    """Get a request wrong."""
    change = mutant.row.get("request", {})
    if mutant.row.get("lost"):
        exchange.path = re.sub(r"^/(?:~[^/]+/)?", f"/~{ELSEWHERE}/", exchange.path)
    for part in ("path", "query"):
        if part in change:
            setattr(exchange, part, re.sub(*change[part], getattr(exchange, part)))
    if "body" in change:
        exchange.sent = substituted(change["body"], exchange.sent)
    exchange.headers = changed(exchange.headers, change.get("headers", {}))
    if "replace" in change:
        header, pattern, text = (each.encode() for each in change["replace"])
        exchange.headers = [(n, re.sub(pattern, text, v) if n == header else v) for n, v in exchange.headers]


def change_answer(mutant: Mutant, exchange: Exchange) -> None:
    """Get an answer wrong."""
    change = mutant.row.get("answer", {})
    exchange.status = change.get("status", exchange.status)
    if "body" in change:
        exchange.body = substituted(change["body"], exchange.body)
    exchange.answer_headers = changed(exchange.answer_headers, change.get("headers", {}))


def substituted(change: list[str], text: bytes) -> bytes:
    """Replace in a body."""
    replacement = change[1].replace("{{guid}}", str(uuid.uuid4()))
    return re.sub(change[0], replacement, text.decode("utf-8", "surrogateescape"), flags=re.DOTALL).encode(
        "utf-8", "surrogateescape"
    )


def changed(headers: Headers, changes: Mapping[str, str | None]) -> Headers:
    """Set headers, or take them away."""
    kept = [(name, value) for name, value in headers if name.decode() not in changes]
    return kept + [(name.encode(), value.encode()) for name, value in changes.items() if value is not None]


async def answer(app: Callable[..., Any], scope: Any, exchange: Exchange) -> None:
    """Let the mock answer."""
    headers = [each for each in exchange.headers if each[0] not in {b"content-length", b"transfer-encoding"}]
    length = [(b"content-length", str(len(exchange.sent)).encode())] if exchange.sent else []
    inner = scope | {
        "raw_path": exchange.path.encode("latin-1"),
        "query_string": exchange.query.encode("latin-1"),
        "headers": headers + length,
    }
    parts: list[bytes] = []

    async def give() -> Any:
        return {"type": "http.request", "body": exchange.sent, "more_body": False}

    async def note(message: Any) -> None:
        if message["type"] == "http.response.start":
            exchange.status, exchange.answer_headers = message["status"], list(message["headers"])
        else:
            parts.append(message.get("body", b""))

    await app(inner, give, note)
    exchange.body = b"".join(parts)


async def give_out(exchange: Exchange, send: Any) -> None:
    """Send an answer whole."""
    headers = [each for each in exchange.answer_headers if each[0] != b"content-length"]
    headers.append((b"content-length", str(len(exchange.body)).encode()))
    await send({"type": "http.response.start", "status": exchange.status, "headers": headers})
    await send({"type": "http.response.body", "body": exchange.body})
