"""XOMNI: the status of mail subscriptions.

A subscription's status is fetched and updated here; mailings, the recipient's clicks and bounces happen outside this
API. `Settings` has the vendor's one switch: how many times an address may be subscribed again.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from mockserver.consent import Body, Consent
from mockserver.errors import (
    ApiError,
    Conflict,
    Forbidden,
    HeadersTooLarge,
    InternalError,
    Invalid,
    MethodNotAllowed,
    Missing,
    NoRoute,
    NotFound,
    PayloadTooLarge,
    RequestTimeout,
    Unauthorized,
    Unreadable,
    UnsupportedCoding,
    UnsupportedMediaType,
)
from mockserver.vendors.xomni.events import Events
from mockserver.vendors.xomni.records import PRIVATE_ROLE, Account, Pii, Settings, Status, Subscription, consent, render

VERSION = re.compile(r"application/vnd\.xomni\.api-v4[-_]1\b", re.IGNORECASE)
TICKS_FROM = datetime(1, 1, 1, tzinfo=UTC)
LAST_DIGIT = 7  # of a tick, which a clock of microseconds lacks: odd numbers beyond 2^53 are none that a double holds
REQUIRED = "Mail address is required."
NOT_VALID = "Mail address is not valid."
STATUS_NOT_VALID = "Status id is not valid."
WORDING: Mapping[type[ApiError], str] = {
    Unauthorized: "Access token is missing or not valid.",
    Forbidden: "Access to this API is not allowed.",
    Unreadable: "Request body is not valid.",
    Missing: "Request body is required.",
    NoRoute: "Resource not found.",
    NotFound: "Mail subscription info not found.",
    MethodNotAllowed: "Method is not allowed.",
    RequestTimeout: "Request was not received in time.",
    Conflict: "Mail address is not subscribable.",
    PayloadTooLarge: "Request is too large.",
    UnsupportedMediaType: "Media type is not supported.",
    UnsupportedCoding: "Media type is not supported.",
    HeadersTooLarge: "Request headers are too large.",
    InternalError: "Generic error friendly description.",
}


class Xomni(Events):
    """XOMNI's private mail API."""

    name = "xomni"
    account = Account
    records: ClassVar = (Settings, Pii, Subscription)

    def authorise(self, account: Account) -> None:
        """Refuse an expired token, and one without the role."""
        if account.expires is not None and account.expires <= self.clock.now():
            raise Unauthorized
        if PRIVATE_ROLE not in account.roles:
            raise Forbidden

    def fetch_mail_subscription_status(self, email: str, accept: str | None) -> Body:
        """Tell the status of an address that has been mailed.

        Returns:
            {"PIIName": str | None, "StatusId": 1-4, "PurposeTypeId": 1-2, "IsSubscribable": bool}

        Raises:
            NotFound: the address was never mailed.

        Source:
            Fetching mail subscription status, v4-1.
        """
        self._remark(accept)
        found = self.store.get(Subscription, email.casefold())
        if found is None:
            raise NotFound
        return render(found, self.store.get(Pii, found.key), self._limit())

    def update_mail_subscription_status(self, email: str, body: Mapping[str, Any], accept: str | None) -> None:
        """Set an address to subscribed or unsubscribed; one that is so already stays as it is, and uses up nothing.

        Raises:
            NotFound: the address was never mailed. Conflict: its status does not allow it.

        Source:
            The vendor's client libraries, generation 3.1.
        """
        self._remark(accept)
        for name in body:
            if name != "StatusId":
                self.note("XOMNI-A33", f"the member {name} is unknown")
        with self.store.transaction() as tx:
            found = tx.get(Subscription, email.casefold())
            if found is None:
                raise NotFound
            wanted = Status(body["StatusId"])
            if not found.can_become(wanted, self._limit()):
                raise Conflict
            if wanted is Status.UNSUBSCRIBED:
                self._opted_out(tx, found)
            elif wanted is not found.status_id:
                self._changed(tx, found, wanted, resubscribed=1)

    def consents(self) -> Iterator[Consent]:
        """One standing an address."""
        return (consent(each) for each in self.store.all(Subscription))

    def render_error(self, error: ApiError) -> Body:
        """Write the vendor's one error body; the 400s differ in their text only."""
        return {
            "IdentifierGuid": self.ids.uuid(),
            "IdentifierTick": (self.clock.now() - TICKS_FROM) // timedelta(microseconds=1) * 10 + LAST_DIGIT,
            "FriendlyDescription": self._text(error),
        }

    def _remark(self, accept: str | None) -> None:
        if accept is None or not VERSION.search(accept):
            self.note("XOMNI-A04", f"Accept does not name version 4-1: {accept or 'missing'}")

    @staticmethod
    def _text(error: ApiError) -> str:
        if isinstance(error, Invalid):
            address = next((each.value for each in error.violations if each.where == "path"), None)
            if address is None:
                return STATUS_NOT_VALID
            return NOT_VALID if address.strip() else REQUIRED
        return WORDING.get(type(error)) or WORDING[InternalError]
