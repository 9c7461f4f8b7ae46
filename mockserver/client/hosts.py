"""Where a client with hard-coded hosts is led: a vendor's own URL to the same path in a sandbox, any other nowhere."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from mockserver.errors import MockServerError

if TYPE_CHECKING:
    from mockserver.client.mock import Mock


class ForeignHost(MockServerError):
    """A request to a host that is no vendor's: it was not sent."""


class Hosts:
    """The hosts of the vendors that a sandbox's server has, and those that a test adds to them."""

    def __init__(self, mock: "Mock", added: Mapping[str, str]) -> None:
        """Ask the server for its vendors' hosts; `added` leads from host to vendor.

        Raises:
            ConfigurationError: an added host's vendor is not served.
        """
        self._own = _place(urlsplit(mock.server.url))
        self._bases = {host.casefold(): mock.url(vendor) for host, vendor in added.items()}
        for vendor in mock.server.vendors.values():
            self._bases |= {host.casefold(): mock.url(vendor.name) for host in vendor.hosts}
        self._patterns = {re.compile(re.escape(host).replace(r"\*", "[^.]+")): url for host, url in self._bases.items()}

    def lead(self, url: str) -> str:
        """Give the URL to ask instead. The server's own URLs stay: its answers have links to itself.

        Raises:
            ForeignHost: the host is no vendor's.
        """
        parts = urlsplit(url)
        if _place(parts) == self._own:
            return url
        host = (parts.hostname or "").removesuffix(".")
        base = next((base for pattern, base in self._patterns.items() if pattern.fullmatch(host)), None)
        if base is None:
            raise ForeignHost(
                f"{url} was not sent: {host!r} is no vendor's host; known are {', '.join(self._bases)}; "
                'hosts={"your.host": "vendor"} adds one'
            )
        return base + (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _place(parts: SplitResult) -> tuple[str | None, int | None]:
    return parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
