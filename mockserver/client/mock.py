"""One sandbox of a server, as a test holds it: the object `mock`."""

from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from mockserver.client import wording
from mockserver.client.clock import Clock
from mockserver.client.hosts import Hosts
from mockserver.client.plane import ControlError
from mockserver.client.records import Consent, Exchange
from mockserver.errors import ConfigurationError

if TYPE_CHECKING:
    from mockserver.client.adapter import Adapter
    from mockserver.client.server import MockServer
    from mockserver.client.transport import Transport

GONE = "urn:mockserver:unknown-sandbox"
MOST = 10_000  # what the control plane gives at most, and the journal keeps


class Mock:
    """One sandbox: a world of its own, with the records of each vendor, a journal and a clock.

    As a context manager it ends with the block: `with server.sandbox(scenario="empty") as mock:`.
    """

    def __init__(self, server: "MockServer", made: Mapping[str, Any]) -> None:
        """Hold the sandbox that the control plane described."""
        self.server = server
        self.name: str = made["name"]
        self.clock = Clock(server.plane, self.name)
        # the origin by which the server is reached counts, not the one it knows of itself
        self._urls: dict[str, str] = {name: server.url + urlsplit(url).path for name, url in made["base_urls"].items()}

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
        told = self.server.plane.call("GET", f"sandboxes/{self.name}")["credentials"][vendor]
        found: dict[str, dict[str, str]] = {each["account"]: each["headers"] for each in told}
        if account is None:
            return next(iter(found.values()), {})
        if account not in found:
            raise ConfigurationError(f"{vendor} has no account {account!r}; it has {', '.join(found) or 'none'}")
        return found[account]

    def consents(self, vendor: str | None = None, email: str | None = None, state: str | None = None) -> list[Consent]:
        """List who may be mailed, sorted by vendor, address and audience.

        >>> [consent.state.value for consent in mock.consents(vendor="xomni", email="guy@example.com")]
        ['opted_in']
        """
        query = {"vendor": vendor, "email": email, "state": state}
        return [Consent.read(each) for each in self._get("consents", query)["consents"]]

    def requests(self, **filters: str | int) -> list[Exchange]:
        """List the requests that vendors received, oldest first, ten thousand at most.

        Filters are those of the control plane: `vendor`, `operation_id`, `status`, `verdict`, `since` (an id), `limit`.

        >>> answer = httpx.get(mock.url("xomni") + "/private/mail/subscription/guy@example.com/status")
        >>> [(exchange.operation_id, exchange.verdict) for exchange in mock.requests(status=401)]
        [('fetch_mail_subscription_status', 'rejected')]
        """
        return [Exchange.read(each) for each in self._get("requests", {"limit": MOST, **filters})["requests"]]

    def count(self, **filters: str | int) -> int:
        """Count requests; the filters are those of `requests`.

        >>> mock.count(vendor="omeda")
        0
        """
        return int(self._get("requests", {"limit": 1, **filters})["total"])

    def event(self, vendor: str, name: str, **members: Any) -> list[Consent]:
        """Let something happen to a person outside a vendor's API; gives the consents that it touched.

        >>> [consent.state.value for consent in mock.event("xomni", "unsubscribe", email="guy@example.com")]
        ['opted_out']
        """
        self._expect(vendor)
        told = self.server.plane.call("POST", f"sandboxes/{self.name}/events/{vendor}", body={"event": name, **members})
        return [Consent.read(each) for each in told["consents"]]

    def state(self, vendor: str) -> dict[str, list[dict[str, Any]]]:
        """Give a vendor's records, as a fixture has them: record name, then rows.

        >>> mock.state("xomni")["Subscription"][0]["email"]
        'guy@example.com'
        """
        self._expect(vendor)
        found: dict[str, list[dict[str, Any]]] = self._get(f"state/{vendor}", {})
        return found

    def put_state(self, vendor: str, records: Mapping[str, list[dict[str, Any]]]) -> None:
        """Put other records in the place of all that a vendor has, credentials too: all of them or, of a misfit, none.

        >>> records = mock.state("xomni")
        >>> mock.put_state("xomni", records | {"Subscription": []})
        >>> mock.consents(vendor="xomni")
        []

        Raises:
            ControlError: a record misfits; `errors` point at it.
        """
        self._expect(vendor)
        self.server.plane.call("PUT", f"sandboxes/{self.name}/state/{vendor}", body=records)

    def reset(self, scenario: str | None = None, seed: int | None = None) -> None:
        """Begin as new: records, ids and clock of the scenario, an empty journal.

        >>> mock.reset(scenario="empty")
        >>> mock.consents()
        []
        """
        wish = {name: value for name, value in (("scenario", scenario), ("seed", seed)) if value is not None}
        self.server.plane.call("POST", f"sandboxes/{self.name}/reset", body=wish)

    def assert_called(self, vendor: str, operation_id: str, times: int | None = None, **filters: str | int) -> None:
        """Assert that an operation was called, so many times if told; 0 asserts that it was not.

        A call is a request that was meant for the operation, however it was answered; filters narrow that, as in
        `requests`.

        >>> mock.assert_called("omeda", "opt_out", times=0)
        >>> mock.assert_called("omeda", "opt_out")
        Traceback (most recent call last):
        AssertionError: omeda opt_out was called 0 times, expected at least once...

        Raises:
            ConfigurationError: there is no such vendor or operation.
        """
        __tracebackhide__ = True
        operation = self.server.operation(vendor, operation_id)
        found = self.count(vendor=vendor, operation_id=operation_id, **filters)
        if found != times and not (times is None and found):
            told = wording.called(f"{vendor} {operation_id}", filters, found, times)
            raise AssertionError(f"{told}: {operation}\n{wording.received(self.name, self.requests())}")

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
            self.server.plane.call("DELETE", f"sandboxes/{self.name}")
        except ControlError as error:
            if error.type != GONE:
                raise

    def _get(self, path: str, query: Mapping[str, Any]) -> Any:
        return self.server.plane.call("GET", f"sandboxes/{self.name}/{path}", query=query)

    def _expect(self, vendor: str) -> None:
        if vendor not in self._urls:
            raise ConfigurationError(f"there is no vendor {vendor!r} here; served are {', '.join(self._urls)}")
