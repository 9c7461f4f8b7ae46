"""What the control plane tells, as frozen records. Times are aware UTC datetimes.

Members that a newer server adds are left out.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Self

from mockserver.consent import ConsentState

Wire = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """What can be called; `path` stands below the vendor's base URL, with its parameters in braces."""

    operation_id: str
    method: str
    path: str

    def __str__(self) -> str:
        """Write method and path."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Vendor:
    """A vendor served; `hosts` are its own hosts, with `*` for any one label."""

    name: str
    title: str
    hosts: tuple[str, ...]
    operations: tuple[Operation, ...]

    @classmethod
    def read(cls, wire: Wire) -> Self:
        """Read it."""
        operations = (Operation(each["operation_id"], each["method"], each["path"]) for each in wire["operations"])
        return cls(wire["name"], wire["title"], tuple(wire["hosts"]), tuple(operations))


@dataclass(frozen=True, slots=True)
class Consent:
    """One person's standing with one audience of one vendor.

    `email` is None and `data` a mapping where the person is known by data only; `audience` is None where the vendor has
    one only; `since` and `request_id` are None for what a fixture brought.
    """

    vendor: str
    email: str | None
    data: Mapping[str, Any] | None
    audience: str | None
    state: ConsentState
    since: datetime | None
    request_id: int | None

    @classmethod
    def read(cls, wire: Wire) -> Self:
        """Read it."""
        return cls(
            vendor=wire["vendor"],
            email=wire["email"],
            data=wire["data"],
            audience=wire["audience"],
            state=ConsentState(wire["state"]),
            since=None if wire["since"] is None else datetime.fromisoformat(wire["since"]),
            request_id=wire["request_id"],
        )


class _Body:
    """What request and response have in common."""

    __slots__ = ()
    body: str
    encoding: str | None

    @property
    def content(self) -> bytes:
        """The body's bytes."""
        return base64.b64decode(self.body) if self.encoding == "base64" else self.body.encode()

    def json(self) -> Any:
        """Read the body as JSON."""
        return json.loads(self.content)


@dataclass(frozen=True, slots=True)
class Request(_Body):
    """A request as it came: path and query with their escapes, credentials as `[REDACTED]`.

    `body` is text; bytes that are not UTF-8 stand in base64, and `encoding` says so.
    """

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: str
    encoding: str | None = None

    @classmethod
    def read(cls, wire: Wire) -> Self:
        """Read it."""
        return cls(
            wire["method"], wire["path"], wire["query"], _pairs(wire["headers"]), wire["body"], wire.get("encoding")
        )


@dataclass(frozen=True, slots=True)
class Response(_Body):
    """An answer; `body` as in a request."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str
    encoding: str | None = None

    @classmethod
    def read(cls, wire: Wire) -> Self:
        """Read it."""
        return cls(wire["status"], _pairs(wire["headers"]), wire["body"], wire.get("encoding"))


@dataclass(frozen=True, slots=True)
class Finding:
    """What was let pass though dubious, by which clause."""

    clause: str
    says: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request with its answer, which is None where nothing was sent; `at` and `duration_ms` are real time.

    Of a request that met no operation `Mock.unmatched` gives the reason, too, and the nearest operations, best first.
    """

    id: int
    at: datetime
    vendor: str
    operation_id: str | None
    request: Request
    response: Response | None
    verdict: str
    clauses: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    fault: str | None = None
    duration_ms: float = 0.0
    reason: str | None = None
    nearest: tuple[str, ...] = ()

    @property
    def status(self) -> int | None:
        """The status that was sent, None where nothing was."""
        return None if self.response is None else self.response.status

    @classmethod
    def read(cls, wire: Wire) -> Self:
        """Read it."""
        return cls(
            id=wire["id"],
            at=datetime.fromisoformat(wire["at"]),
            vendor=wire["vendor"],
            operation_id=wire["operation_id"],
            request=Request.read(wire["request"]),
            response=None if wire["response"] is None else Response.read(wire["response"]),
            verdict=wire["verdict"],
            clauses=tuple(wire["clauses"]),
            findings=tuple(Finding(each["clause"], each["says"]) for each in wire["findings"]),
            fault=wire["fault"],
            duration_ms=wire["duration_ms"],
            reason=wire.get("reason"),
            nearest=tuple(wire.get("nearest", ())),
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """Which requests meet which fault, and how many did: a rule has `fault` or `rate`.

    `matched` counts the requests that its vendor, operation and header matched, `fired` those that met the fault.
    """

    id: int
    match: Mapping[str, Any]
    fault: str | None
    rate: Mapping[str, Any] | None
    times: int | None
    retry_after_s: int | None
    delay_ms: float | None
    bytes_per_s: int | None
    matched: int
    fired: int

    @classmethod
    def read(cls, wire: Wire) -> Self:
        """Read it; what the rule leaves open is None."""
        members: dict[str, Any] = {each.name: wire.get(each.name) for each in fields(cls)}
        return cls(**members | {"match": wire.get("match", {})})


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a sandbox was; `taken_at` is what its clock showed."""

    id: str
    name: str | None
    taken_at: datetime

    @classmethod
    def read(cls, wire: Wire) -> Self:
        """Read it."""
        return cls(wire["id"], wire["name"], datetime.fromisoformat(wire["taken_at"]))


def _pairs(headers: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in headers)
