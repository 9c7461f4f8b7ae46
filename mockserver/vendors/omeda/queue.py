"""What stands between a submission and people's filters: nothing, or a delay by the sandbox's clock."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from mockserver.consent import Stamp
from mockserver.store import Records, Transaction
from mockserver.vendors.omeda.records import Filter, FilterStatus, Queued, Settings

Key = tuple[str, int]


class Change(NamedTuple):
    """What a submission asks for one address and deployment type."""

    email: str
    deployment_type_id: int
    status: FilterStatus
    source: str
    promo_code: str | None

    @property
    def key(self) -> Key:
        """That of the filter."""
        return self.email.casefold(), self.deployment_type_id


def changed(old: Filter | None, change: Change | Queued, stamp: Stamp | None, shown: datetime) -> Filter:
    """Make the filter that a change leaves; a repeat refreshes source and date, but changes no consent."""
    same = old is not None and old.status is change.status
    return Filter(
        change.email,
        change.deployment_type_id,
        change.status,
        change.source,
        created_date=old.created_date if old else shown,
        changed_date=shown,
        promo_code=change.promo_code,
        stamp=old.stamp if old and same else stamp,
    )


class Queue:
    """One sandbox's queue, in its store."""

    def __init__(self, store: Records) -> None:
        """Work on these records."""
        self._store = store

    def filters(self, now: datetime) -> dict[Key, Filter]:
        """Give all filters as they show at a moment: those stored, and over them what has come due."""
        found = {each.key: each for each in self._store.all(Filter)}
        for each in _due(self._store.all(Queued), now):
            key = (each.email.casefold(), each.deployment_type_id)
            found[key] = changed(found.get(key), each, each.stamp, each.due)
        return found

    def of(self, email: str, now: datetime) -> list[Filter]:
        """Give the filters of an address as they show at a moment, by deployment type."""
        found = [each for (address, _), each in self.filters(now).items() if address == email.casefold()]
        return sorted(found, key=lambda each: each.deployment_type_id)

    def coming(self, keys: Iterable[Key]) -> dict[Key, FilterStatus]:
        """Tell how filters will stand once all that waits has come due."""
        wanted = set(keys)
        found = {key: each.status for key in wanted if (each := self._store.get(Filter, key))}
        for late in sorted(self._store.all(Queued), key=lambda late: late.due):
            key = (late.email.casefold(), late.deployment_type_id)
            if key in wanted:
                found[key] = late.status
        return found

    def take(self, tx: Transaction, submission: str, changes: Iterable[Change], stamp: Stamp) -> None:
        """Take a submission's changes; what has come due is written down first."""
        settings = self._store.get(Settings, "settings") or Settings()
        for late in _due(self._store.all(Queued), stamp.since):
            key = (late.email.casefold(), late.deployment_type_id)
            tx.put(changed(tx.get(Filter, key), late, late.stamp, late.due))
            tx.delete(Queued, late.key)
        due = stamp.since + timedelta(seconds=settings.queue_delay_s)
        for number, change in enumerate(changes):
            if settings.queue_delay_s:
                tx.put(Queued(submission, number, due, *change, stamp=Stamp(due, stamp.request_id)))
            else:
                tx.put(changed(tx.get(Filter, change.key), change, stamp, stamp.since))


def _due(queued: Iterable[Queued], now: datetime) -> Iterator[Queued]:
    """Give what shows at a moment, in the order in which it came to."""
    return iter(sorted((each for each in queued if each.due <= now), key=lambda each: each.due))
