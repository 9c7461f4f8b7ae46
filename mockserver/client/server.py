"""A server, wherever it runs."""

import re
from datetime import datetime
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from mockserver.client.clock import written
from mockserver.client.held import expect
from mockserver.client.mock import Mock
from mockserver.client.plane import Plane
from mockserver.client.records import Operation, Vendor
from mockserver.errors import ConfigurationError

DEFAULT = "default"
NAME = re.compile("[a-z0-9][a-z0-9-]{0,62}")


class MockServer:
    """The server at a URL, one of this process or another: makes sandboxes."""

    def __init__(self, url: str, admin_token: str | None = None) -> None:
        """Ask nothing yet; `admin_token` is what the server was started with.

        >>> MockServer(server.url).sandboxes()
        ['default'...]

        Raises:
            Unreachable: that is no URL.
        """
        self.plane = Plane(url, admin_token)
        self.url = self.plane.url

    def __repr__(self) -> str:
        """Tell where it is."""
        return f"<{type(self).__name__} at {self.url}>"

    def sandbox(
        self,
        *,
        name: str | None = None,
        scenario: str | None = None,
        seed: int | None = None,
        now: datetime | str | None = None,
    ) -> Mock:
        """Make a sandbox; what is left out is as the server was started, the name one that none has or had.

        With `now` its clock stands there. It ends by `delete`, or with the block that it is made for:

        >>> with server.sandbox(scenario="empty", now="2026-01-01T00:00:00Z") as mock:
        ...     mock.consents()
        []

        Raises:
            ControlError: the name is taken, there is no such scenario, or that is no moment.
        """
        wish = {"name": name, "scenario": scenario, "seed": seed, "now": None if now is None else written(now)}
        body = {member: value for member, value in wish.items() if value is not None}
        return Mock(self, self.plane.call("POST", "sandboxes", body=body))

    def find(self, name: str = DEFAULT) -> Mock:
        """Give a sandbox that is there, `default` unless it is named: that of the URLs without a prefix.

        >>> server.find().url("omeda")
        'http://127.0.0.1:.../omeda'

        Raises:
            ConfigurationError: that is no name. ControlError: there is none of that name.
        """
        if not NAME.fullmatch(name):
            raise ConfigurationError(f"{name!r} is no name of a sandbox; names match {NAME.pattern}")
        return Mock(self, self.plane.call("GET", f"sandboxes/{name}"))

    def sandboxes(self) -> list[str]:
        """List the names of the sandboxes, oldest first.

        >>> server.sandboxes()[0]
        'default'
        """
        return [each["name"] for each in self.plane.call("GET", "sandboxes")["sandboxes"]]

    @cached_property
    def vendors(self) -> dict[str, Vendor]:
        """The vendors served, by name, with their hosts and operations.

        >>> str(server.vendors["xomni"].operations[0])
        'GET /private/mail/subscription/{email}/status'
        """
        return {each["name"]: Vendor.read(each) for each in self.plane.call("GET", "vendors")["vendors"]}

    def operation(self, vendor: str, operation_id: str) -> Operation:
        """Find an operation of a vendor's document.

        >>> server.operation("omeda", "opt_out").method
        'POST'

        Raises:
            ConfigurationError: there is none; it tells the nearest.
        """
        expect(vendor, self.vendors)
        known = {each.operation_id: each for each in self.vendors[vendor].operations}
        if operation_id not in known:
            nearest = get_close_matches(operation_id, known) or known
            raise ConfigurationError(
                f"{vendor} has no operation {operation_id!r}; did you mean {' or '.join(nearest)}?"
            )
        return known[operation_id]

    def version(self) -> dict[str, Any]:
        """Tell the versions of the server and of its documents.

        >>> server.version()["name"]
        'consent-mockserver'

        Raises:
            Unreachable: nothing answers, or another server. ControlError: it asks for its token.
        """
        found: dict[str, Any] = self.plane.call("GET", "version")
        return found
