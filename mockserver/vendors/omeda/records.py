"""What Omeda keeps: appids, brands, deployment types, customers, filters of addresses, and what waits in its queue."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import ClassVar

from mockserver.consent import ConsentState
from mockserver.vendors import Account as BaseAccount
from mockserver.vendors import Stamped

Key = tuple[str, int]
"""A filter's: address in any letter case, deployment type."""
YEAR_S = 365 * 24 * 3600


class StatusCode(IntEnum):
    """Whether a deployment type is in use."""

    INACTIVE = 0
    ACTIVE = 1


class FilterStatus(StrEnum):
    """What a filter says about an address."""

    IN = "IN"
    OUT = "OUT"


STATES: Mapping[FilterStatus, ConsentState] = {
    FilterStatus.IN: ConsentState.OPTED_IN,
    FilterStatus.OUT: ConsentState.OPTED_OUT,
}


@dataclass(frozen=True)
class Account(BaseAccount):
    """An appid, issued to one client."""

    client: str


@dataclass(frozen=True)
class Settings:
    """`queue_delay_s`: seconds by the sandbox's clock after which what a queue took comes to show; 0 for at once.

    What is sent later never shows earlier, though the delay became shorter: it waits for what its filter waits for.
    """

    queue_delay_s: int = 0

    def __post_init__(self) -> None:
        """Refuse a queue that answers before it was asked, or whose answers no calendar has."""
        if not 0 <= self.queue_delay_s <= YEAR_S:
            raise ValueError(f"queue_delay_s: {self.queue_delay_s} is not between 0 and {YEAR_S}, a year")

    @property
    def key(self) -> str:
        """There is one row."""
        return "settings"


@dataclass(frozen=True)
class Brand:
    """A brand of a client; `client` is None for one that no appid here reaches. `id` is its integer id."""

    brand_id: str
    client: str | None = None
    name: str | None = None
    id: int = 0

    @property
    def key(self) -> str:
        """The abbreviation, in exact letter case."""
        return self.brand_id


@dataclass(frozen=True)
class DeploymentType:
    """A kind of email of one brand."""

    deployment_type_id: int
    brand_id: str
    name: str | None = None
    status_code: StatusCode = StatusCode.ACTIVE
    description: str | None = None
    alternate_id: str = ""
    designation_type_id: int = 1
    long_description: str | None = None

    @property
    def key(self) -> int:
        """The id, unique across brands."""
        return self.deployment_type_id


@dataclass(frozen=True)
class Filter(Stamped):
    """An address's standing with one deployment type; `email` is the address as last submitted."""

    email: str
    deployment_type_id: int
    status: FilterStatus
    source: str
    created_date: datetime
    changed_date: datetime
    promo_code: str | None = None

    @property
    def key(self) -> Key:
        """Address in any letter case, deployment type."""
        return self.email.casefold(), self.deployment_type_id


@dataclass(frozen=True)
class Queued(Stamped):
    """A filter's change that waits in the queue; at `due` it shows. Of `stamp` only the request matters."""

    submission: str
    number: int
    due: datetime
    email: str
    deployment_type_id: int
    status: FilterStatus
    source: str
    promo_code: str | None = None

    @property
    def key(self) -> tuple[str, int]:
        """The submission, and the change's place in it."""
        return self.submission, self.number

    @property
    def filter(self) -> Key:
        """The key of the filter that it changes."""
        return self.email.casefold(), self.deployment_type_id


@dataclass(frozen=True)
class Customer:
    """A customer of a client. `invalid_brands` are those for which its address was flagged as invalid."""

    customer_id: int
    client: str
    email: str
    invalid_brands: tuple[str, ...] = ()
    indexes: ClassVar = {"email": lambda row: (row.email.casefold(),)}

    @property
    def key(self) -> int:
        """The id."""
        return self.customer_id
