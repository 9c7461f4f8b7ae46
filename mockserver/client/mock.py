"""One sandbox of a server, as a test holds it: the object `mock`."""

from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from mockserver.client.clock import Clock
from mockserver.client.hosts import Hosts
from mockserver.client.journal import Journal
from mockserver.client.plane import ControlError
from mockserver.client.state import State
from mockserver.errors import ConfigurationError

if TYPE_CHECKING:
    from mockserver.client.adapter import Adapter
    from mockserver.client.server import MockServer
    from mockserver.client.transport import Transport

GONE = "urn:mockserver:unknown-sandbox"


class Mock(State, Journal):
    """One sandbox: a world of its own, with the records of each vendor, a journal and a clock.

    As a context manager it ends with the block: `with server.sandbox(scenario="empty") as mock:`.
    """

    def __init__(self, server: "MockServer", made: Mapping[str, Any]) -> None:
        """Hold the sandbox that the control plane described."""
        super().__init__(server, made)
        self.clock = Clock(server.plane, self.name)

    def __repr__(self) -> str:
        """Tell which sandbox of which server this is."""
        return f"<{type(self).__name__} {self.name} at {self.server.url}>"

    def __enter__(self) -> Self:
        """Begin a block at whose end the sandbox ends."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the sandbox."""
        self.delete()

    def url(self, vendor: str) -> str:
        """Give a vendor's base URL in this sandbox: what the client under test takes for the vendor's own host.

        >>> mock.url("omeda")
        'http://127.0.0.1:.../~.../omeda'

        Raises:
            ConfigurationError: no such vendor is served.
        """
        self._expect(vendor)
        return self._urls[vendor]

    def credentials(self, vendor: str, account: str | None = None) -> dict[str, str]:
        """Give the headers by which an account is known, the first one's unless it is named; none for an open vendor.

        >>> mock.credentials("omeda")
        {'x-omeda-appid': '11111111-1111-1111-1111-111111111111'}
        >>> mock.credentials("omeda", "CLNT2")
        {'x-omeda-appid': '22222222-2222-2222-2222-222222222222'}
        >>> mock.credentials("cursor")
        {}

        Raises:
            ConfigurationError: no such vendor is served, or it has no such account.
        """
        self._expect(vendor)
        told = self._call("GET", "")["credentials"][vendor]
        found: dict[str, dict[str, str]] = {each["account"]: each["headers"] for each in told}
        if account is None:
            return next(iter(found.values()), {})
        if account not in found:
            raise ConfigurationError(f"{vendor} has no account {account!r}; it has {', '.join(found) or 'none'}")
        return found[account]

    def httpx_transport(self, hosts: Mapping[str, str] | None = None) -> "Transport":
        """Make a transport for `httpx.Client` or `AsyncClient` that leads vendors' own hosts to this sandbox.

        A client with hard-coded hosts stays as it is; a request to any other host fails, and is not sent. `hosts` adds
        hosts of yours: `{"crm.example.com": "cursor"}`.

        >>> with httpx.Client(transport=mock.httpx_transport()) as client:
        ...     client.get("https://test.api.xomni.com/private/mail/subscription/guy@example.com/status").status_code
        401
        """
        from mockserver.client.transport import Transport  # noqa: PLC0415 - for who uses httpx

        return Transport(Hosts(self, hosts or {}))

    def requests_adapter(self, hosts: Mapping[str, str] | None = None) -> "Adapter":
        """Make an adapter for `requests.Session` that does as `httpx_transport` does; mount it on both schemes.

        >>> session = requests.Session()
        >>> session.mount("https://", mock.requests_adapter())
        >>> session.mount("http://", mock.requests_adapter())
        >>> session.get("https://test.api.xomni.com/private/mail/subscription/guy@example.com/status").status_code
        401
        """
        from mockserver.client.adapter import Adapter  # noqa: PLC0415 - for who uses requests

        return Adapter(Hosts(self, hosts or {}))

    def delete(self) -> None:
        """End the sandbox, with all it holds; one that is gone already is left in peace.

        >>> mock.delete()
        >>> mock.name in mock.server.sandboxes()
        False
        """
        try:
            self._call("DELETE", "")
        except ControlError as error:
            if error.type != GONE:
                raise
