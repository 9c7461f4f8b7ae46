"""What Aimbase keeps: users and tokens, lists, subscribers; and its entity type as OData sees it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from mockserver.consent import Consent, ConsentState
from mockserver.odata import EntitySet, EntityType, Primitive, Property
from mockserver.odata.literals import INT32
from mockserver.vendors import Account as BaseAccount
from mockserver.vendors import Stamped

CENTRAL = ZoneInfo("America/Chicago")
CENTRAL_SINCE = datetime(1884, 1, 1, tzinfo=UTC)
NAMESPACE = "Aimbase"
NAME = "SubscriberOptIn"
MILLISECONDS = 3
SCHEME = "Avala-Api"
OFFSET = len("-06:00")
TOKEN_LIFE = timedelta(minutes=20)
COUNTRY = re.compile("[A-Z]{2}")


class Deliverability(StrEnum):
    """`EmailDeliverabilityStatus`."""

    ACTIVE = "Active"
    SOFT_BOUNCE = "Soft Bounce"
    HARD_BOUNCE = "Hard Bounce"


class Status(StrEnum):
    """`SubscriberStatus`."""

    SUBSCRIBED = "Subscribed"
    UNSUBSCRIBED = "Unsubscribed"
    PARTIAL = "Unsubscribed-Partial"


@dataclass(frozen=True)
class Account(BaseAccount):
    """A token; one that does not say when it was `issued` does not expire."""

    issued: datetime | None = None


@dataclass(frozen=True)
class User:
    """Who may log in."""

    name: str
    password: str

    @property
    def key(self) -> str:
        """The name."""
        return self.name


@dataclass(frozen=True)
class Settings:
    """The vendor's switches.

    `page_size`: rows on a page of the service's own; `case_insensitive_strings`: compare as a database may;
    `opt_in_resubscribes`: a submission with consent ends what was unsubscribed.
    """

    page_size: int | None = None
    case_insensitive_strings: bool = False
    opt_in_resubscribes: bool = False

    def __post_init__(self) -> None:
        """Refuse a page of nothing, which would go on for ever."""
        if self.page_size is not None and self.page_size < 1:
            raise ValueError(f"page_size: {self.page_size} is less than 1")

    @property
    def key(self) -> str:
        """There is one row."""
        return "settings"


@dataclass(frozen=True)
class OptInList:
    """A list that subscribers are added to."""

    id: int
    code: str
    name: str

    @property
    def key(self) -> int:
        """The id."""
        return self.id


@dataclass(frozen=True)
class SubscriberType:
    """A type of subscriber; one that `needs_lists` is submitted with the ids of lists."""

    code: str
    needs_lists: bool = False

    @property
    def key(self) -> str:
        """The code."""
        return self.code


@dataclass(frozen=True)
class Subscriber(Stamped):
    """A row of the collection. Consent (`is_opted_in`) and standing (`subscriber_status`) are two things.

    `list_ids` are the lists that it was added to, which no operation shows.
    """

    indexes: ClassVar = {"email": lambda row: (row.email.casefold(),)}
    ordered: ClassVar = True

    id: int
    email: str
    is_opted_in: bool
    create_date: datetime
    update_date: datetime
    ip_address: str | None = None
    opt_in_date: datetime | None = None
    opt_in_source: str | None = None
    country_code: str | None = None
    email_deliverability_status: Deliverability = Deliverability.ACTIVE
    subscriber_status: Status = Status.SUBSCRIBED
    list_ids: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no answer could show."""
        if self.id not in INT32:
            raise ValueError(f"id: {self.id} does not fit into 32 bits")
        if self.country_code is not None and not COUNTRY.fullmatch(self.country_code):
            raise ValueError(f"country_code: {self.country_code!r} is not two capital letters")
        for name in ("opt_in_date", "create_date", "update_date"):
            moment = getattr(self, name)
            if moment is not None and moment < CENTRAL_SINCE:
                raise ValueError(f"{name}: {moment} is before 1884, when Central Time was new")

    @property
    def key(self) -> int:
        """The id."""
        return self.id

    @property
    def state(self) -> ConsentState:
        """Who unsubscribed is out, whatever they once agreed to; who only never agreed is unknown."""
        if self.subscriber_status is not Status.SUBSCRIBED:
            return ConsentState.OPTED_OUT
        return ConsentState.OPTED_IN if self.is_opted_in else ConsentState.UNKNOWN


def consent(row: Subscriber) -> Consent:
    """Tell how a subscriber stands."""
    return Consent(row.email, None, row.state, row.stamp)


FIELDS: Mapping[str, tuple[str, Primitive, bool]] = {
    "Id": ("id", Primitive.INT32, False),
    "Email": ("email", Primitive.STRING, False),
    "IsOptedIn": ("is_opted_in", Primitive.BOOLEAN, False),
    "IpAddress": ("ip_address", Primitive.STRING, True),
    "OptInDate": ("opt_in_date", Primitive.DATE_TIME_OFFSET, True),
    "OptInSource": ("opt_in_source", Primitive.STRING, True),
    "CountryCode": ("country_code", Primitive.STRING, True),
    "CreateDate": ("create_date", Primitive.DATE_TIME_OFFSET, False),
    "UpdateDate": ("update_date", Primitive.DATE_TIME_OFFSET, False),
    "EmailDeliverabilityStatus": ("email_deliverability_status", Primitive.STRING, True),
    "SubscriberStatus": ("subscriber_status", Primitive.STRING, True),
}
"""By wire name: the record's field, its type, whether it may be null."""
FILTERABLE = frozenset(
    {
        "SubscriberStatus",
        "EmailDeliverabilityStatus",
        "Email",
        "OptInDate",
        "IsOptedIn",
        "CreateDate",
        "UpdateDate",
    }
)
"""What the page's table lists for `$filter`."""


def entity(*, ignore_case: bool) -> EntityType:
    """Describe a subscriber to OData."""
    return EntityType(
        NAME,
        f"{NAMESPACE}.{NAME}",
        "Id",
        {
            name: Property(name, kind, nullable, MILLISECONDS if kind is Primitive.DATE_TIME_OFFSET else None)
            for name, (_, kind, nullable) in FIELDS.items()
        },
        {name: attrgetter(field) for name, (field, _, _) in FIELDS.items()},
        ignore_case=ignore_case,
    )


def show(moment: datetime | None) -> str | None:
    """Write a moment as US Central wall time, milliseconds at most, without zeros at their end."""
    if moment is None:
        return None
    text = moment.astimezone(CENTRAL).isoformat(timespec="milliseconds")
    return text[:-OFFSET].rstrip("0").rstrip(".") + text[-OFFSET:]


def value_of(row: Subscriber, name: str) -> Any:
    """Give a property as it is printed."""
    field, kind, _ = FIELDS[name]
    value = getattr(row, field)
    return show(value) if kind is Primitive.DATE_TIME_OFFSET else value


SUBSCRIBERS = EntitySet(NAME, entity(ignore_case=False), value_of)
SUBSCRIBERS_IGNORING_CASE = EntitySet(NAME, entity(ignore_case=True), value_of)
