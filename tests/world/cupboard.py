"""A world of one vendor with numbered cups, and what its tests ask of it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from mockserver.store.memory import MemoryStore
from mockserver.world.ids import Ids

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LATER = datetime(2027, 6, 1, tzinfo=UTC)
TOLD = datetime(2020, 2, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Cup:
    number: int

    @property
    def key(self):
        return self.number


def cups(sandbox):
    return [cup.number for cup in sandbox.store.records("acme").all(Cup)]


def fill(sandbox, number):
    with sandbox.store.records("acme").transaction() as tx:
        tx.put(Cup(number))
    sandbox.ids.uuid()
    sandbox.store.journal.open()


def first_id(seed):
    return Ids(MemoryStore([], 1), seed).uuid()
