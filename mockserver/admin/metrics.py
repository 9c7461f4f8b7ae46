"""The server's figures in the text format of Prometheus; loaded when they are first asked for, since that is slow."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import choose_encoder

from mockserver.vendors import Vendor
from mockserver.world.sandbox import World
from mockserver.world.tally import BOUNDS_MS, Row

LIMITS = [*(str(bound / 1000) for bound in BOUNDS_MS), "+Inf"]  # in seconds


class Figures:
    """Makes the metrics of what a world has counted, whenever they are asked for."""

    def __init__(self, world: World[Vendor]) -> None:
        """Speak of this world."""
        self._world = world

    def collect(self) -> Iterator[Metric]:
        """Make them."""
        yield from self._requests()
        yield self._durations()
        yield from self._sandboxes()

    def _requests(self) -> Iterator[Metric]:
        requests: Counter[tuple[str, ...]] = Counter()
        faults: Counter[tuple[str, ...]] = Counter()
        for (vendor, operation, status, verdict, fault), row in self._world.tally.rows():
            count = sum(row.buckets)
            requests[vendor, operation or "", "" if status is None else str(status), verdict] += count
            if fault is not None:
                faults[vendor, operation or "", fault] += count
        for name, says, labels, counts in (
            ("requests", "Requests to vendors.", ("vendor", "operation", "status", "verdict"), requests),
            ("faults", "Requests to vendors that a fault struck.", ("vendor", "operation", "fault"), faults),
        ):
            family = CounterMetricFamily(f"mockserver_{name}", says, labels=labels)
            for values, count in counts.items():
                family.add_metric(values, count)
            yield family

    def _durations(self) -> Metric:
        sums: dict[tuple[str, str], Row] = defaultdict(Row)
        for (vendor, operation, *_), row in self._world.tally.rows():
            whole = sums[vendor, operation or ""]
            whole.total_ms += row.total_ms
            whole.buckets = [one + other for one, other in zip(whole.buckets, row.buckets, strict=True)]
        family = HistogramMetricFamily(
            "mockserver_request_duration",
            "Real time that requests to vendors took.",
            labels=("vendor", "operation"),
            unit="seconds",
        )
        for values, row in sums.items():
            family.add_metric(values, list(zip(LIMITS, accumulate(row.buckets), strict=True)), row.total_ms / 1000)
        return family

    def _sandboxes(self) -> Iterator[Metric]:
        sandboxes = self._world.all()
        usages = [each.store.journal.usage() for each in sandboxes]
        for name, says, value in (
            ("sandboxes", "Sandboxes that there are.", len(sandboxes)),
            ("journal_entries", "Requests in the journals of all sandboxes.", sum(each.entries for each in usages)),
            ("journal_bytes", "What these journals hold, roughly.", sum(each.bytes for each in usages)),
            ("journal_dropped", "Requests that these journals dropped.", sum(each.dropped for each in usages)),
        ):
            yield GaugeMetricFamily(f"mockserver_{name}", says, value)


def render(world: World[Vendor]) -> tuple[bytes, str]:
    """Write a world's metrics in the format that everybody reads; gives the text with its media type."""
    registry = CollectorRegistry()
    registry.register(Figures(world))
    write, media_type = choose_encoder("")
    return write(registry), media_type
