"""What is under test: one vendor of a server, the mock's sandbox or the vendor's own."""

import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from mockserver.contract.document import Document
from mockserver.contract.elements import Operation

STANDING = "2026-01-01T00:00:00Z"
"""Where the clocks of the suite's sandboxes stand, so that the same requests get the same bytes."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent. `query` is raw; a header of None is left out; without `headers["accept"]` none is sent."""

    operation: Operation
    path: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    headers: Mapping[str, str | None] = field(default_factory=dict)
    body: bytes = b""

    @property
    def target(self) -> str:
        """The path below the vendor's base URL, with its query."""
        path = self.operation.path
        for name, value in self.path.items():
            path = path.replace(f"{{{name}}}", urllib.parse.quote(value, safe="@"))
        return f"{path}?{self.query}" if self.query else path


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names are in lower case, those of the connection are left out."""

    status: int
    headers: Mapping[str, str]
    body: bytes


NOT_THE_VENDORS = frozenset({"date", "server", "connection", "keep-alive", "transfer-encoding"})


class Target:
    """One vendor at its base URL. `accounts` are the headers to send, by the account's name."""

    def __init__(
        self, document: Document, base_url: str, accounts: Mapping[str, Mapping[str, str]], http: httpx.Client
    ):
        self.document = document
        self.base_url = base_url
        self.accounts = accounts
        self._http = http

    def send(self, request: Request) -> Answer:
        """Send a request with these headers and no others."""
        made = self._http.build_request(request.operation.method, self.base_url + request.target, content=request.body)
        for name in ("accept", "accept-encoding", "user-agent"):
            made.headers.pop(name, None)
        for name, value in request.headers.items():
            if value is not None:
                made.headers[name] = value
        answer = self._http.send(made)
        headers = {name.lower(): value for name, value in answer.headers.items() if name not in NOT_THE_VENDORS}
        return Answer(answer.status_code, headers, answer.content)


class Sandbox:
    """A world of the mock's, made for a test, with what the control plane tells of it."""

    def __init__(self, http: httpx.Client, origin: str, **wish: Any):
        made = http.post(f"{origin}/__admin/sandboxes", json={"now": STANDING, **wish}).raise_for_status().json()
        self._http = http
        self._url = f"{origin}/__admin/sandboxes/{made['name']}"
        self._base_urls = made["base_urls"]
        self._credentials = made["credentials"]

    def target(self, document: Document) -> Target:
        """One of its vendors."""
        accounts = {each["account"]: each["headers"] for each in self._credentials[document.name]}
        return Target(document, self._base_urls[document.name], accounts, self._http)

    def consents(self, vendor: str) -> dict[tuple[Any, ...], Mapping[str, Any]]:
        """The ledger's rows of a vendor, by person and audience."""
        answer = self._http.get(f"{self._url}/consents", params={"vendor": vendor}).raise_for_status()
        return {
            (each["email"] and each["email"].casefold(), str(each["data"]), each["audience"]): each
            for each in answer.json()["consents"]
        }

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the control plane, below this sandbox."""
        answer = self._http.request(method, f"{self._url}/{path}", json=body).raise_for_status()
        return answer.json() if answer.content else None

    def reset(self) -> None:
        """Begin as new."""
        self._http.post(f"{self._url}/reset").raise_for_status()

    def delete(self) -> None:
        """End."""
        self._http.delete(self._url).raise_for_status()
