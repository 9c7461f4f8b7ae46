"""What XOMNI keeps: tokens, people, and the one status of each address that was mailed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from mockserver.consent import Body, Consent, ConsentState
from mockserver.vendors import Account as BaseAccount
from mockserver.vendors import Stamped

PRIVATE_ROLE = "Private"


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

    def can_become(self, wanted: Status, limit: int) -> bool:
        """Tell whether a caller may ask for this status; to ask for what is so already is free."""
        if wanted is Status.UNSUBSCRIBED:
            return self.status_id is not Status.BOUNCED
        return self.status_id is wanted or self.subscribable(limit)


def render(subscription: Subscription, pii: Pii | None, limit: int) -> Body:
    """Write a subscription as the API does."""
    return {
        "PIIName": pii.name if pii else None,
        "StatusId": subscription.status_id,
        "PurposeTypeId": subscription.purpose_type_id,
        "IsSubscribable": subscription.subscribable(limit),
    }


def consent(subscription: Subscription) -> Consent:
    """Tell how an address stands."""
    return Consent(subscription.email, None, STATES[subscription.status_id], subscription.stamp)
