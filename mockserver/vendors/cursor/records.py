"""What CURSOR keeps: contacts, opt-in records, the catalogue of keys; and its own statuses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from mockserver.consent import Body, ConsentState
from mockserver.errors import ApiError
from mockserver.vendors import Stamped


class NoContact(ApiError):
    """520."""

    status = 520


class NoEligible(ApiError):
    """521."""

    status = 521


class IncompleteData(ApiError):
    """522."""

    status = 522


class MailNotSent(ApiError):
    """525."""

    status = 525


class Status(StrEnum):
    """Where a record is in its lifecycle."""

    REQUESTED = "C0OPTINSTATUS_REQUESTED"
    PENDING = "C0OPTINSTATUS_PENDING"
    CURRENT = "C0OPTINSTATUS_CURRENT"
    HISTORIC = "C0OPTINSTATUS_HISTORIC"
    CANCELLED = "C0OPTINSTATUS_CANCELLED"


class Approval(StrEnum):
    """Consent or rejection."""

    CONSENT = "Zus_C0Approval"
    REJECTION = "Abl_C0Approval"


class Kind(StrEnum):
    """What a key of the catalogue is for."""

    TYPE = "type"
    ORIGIN = "origin"
    CHANNEL = "channel"


STATES: Mapping[Approval | None, ConsentState] = {
    Approval.CONSENT: ConsentState.OPTED_IN,
    Approval.REJECTION: ConsentState.OPTED_OUT,
    None: ConsentState.UNKNOWN,
}
OPEN = frozenset({Status.REQUESTED, Status.PENDING})
SHOWN = OPEN | {Status.CURRENT}


@dataclass(frozen=True)
class Settings:
    """The module's switches, as the vendor's module describes them."""

    send_mail: bool = True
    keep_on_mail_failure: bool = False
    pending_days: int = 14

    def __post_init__(self) -> None:
        """Refuse what is no span of time."""
        if not 0 <= self.pending_days <= timedelta.max.days:
            raise ValueError(f"pending_days: 0 to {timedelta.max.days} is expected, not {self.pending_days}")

    @property
    def key(self) -> str:
        """There is one row."""
        return "settings"


@dataclass(frozen=True)
class Catalogue:
    """A key that a record may name; each customer has its own."""

    kind: Kind
    pk: str

    @property
    def key(self) -> tuple[Kind, str]:
        """Kind and key, in exact letter case."""
        return self.kind, self.pk


@dataclass(frozen=True)
class Contact:
    """A person; `mail_fails` makes whatever is mailed to them fail."""

    email: str
    properties: Mapping[str, str] = field(default_factory=dict)
    mail_fails: bool = False

    @property
    def key(self) -> str:
        """The address, in any letter case."""
        return self.email.casefold()


@dataclass(frozen=True)
class OptIn(Stamped):
    """One record; `created` is None for one that was there when the sandbox began."""

    pk: str
    contact: str
    type: str
    status: Status
    approval: Approval | None = None
    origin: str | None = None
    channel: str | None = None
    ext_ref_no: str | None = None
    created: datetime | None = None

    @property
    def key(self) -> str:
        """The record's own key."""
        return self.pk

    @property
    def place(self) -> tuple[str, str]:
        """What it is about: contact and type."""
        return self.contact.casefold(), self.type


def render(record: OptIn) -> Body:
    """Write a record as the API does; an optional member without a value is left out."""
    members = {
        "pk": record.pk,
        "type": record.type,
        "status": record.status,
        "approval": record.approval,
        "channel": record.channel,
        "origin": record.origin,
        "extRefNo": record.ext_ref_no,
    }
    return {name: value for name, value in members.items() if value is not None}
