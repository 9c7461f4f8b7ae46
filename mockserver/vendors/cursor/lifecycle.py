"""What becomes of CURSOR's records: what is meant, superseded, ended or cancelled, and how a contact then stands."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from mockserver.consent import Consent, ConsentState, Stamp
from mockserver.vendors.cursor.records import OPEN, STATES, Approval, NoEligible, OptIn, Status

Given = Mapping[str, Any]
EARLIEST = datetime.min.replace(tzinfo=UTC)


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
    older = [each for each in records if each.status is Status.CURRENT and each.pk != new.pk if each.place == new.place]
    stamp = next((each.stamp for each in older if each.approval is new.approval), new.stamp)
    historic = [replace(each, status=Status.HISTORIC) for each in older]
    return [*historic, replace(new, status=Status.CURRENT, stamp=stamp)]


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


def cancel(records: Iterable[OptIn], number: str, stamp: Stamp) -> list[OptIn]:
    """Cancel the requests of a flow; gives what changes.

    Where something else still waits in the same place, the contact's standing is what it was: so is its stamp.
    """
    waiting = [each for each in records if each.status in OPEN]
    gone = [each for each in waiting if each.ext_ref_no == number and each.status is Status.REQUESTED]
    changes = {each.pk: replace(each, status=Status.CANCELLED, stamp=stamp) for each in gone}
    for place in dict.fromkeys(each.place for each in gone):
        first, *others = (each for each in waiting if each.place == place)
        heir = next((each for each in others if each.pk not in changes), None)
        if first.pk in changes and heir is not None:
            changes[heir.pk] = replace(heir, stamp=first.stamp)
    return list(changes.values())


def standings(records: Iterable[OptIn]) -> Iterator[Consent]:
    """Tell how each contact stands with each type.

    The current record decides; without one it is pending while anything waits, and unknown once all was cancelled.
    """
    places: dict[tuple[str, str], list[OptIn]] = {}
    for each in records:
        places.setdefault(each.place, []).append(each)
    for found in places.values():
        in_force = [each for each in found if each.status is Status.CURRENT]
        waiting = [each for each in found if each.status in OPEN]
        if in_force:
            yield _consent(in_force[-1], STATES[in_force[-1].approval])
        elif waiting:
            yield _consent(waiting[0], ConsentState.PENDING)
        elif cancelled := [each for each in found if each.status is Status.CANCELLED]:
            last = max(cancelled, key=lambda each: each.stamp.since if each.stamp else EARLIEST)
            yield _consent(last, ConsentState.UNKNOWN)


def _consent(record: OptIn, state: ConsentState) -> Consent:
    return Consent(record.contact, record.type, state, record.stamp)
