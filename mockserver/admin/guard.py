"""Who may call: with a token those who have it, without one callers on this machine."""

import hmac
import ipaddress
import re

from flask import request

from mockserver.contract.document import Document
from mockserver.errors import ForeignOrigin, Unauthenticated

AUTHORITY = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9_.-]+))(?::[0-9]*)?", re.IGNORECASE)


class Guard:
    """Looks at every request before it is routed; `/` and the paths the document opens never ask for the token."""

    def __init__(self, document: Document, token: str | None) -> None:
        """Guard this document's paths; without a token (None or empty), by `Host` and `Origin`."""
        self._token = token.encode() if token else None
        paths = document.tree["paths"]
        self._open = {"/"} | {
            each.path for each in document.operations if paths[each.path][each.method.lower()].get("security") == []
        }

    def __call__(self) -> None:
        """Let the request of this thread pass.

        Raises:
            Unauthenticated, ForeignOrigin: it may not.
        """
        if self._token is None:
            _check_site()
        elif request.path not in self._open:
            _check_token(self._token)


def _check_token(token: bytes) -> None:
    scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(sent.strip().encode("latin-1"), token):
        problem = Unauthenticated("send 'Authorization: Bearer …' with the token that --admin-token gave the server")
        problem.headers["WWW-Authenticate"] = "Bearer"
        raise problem


def _check_site() -> None:
    """Keep web sites out: by `Host` those whose name was rebound to this machine, by `Origin` all others."""
    host, origin = request.headers.get("Host"), request.headers.get("Origin")
    if host is not None and not is_loopback(host):
        raise ForeignOrigin(f"Host {_elsewhere(host)}")
    if origin is not None and not is_loopback(origin.partition("://")[2]):
        raise ForeignOrigin(f"Origin {_elsewhere(origin)}")


def _elsewhere(sent: str) -> str:
    return f"{sent[:100]!r} is not this machine; call 127.0.0.1 or localhost, or start the server with --admin-token"


def is_loopback(authority: str) -> bool:
    """Tell whether `host` or `host:port` is this machine, by name only."""
    found = AUTHORITY.fullmatch(authority)
    if found is None:
        return False
    host = found[1] or found[2].lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
