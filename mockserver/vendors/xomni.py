"""XOMNI: the status of mail subscriptions.

A subscription's status is fetched here; mailings, the recipient's clicks and bounces happen outside this API.
`Settings` has the vendor's one switch: how many times an address may be subscribed again.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import ClassVar

from mockserver.consent import Body, Consent, ConsentState
from mockserver.errors import (
    ApiError,
    Conflicting,
    Forbidden,
    HeadersTooLarge,
    InternalError,
    Invalid,
    MethodNotAllowed,
    NoRoute,
    NotFound,
    PayloadTooLarge,
    RequestTimeout,
    Unauthorized,
)
from mockserver.vendors import Account as BaseAccount
from mockserver.vendors import Stamped, Vendor
from mockserver.vendors.events import ADDRESS, event

PRIVATE_ROLE = "Private"
VERSION = re.compile(r"application/vnd\.xomni\.api-v4[-_]1\b", re.IGNORECASE)
TICKS_FROM = datetime(1, 1, 1, tzinfo=UTC)
REQUIRED = "Mail address is required."
NOT_VALID = "Mail address is not valid."
WORDING: Mapping[type[ApiError], str] = {
    Unauthorized: "Access token is missing or not valid.",
    Forbidden: "Access to this API is not allowed.",
    NoRoute: "Resource not found.",
    NotFound: "Mail subscription info not found.",
    MethodNotAllowed: "Method is not allowed.",
    RequestTimeout: "Request was not received in time.",
    PayloadTooLarge: "Request is too large.",
    HeadersTooLarge: "Request headers are too large.",
    InternalError: "Generic error friendly description.",
}


class Status(IntEnum):
    """`StatusId`."""

    SUBSCRIBED = 1
    UNSUBSCRIBED = 2
    LIMIT_REACHED = 3
    BOUNCED = 4


class Purpose(IntEnum):
    """`PurposeTypeId`: the last mailing."""

    WISHLIST = 1
    SHOPPING_CART = 2


STATES: Mapping[Status, ConsentState] = {
    Status.SUBSCRIBED: ConsentState.OPTED_IN,
    Status.UNSUBSCRIBED: ConsentState.OPTED_OUT,
    Status.LIMIT_REACHED: ConsentState.OPTED_OUT,
    Status.BOUNCED: ConsentState.UNKNOWN,
}


@dataclass(frozen=True)
class Account(BaseAccount):
    """A token; `expires` is None for one that does not."""

    roles: tuple[str, ...] = (PRIVATE_ROLE,)
    expires: datetime | None = None


@dataclass(frozen=True)
class Settings:
    """`resubscribe_limit`: how many times one address may be subscribed again."""

    resubscribe_limit: int = 3

    @property
    def key(self) -> str:
        """There is one row."""
        return "settings"


@dataclass(frozen=True)
class Pii:
    """A person; fills `PIIName`."""

    name: str
    email: str

    @property
    def key(self) -> str:
        """The address, in any letter case."""
        return self.email.casefold()


@dataclass(frozen=True)
class Subscription(Stamped):
    """An address that has been mailed. `is_subscribable` overrides the rule until the status changes."""

    email: str
    status_id: Status
    purpose_type_id: Purpose
    resubscriptions: int = 0
    is_subscribable: bool | None = None

    @property
    def key(self) -> str:
        """The address, in any letter case."""
        return self.email.casefold()

    def subscribable(self, limit: int) -> bool:
        """Tell whether the status can be set to subscribed again."""
        if self.is_subscribable is not None:
            return self.is_subscribable
        return self.status_id is Status.UNSUBSCRIBED and self.resubscriptions < limit


def render(subscription: Subscription, pii: Pii | None, limit: int) -> Body:
    """Write a subscription as the API does."""
    return {
        "PIIName": pii.name if pii else None,
        "StatusId": subscription.status_id,
        "PurposeTypeId": subscription.purpose_type_id,
        "IsSubscribable": subscription.subscribable(limit),
    }


def _consent(subscription: Subscription) -> Consent:
    return Consent(subscription.email, None, STATES[subscription.status_id], subscription.stamp)


class Xomni(Vendor):
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
        if accept is None or not VERSION.search(accept):
            self.note("XOMNI-A04", f"Accept does not name version 4-1: {accept or 'missing'}")
        found = self.store.get(Subscription, email.casefold())
        if found is None:
            raise NotFound
        settings = self.store.get(Settings, "settings") or Settings()
        return render(found, self.store.get(Pii, found.key), settings.resubscribe_limit)

    def consents(self) -> Iterator[Consent]:
        """One standing an address."""
        return (_consent(each) for each in self.store.all(Subscription))

    @event(email=ADDRESS)
    def bounce(self, email: str) -> list[Consent]:
        """Let mail to an address come back: it is bounced from then on, whatever it was."""
        with self.store.transaction() as tx:
            found = tx.get(Subscription, email.casefold())
            if found is None:
                raise Conflicting(f"{email} was never mailed, so no mail can come back; send the event mail_sent first")
            if found.status_id is not Status.BOUNCED:
                found = tx.put(replace(found, status_id=Status.BOUNCED, is_subscribable=None, stamp=self.stamp()))
        return [_consent(found)]

    def render_error(self, error: ApiError) -> Body:
        """Write the vendor's one error body; the two 400s differ in their text only."""
        return {
            "IdentifierGuid": self.ids.uuid(),
            "IdentifierTick": (self.clock.now() - TICKS_FROM) // timedelta(microseconds=1) * 10,
            "FriendlyDescription": self._text(error),
        }

    @staticmethod
    def _text(error: ApiError) -> str:
        if isinstance(error, Invalid):
            address = error.violations[0].value
            return NOT_VALID if isinstance(address, str) and address.strip() else REQUIRED
        return WORDING.get(type(error)) or WORDING[InternalError]
