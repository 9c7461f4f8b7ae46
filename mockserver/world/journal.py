"""One request with its answer, while it happens and as the journal keeps it."""

import base64
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from mockserver.store import Journal
from mockserver.world.clock import elapsed_ns, real_now, wire

Headers = list[tuple[bytes, bytes]]
REDACTED = "[REDACTED]"
MOST_FINDINGS = 100
LONGEST_FINDING = 500
LONGEST_BODY = 4 * 1024 * 1024  # a sixteenth of what a journal holds: one exchange must not drive out all others
CREDENTIAL_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})


class Verdict(StrEnum):
    """How a request ended: `rejected` for credential, media type, syntax or schema, `refused` by the handler."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    REJECTED = "rejected"
    UNMATCHED = "unmatched"
    INJECTED = "injected"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was let pass though dubious, by which clause."""

    clause: str
    says: str


@dataclass(slots=True)
class Exchange:
    """One request with its answer. The rooms of the engine fill it; `status` is None until something is sent.

    `path` is the vendor's own, `mount` what stood before it; `reason` tells why nothing matched.
    """

    id: int
    vendor: str
    method: str
    path: str
    query: str
    request_headers: Headers
    at: datetime = field(default_factory=real_now)
    operation_id: str | None = None
    request_body: bytes = b""
    status: int | None = None
    response_headers: Headers = field(default_factory=list)
    response_body: bytes = b""
    verdict: Verdict = Verdict.CRASHED
    clauses: tuple[str, ...] = ()
    findings: list[Finding] = field(default_factory=list)
    reason: str = ""
    fault: str | None = None
    duration_ms: float = 0.0
    mount: str = ""
    secret_headers: frozenset[str] = CREDENTIAL_HEADERS
    secret_bodies: bool = False
    _began: int = field(default_factory=elapsed_ns)

    @property
    def size(self) -> int:
        """How many bytes it holds, roughly."""
        headers = (*self.request_headers, *self.response_headers)
        parts = (self.path, self.query, self.request_body, self.response_body)
        findings = sum(200 + len(each.says) for each in self.findings)
        return 1024 + findings + sum(map(len, parts)) + sum(100 + len(name) + len(value) for name, value in headers)

    def note(self, clause: str, says: str) -> None:
        """Add a finding; past a hundred they say nothing new."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(clause, says[:LONGEST_FINDING]))

    def end(self) -> None:
        """Stop the watch."""
        self.duration_ms = round((elapsed_ns() - self._began) / 1e6, 3)

    def render(self) -> dict[str, Any]:
        """Give the control plane's form; credentials are taken out."""
        response = None
        if self.status is not None:
            response = {
                "status": self.status,
                "headers": self._headers(self.response_headers),
                **self._body(self.response_body),
            }
        return {
            "id": self.id,
            "at": wire(self.at),
            "vendor": self.vendor,
            "operation_id": self.operation_id,
            "request": {
                "method": self.method,
                "path": self.path,
                "query": self.query,
                "headers": self._headers(self.request_headers),
                **self._body(self.request_body),
            },
            "response": response,
            "verdict": self.verdict,
            "clauses": list(self.clauses),
            "findings": [{"clause": each.clause, "says": each.says} for each in self.findings],
            "fault": self.fault,
            "duration_ms": self.duration_ms,
        }

    def _body(self, body: bytes) -> dict[str, str]:
        return {"body": REDACTED} if body and self.secret_bodies else _text(body)

    def _headers(self, headers: Headers) -> list[list[str]]:
        pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
        return [[name, REDACTED if name.lower() in self.secret_headers else value] for name, value in pairs]


def _text(body: bytes) -> dict[str, str]:
    try:
        return {"body": body.decode()}
    except UnicodeDecodeError:
        return {"body": base64.b64encode(body).decode(), "encoding": "base64"}


CURRENT: ContextVar[Exchange | None] = ContextVar("CURRENT", default=None)
"""The exchange under way, for whoever notes a finding or stamps a consent."""


BEGIN: ContextVar[Callable[[], None]] = ContextVar("BEGIN", default=lambda: None)
"""Draws the id of the exchange under way, and another one where the journal has begun anew since."""


Veil = Callable[[Exchange], None]
"""Takes out of an exchange what its journal is not to hold."""


def keep(journal: Journal, era: int, exchange: Exchange, veil: Veil | None = None) -> None:
    """End an exchange and put it into the journal, veiled where that is asked for, a monstrous body cut."""
    exchange.end()
    if veil is not None:
        veil(exchange)
    exchange.request_body, exchange.response_body = _cut(exchange.request_body), _cut(exchange.response_body)
    journal.close(era, exchange)


def _cut(body: bytes) -> bytes:
    return body if len(body) <= LONGEST_BODY else body[:LONGEST_BODY] + f"… ({len(body)} bytes in all)".encode()
