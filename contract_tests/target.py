"""What is under test: one vendor of a server, the mock's sandbox or the vendor's own."""

import http.client
import socket
import ssl
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import httpx

from mockserver.contract.document import Document
from mockserver.contract.elements import Operation

STANDING = "2026-01-01T00:00:00Z"
"""Where the clocks of the suite's sandboxes stand, so that the same requests get the same bytes."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent. `query` is raw; a header of None is left out; without `headers["accept"]` none is sent.

    `method` and `raw_path` take the place of the operation's own, where a request misses it.
    """

    operation: Operation
    path: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    headers: Mapping[str, str | None] = field(default_factory=dict)
    body: bytes = b""
    method: str | None = None
    raw_path: str | None = None

    @property
    def target(self) -> str:
        """The path below the vendor's base URL, with its query."""
        path = self.operation.path if self.raw_path is None else self.raw_path
        for name, value in self.path.items():
            path = path.replace(f"{{{name}}}", urllib.parse.quote(value, safe="@"))
        return f"{path}?{self.query}" if self.query else path

    def shown(self, document: Document) -> str:
        """Write it for people."""
        method = self.method or self.operation.method
        return f"{method} /{document.name}{self.target} {dict(self.headers)} {self.body[:200]!r}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names are in lower case, those of the connection are left out."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def _another(secret: str) -> str:
    """Change the last characters of a secret."""
    return secret[:-4] + "".join("1" if each == "0" else "0" for each in secret[-4:])


NOT_THE_VENDORS = frozenset({"date", "server", "connection", "keep-alive", "transfer-encoding", "mock-clause"})
"""Headers that a server, or the mock with `--explain`, puts beside what the document has."""


Seen = Callable[[Document, Request, Answer], None]
"""Whoever wants to know of every answer."""


class Target:
    """One vendor at its base URL. `accounts` are the headers to send, by the account's name.

    `values` take the place of whatever a request has for these path parameters.
    """

    def __init__(
        self,
        document: Document,
        base_url: str,
        accounts: Mapping[str, Mapping[str, str]],
        http: httpx.Client,
        seen: Seen,
        values: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.document = document
        self.seen = seen
        self.base_url = base_url
        self.accounts = accounts
        self.values = values
        self.http = http

    def credential(self, account: str | None = "") -> dict[str, str | None]:
        """Give an account's headers: the first's for "", none for None, other secrets in the right form for `wrong`."""
        if account is None or not self.accounts:
            return {}
        headers = self.accounts.get(account, next(iter(self.accounts.values())))
        return {name: _another(value) if account == "wrong" else value for name, value in headers.items()}

    def send(self, request: Request) -> Answer:
        """Send a request with these headers and no others."""
        request = replace(request, path={name: self.values.get(name, value) for name, value in request.path.items()})
        method = request.method or request.operation.method
        made = self.http.build_request(method, self.base_url + request.target, content=request.body)
        for name in ("accept", "accept-encoding", "user-agent"):
            made.headers.pop(name, None)
        for name, value in request.headers.items():
            if value is not None:
                made.headers[name] = value
        answer = self.http.send(made)
        headers = {name.lower(): value for name, value in answer.headers.items() if name not in NOT_THE_VENDORS}
        found = Answer(answer.status_code, headers, answer.content)
        self.seen(self.document, request, found)
        return found

    def stall(self, request: Request) -> Answer:
        """Announce a body of which one byte only comes, and wait for what the server says."""
        url = httpx.URL(self.base_url + request.target)
        headers = {"host": url.netloc.decode(), **request.headers, "content-length": "10"}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value is not None)
        method = request.method or request.operation.method
        with _connected(url) as connection:
            connection.sendall(f"{method} {url.raw_path.decode()} HTTP/1.1\r\n{head}\r\n{{".encode())
            answer = http.client.HTTPResponse(connection, method=method)
            answer.begin()
            sent = {name.lower(): value for name, value in answer.getheaders() if name.lower() not in NOT_THE_VENDORS}
            found = Answer(answer.status, sent, answer.read())
        self.seen(self.document, request, found)
        return found


def _connected(url: httpx.URL) -> socket.socket:
    secure = url.scheme == "https"
    connection = socket.create_connection((url.host, url.port or (443 if secure else 80)), timeout=90)
    return ssl.create_default_context().wrap_socket(connection, server_hostname=url.host) if secure else connection


@dataclass(frozen=True, slots=True)
class Plane:
    """The control plane of a mock at its URL; `headers` are sent to it, and to no vendor."""

    url: str
    http: httpx.Client
    headers: Mapping[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Ask it for a path below `/__admin/`; gives the JSON of the answer, None where it is empty."""
        url = f"{self.url}/__admin/{path}"
        answer = self.http.request(method, url, json=body, headers=dict(self.headers)).raise_for_status()
        return answer.json() if answer.content else None


class Sandbox:
    """A world of the mock's, made for a test, with what the control plane tells of it."""

    def __init__(self, plane: Plane, seen: Seen, **wish: Any):
        made = plane.call("POST", "sandboxes", {"now": STANDING, **wish})
        self._plane = plane
        self._seen = seen
        self.name = made["name"]
        self._base_urls = made["base_urls"]
        self._credentials = made["credentials"]

    def target(self, document: Document) -> Target:
        """One of its vendors, at the origin by which the mock was reached."""
        accounts = {each["account"]: each["headers"] for each in self._credentials[document.name]}
        url = self._plane.url + urllib.parse.urlsplit(self._base_urls[document.name]).path
        return Target(document, url, accounts, self._plane.http, self._seen)

    def consents(self, vendor: str) -> dict[tuple[Any, ...], Mapping[str, Any]]:
        """The ledger's rows of a vendor, by person and audience."""
        return {
            (each["email"] and each["email"].casefold(), str(each["data"]), each["audience"]): each
            for each in self.call("GET", f"consents?vendor={vendor}")["consents"]
        }

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the control plane, below this sandbox."""
        return self._plane.call(method, f"sandboxes/{self.name}/{path}", body)

    def reset(self) -> None:
        """Begin as new."""
        self.call("POST", "reset")

    def delete(self) -> None:
        """End."""
        self._plane.call("DELETE", f"sandboxes/{self.name}")
