"""What CURSOR keeps: contacts, opt-in records with their lifecycle, the catalogue of keys; and its own statuses."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from mockserver.consent import Body, ConsentState, Stamp
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
Given = Mapping[str, Any]
OPEN = frozenset({Status.REQUESTED, Status.PENDING})


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


def settled(records: Iterable[OptIn], started: datetime, now: datetime, pending_days: int) -> list[OptIn]:
    """Show records as they are by now, oldest first: what waited too long for a click is current as a rejection."""
    period = timedelta(days=pending_days)
    found = {each.pk: each for each in sorted(records, key=lambda each: each.created or started)}
    for each in list(found.values()):
        created = each.created or started
        if each.status is Status.PENDING and now - created >= period:
            rejected = replace(each, approval=Approval.REJECTION, stamp=Stamp(created + period, None))
            found |= {changed.pk: changed for changed in current(found.values(), rejected)}
    return list(found.values())


def current(records: Iterable[OptIn], new: OptIn) -> list[OptIn]:
    """Make a record current, last of what changes: others of its contact and type become historic.

    One that repeats the approval of the record before it changes no consent, and keeps its stamp.
    """
    older = [
        each
        for each in records
        if each.status is Status.CURRENT and each.pk != new.pk
        if (each.contact.casefold(), each.type) == (new.contact.casefold(), new.type)
    ]
    stamp = next((each.stamp for each in older if each.approval is new.approval), new.stamp)
    historic = [replace(each, status=Status.HISTORIC) for each in older]
    return [*historic, replace(new, status=Status.CURRENT, stamp=stamp)]


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


def choose(eligible: list[OptIn], given: list[Given]) -> list[tuple[OptIn, Given]]:
    """Find the record that each one given means, by `pk`, else by `type`; an empty list means all.

    Raises:
        NoEligible: nothing waits, or one is not among it.
    """
    if not eligible:
        raise NoEligible
    if not given:
        return [(each, {}) for each in eligible]
    named = {wish["pk"] for wish in given if "pk" in wish}
    left = {each.pk: each for each in eligible}
    chosen: list[tuple[OptIn, Given]] = []
    for wish in given:
        by_type = (pk for pk, each in left.items() if pk not in named and each.type == wish.get("type"))
        found = left.pop(wish["pk"] if "pk" in wish else next(by_type, ""), None)
        if found is None:
            raise NoEligible
        chosen.append((found, wish))
    return chosen


def approval_of(given: Given, otherwise: bool) -> Approval:  # noqa: FBT001 - the document's
    """Give a record's own approval, else the one for all."""
    return Approval(given.get("approval", Approval.CONSENT if otherwise else Approval.REJECTION))
