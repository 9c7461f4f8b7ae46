"""What a sandbox keeps, behind protocols, so that workers may share it.

Whoever touches it takes the sandbox's one lock (every method here does): for a look-up, a commit or a copy of
references; never while awaiting, parsing, rendering or scanning.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, NamedTuple, Protocol, TypeVar


class Record(Protocol):
    """A stored thing: a frozen dataclass that knows where it is stored."""

    @property
    def key(self) -> Hashable:
        """Where it is stored, unique among its kind."""


class Indexed(Record, Protocol):
    """A record that is found by more than its key (`Records.find`): its class declares how.

    An index is a name with a function that gives the values under which a record is found; it depends on the record
    alone, and fails for none:

        indexes: ClassVar = {"email": lambda row: (row.email.casefold(),)}
    """

    indexes: ClassVar[Mapping[str, Callable[[Any], Iterable[Hashable]]]]


class Ordered(Record, Protocol):
    """A record that is kept in the order of its key (`Records.page`): any two keys can be compared."""

    ordered: ClassVar[bool]


R = TypeVar("R", bound=Record)
Tables = Mapping[type[Any], Mapping[Hashable, Any]]


class Transaction(Protocol):
    """Reads that see their own changes; changes that become visible all at once."""

    def get(self, kind: type[R], key: Hashable) -> R | None:
        """Find one record."""

    def put(self, record: R) -> R:
        """Store a record in the place of the one with its key, and give it back."""

    def delete(self, kind: type[R], key: Hashable) -> None:
        """Remove a record; an absent one is no error."""


class Records(Protocol):
    """One vendor's records in one sandbox."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Commit on leaving the block; an exception leaves the state as it was."""

    def get(self, kind: type[R], key: Hashable) -> R | None:
        """Find one record."""

    def find(self, kind: type[R], index: str, *values: Hashable) -> Sequence[R]:
        """Find the records that have all of these values in an index that their class declares, in no set order.

        It costs what the rarest of the values finds, not the table. A transaction under way does not show.
        """

    def page(self, kind: type[R], after: Any, skip: int, top: int | None) -> tuple[Sequence[R], int]:
        """Copy references in the order of the keys, with how many there are in all: the page is the cost.

        Given are those behind the key `after` (None: from the first), without the next `skip`, and `top` at most
        (None: all). Their class declares `ordered`.
        """

    def all(self, kind: type[R]) -> Sequence[R]:
        """Copy the references of a kind, in the order of their first arrival."""

    def tables(self) -> Tables:
        """Copy the references of all kinds."""

    def replace(self, tables: Tables) -> None:
        """Put these tables in the place of all there is."""


@dataclass(frozen=True, slots=True)
class ClockReading:
    """What a clock showed when it was set, in microseconds since 1970.

    `real_us` is the real time then, None while it stands; `started_us` is what it showed when the sandbox began.
    """

    now_us: int
    real_us: int | None
    started_us: int = 0


@dataclass(frozen=True, slots=True)
class Image:
    """What a store holds at one moment, by reference; `drawn` ids and `requests` were counted until then."""

    tables: Mapping[str, Tables]
    clock: ClockReading
    drawn: int = 0
    requests: int = 0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An image that is kept, with what its sandbox was begun from; `taken_at` is what the clock showed."""

    id: str
    name: str | None
    taken_at: datetime
    scenario: str
    seed: int
    image: Image


class Snapshots(Protocol):
    """The snapshots of one sandbox. Ids are never given again."""

    def take(self, make: Callable[[str], Snapshot], most: int) -> Snapshot | None:
        """Keep what `make` gives for a fresh id, in one step; None where `most` are kept already."""

    def get(self, snapshot: str) -> Snapshot | None:
        """Find one by its id."""

    def all(self) -> Sequence[Snapshot]:
        """Copy the references of all, oldest first."""

    def remove(self, snapshot: str) -> Snapshot | None:
        """Let go of one; gives it, None where there is none."""


class Entry(Protocol):
    """What a journal holds."""

    @property
    def id(self) -> int:
        """The id drawn from the journal."""

    @property
    def size(self) -> int:
        """How many bytes it holds, roughly."""


class Usage(NamedTuple):
    """How full a journal is: its entries, their bytes (roughly), and how many were dropped for its bounds."""

    entries: int
    bytes: int
    dropped: int


class Journal(Protocol):
    """A bounded list of exchanges. An entry says its size in bytes."""

    def open(self) -> tuple[int, int]:
        """Draw the next id, with the era to close it with."""

    def lasts(self, era: int) -> bool:
        """Tell whether this era is still the present one."""

    def close(self, era: int, exchange: Entry) -> None:
        """Append an exchange; one whose era has ended (a reset came between) is dropped."""

    def entries(self) -> tuple[Sequence[Any], int]:
        """Copy the references of all exchanges, by id, with the number dropped for the bounds."""

    def usage(self) -> Usage:
        """Tell how full it is."""

    def clear(self) -> None:
        """Forget all exchanges; ids go on."""


T = TypeVar("T")


class Store(Protocol):
    """All that one sandbox keeps."""

    @property
    def journal(self) -> Journal:
        """The list of its requests."""

    @property
    def snapshots(self) -> Snapshots:
        """Its snapshots."""

    def records(self, vendor: str) -> Records:
        """Give the records of one vendor."""

    def draw(self) -> int:
        """Draw the next number for an id, from 0."""

    def clock(self) -> ClockReading:
        """Read the clock's setting."""

    def set_clock(self, change: Callable[[ClockReading], ClockReading]) -> None:
        """Set the clock, in one step with the reading of what it was."""

    @property
    def faults(self) -> Sequence[Any]:
        """The fault rules with what they have counted; every request asks whether there are any."""

    def step_faults(self, step: Callable[[Sequence[Any]], tuple[Sequence[Any], T]]) -> T:
        """Put other rules or counts in the place of what there is, in one step with the reading of it."""

    def image(self) -> Image:
        """Copy the references of all there is but the journal, in one step."""

    def restart(self, image: Image) -> None:
        """Begin from an image, in one step, without faults, with an empty journal; snapshots stay."""
