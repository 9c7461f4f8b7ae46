"""What came to a sandbox, and what a test asserts of it."""

from mockserver.client import wording
from mockserver.client.held import Held
from mockserver.client.records import Exchange

MOST = 10_000  # what the control plane gives at most, and the journal keeps


class Journal(Held):
    """The requests of a sandbox."""

    def requests(self, **filters: str | int) -> list[Exchange]:
        """List the requests that vendors received, oldest first, ten thousand at most.

        Filters are those of the control plane: `vendor`, `operation_id`, `status`, `verdict`, `since` (an id), `limit`.

        >>> answer = httpx.get(mock.url("xomni") + "/private/mail/subscription/guy@example.com/status")
        >>> [(exchange.operation_id, exchange.verdict) for exchange in mock.requests(status=401)]
        [('fetch_mail_subscription_status', 'rejected')]
        """
        return [
            Exchange.read(each) for each in self._call("GET", "requests", query={"limit": MOST, **filters})["requests"]
        ]

    def count(self, **filters: str | int) -> int:
        """Count requests; the filters are those of `requests`.

        >>> mock.count(vendor="omeda")
        0
        """
        return int(self._call("GET", "requests/count", query=filters)["count"])

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

    def unmatched(self, **filters: str | int) -> list[Exchange]:
        """List the requests that met no operation, each with the reason and the nearest operations.

        >>> answer = httpx.get(mock.url("xomni") + "/private/mails/subscription/guy@example.com/status")
        >>> [exchange.nearest[0] for exchange in mock.unmatched()]
        ['GET /private/mail/subscription/{email}/status']
        """
        query = {"limit": MOST, **filters}
        return [Exchange.read(each) for each in self._call("GET", "requests/unmatched", query=query)["requests"]]

    def assert_no_unmatched(self) -> None:
        """Assert that every request met an operation; else tell which did not, and what was probably meant.

        >>> mock.assert_no_unmatched()
        """
        __tracebackhide__ = True
        if found := self.unmatched():
            raise AssertionError(wording.unmatched(self.name, found))
