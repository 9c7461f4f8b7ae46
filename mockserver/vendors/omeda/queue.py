"""What stands between a submission and people's filters: nothing, or a delay by the sandbox's clock."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from mockserver.consent import Stamp
from mockserver.store import Records, Transaction
from mockserver.vendors.omeda.records import Filter, FilterStatus, Key, Queued, Settings

FOREVER = datetime.max.replace(tzinfo=UTC)


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


def changed(old: Filter | None, change: Change | Queued, stamp: Stamp) -> Filter:
    """Make the filter that a change leaves; a repeat refreshes source and date, but changes no consent."""
    same = old is not None and old.status is change.status
    return Filter(
        change.email,
        change.deployment_type_id,
        change.status,
        change.source,
        created_date=old.created_date if old else stamp.since,
        changed_date=stamp.since,
        promo_code=change.promo_code,
        stamp=old.stamp if old and same else stamp,
    )


class Queue:
    """One sandbox's queue, in its store. A filter's changes come due in the order in which they were sent."""

    def __init__(self, store: Records) -> None:
        """Work on these records."""
        self._store = store

    def filters(self, now: datetime) -> dict[Key, Filter]:
        """Give all filters as they show at a moment: those stored, and over them what has come due."""
        found = {each.key: each for each in self._store.all(Filter)}
        for late in self._due(now):
            found[late.filter] = _late(found.get(late.filter), late)
        return found

    def of(self, keys: Iterable[Key], now: datetime) -> dict[Key, Filter]:
        """Give those of these filters that there are, in the order asked for, as they show at a moment."""
        due: dict[Key, list[Queued]] = {}
        for late in self._due(now):
            due.setdefault(late.filter, []).append(late)
        found = {}
        for key in keys:
            shown = self._store.get(Filter, key)
            for late in due.get(key, ()):
                shown = _late(shown, late)
            if shown is not None:
                found[key] = shown
        return found

    def coming(self, keys: Iterable[Key]) -> dict[Key, FilterStatus]:
        """Tell how these filters will stand once all that waits has come due."""
        return {key: each.status for key, each in self.of(keys, FOREVER).items()}

    def take(self, tx: Transaction, submission: str, changes: Iterable[Change], stamp: Stamp) -> None:
        """Take a submission's changes; what has come due is written down first."""
        for late in self._due(stamp.since):
            tx.put(_late(tx.get(Filter, late.filter), late))
            tx.delete(Queued, late.key)
        settings = self._store.get(Settings, "settings") or Settings()
        soonest = stamp.since + timedelta(seconds=settings.queue_delay_s)
        waiting = {late.filter: late.due for late in self._due(FOREVER)}
        for number, change in enumerate(changes):
            due = max(soonest, waiting.get(change.key, soonest))
            if due > stamp.since:
                tx.put(Queued(submission, number, due, *change, stamp=stamp))
            else:
                tx.put(changed(tx.get(Filter, change.key), change, stamp))

    def _due(self, now: datetime) -> list[Queued]:
        """Give what shows at a moment, in the order in which it came to."""
        return sorted((each for each in self._store.all(Queued) if each.due <= now), key=lambda each: each.due)


def _late(old: Filter | None, late: Queued) -> Filter:
    """Make the filter that a change leaves when it comes due."""
    return changed(old, late, Stamp(late.due, late.stamp.request_id if late.stamp else None))
