"""How many requests the vendors had, and how long they took: counted cheaply, summed up when somebody asks."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from mockserver.world.journal import Exchange, Verdict

BOUNDS_MS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 1000, 10_000)
"""The upper bounds of all buckets but the last."""


Kind = tuple[str, str | None, int | None, Verdict, str | None]
"""What is counted apart: vendor, operation, status, verdict, fault. Clients cannot make these many."""


@dataclass(slots=True)
class Row:
    """The requests of one kind, by how long they took."""

    total_ms: float = 0.0
    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS_MS) + 1))


class Tally:
    """Counts requests. The event loop alone counts; any thread may read."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._rows: dict[Kind, Row] = {}

    def count(self, exchange: Exchange) -> None:
        """Count a request that has ended."""
        kind = exchange.vendor, exchange.operation_id, exchange.status, exchange.verdict, exchange.fault
        row = self._rows.get(kind)
        if row is None:
            row = self._rows[kind] = Row()
        row.total_ms += exchange.duration_ms
        row.buckets[bisect_left(BOUNDS_MS, exchange.duration_ms)] += 1

    def rows(self) -> Sequence[tuple[Kind, Row]]:
        """Give the rows by kind, in the order of their first request."""
        return list(self._rows.items())  # one step for the interpreter: no request comes between
