"""What Omeda keeps: appids, brands, deployment types, and the filters of addresses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from mockserver.consent import ConsentState
from mockserver.vendors import Account as BaseAccount
from mockserver.vendors import Stamped


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
class Brand:
    """A brand of a client; `client` is None for one that no appid here reaches."""

    brand_id: str
    client: str | None = None
    name: str | None = None

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
    def key(self) -> tuple[str, int]:
        """Address in any letter case, deployment type."""
        return self.email.casefold(), self.deployment_type_id
