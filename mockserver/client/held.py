"""A sandbox by its name at a server: what all that is asked of it has in common."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mockserver.errors import ConfigurationError

if TYPE_CHECKING:
    from mockserver.client.server import MockServer


class Held:
    """A sandbox that is there."""

    def __init__(self, server: "MockServer", made: Mapping[str, Any]) -> None:
        """Hold the sandbox that the control plane described."""
        self.server = server
        self.name: str = made["name"]
        # the origin by which the server is reached counts, not the one it knows of itself
        self._urls: dict[str, str] = {name: server.url + urlsplit(url).path for name, url in made["base_urls"].items()}

    def _call(self, method: str, path: str, *, query: Mapping[str, Any] | None = None, body: Any = None) -> Any:
        """Ask the control plane below this sandbox, for itself by an empty path."""
        below = f"sandboxes/{self.name}/{path}".rstrip("/")
        return self.server.plane.call(method, below, query=query, body=body)

    def _expect(self, vendor: str) -> None:
        expect(vendor, self._urls)


def expect(vendor: str, served: Collection[str]) -> None:
    """Refuse a vendor that is not served.

    Raises:
        ConfigurationError: it is not; it tells which are.
    """
    if vendor not in served:
        raise ConfigurationError(f"there is no vendor {vendor!r} here; served are {', '.join(served)}")
