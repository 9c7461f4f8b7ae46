"""One request on its way through a vendor's rooms, and the reply it ends in."""

from dataclasses import dataclass, field
from typing import Any

from mockserver.contract.elements import Operation
from mockserver.vendors import Account, Vendor
from mockserver.world.journal import Headers


@dataclass(slots=True)
class Reply:
    """What is sent: the body is ready."""

    status: int
    headers: Headers
    body: bytes


@dataclass(slots=True)
class Call:
    """What the rooms know of a request. `entered` is set once the handler has begun, `reply` once it has answered."""

    vendor: Vendor
    scope: Any
    headers: dict[bytes, bytes]
    body: bytes = b""
    account: Account | None = None
    entered: bool = False
    operation: Operation | None = None
    reply: Reply = field(default_factory=lambda: Reply(500, [], b""))
    path: dict[str, Any] = field(default_factory=dict)

    @property
    def base_url(self) -> str:
        """Where the caller finds this vendor: scheme, host and mount as asked."""
        return base_url(self.scope, self.headers.get(b"host", b""))


def combine(headers: Headers) -> dict[bytes, bytes]:
    """Give the fields by name; lines of one name make one value, with commas between (RFC 9110, 5.3).

    So no second credential or media type hides behind a first: the combination is neither.
    """
    fields = dict(headers)
    if len(fields) < len(headers):
        for name in fields:
            fields[name] = b", ".join(value for each, value in headers if each == name)
    return fields


def base_url(scope: Any, host: bytes) -> str:
    """Build a vendor's base URL from the asking request, without a slash at its end."""
    if not host:
        host = "{}:{}".format(*scope["server"]).encode()
    return f"{scope['scheme']}://{host.decode('latin-1')}{scope['mount']}"
