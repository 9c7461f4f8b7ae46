"""What queries cost on a long list: CPU, the loop's longest pause meanwhile, the longest hold of a sandbox's lock.

The CPU stands beside that of a plain list comprehension over the same rows.
"""

import asyncio
import gc
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self
from unittest.mock import patch
from urllib.parse import quote

from benchmarks.asgi import Exchange
from benchmarks.measuring import Comparison, Effort, alternate
from benchmarks.measuring.requests import OK, Request
from mockserver.cli.serve import SELDOM, TURN_S
from mockserver.server import Server, Settings
from mockserver.vendors.aimbase.records import Account, Subscriber

SIZES = (1_000, 100_000)
SET = "/odata/v2/SubscriberOptIn"
REFERENCE = "[row for row in rows if '99@' in row.email]"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
TICK_S = 0.001
BESIDE = 3  # requests at once, where their pauses are measured
CASES: Mapping[str, tuple[str, Mapping[str, str], str]] = {
    "look-up by key": ("({middle})", {}, "1 ms"),
    "look-up by address": ("", {"$filter": "Email eq 'address{middle}@example.com'"}, "1 ms"),
    "first page, unfiltered": ("", {"$top": "20"}, ""),
    "page in the middle, unfiltered": ("", {"$skip": "{middle}", "$top": "20"}, ""),
    "count, unfiltered": ("/$count", {}, ""),
    "scan: contains": ("", {"$filter": "contains(Email,'99@')", "$top": "20"}, "150 ms"),
    "scan: contains, all found shown": ("", {"$filter": "contains(Email,'99@')"}, ""),
    "order by address, descending, 20": ("", {"$orderby": "OptInSource,Email desc", "$top": "20"}, ""),
    "the whole list": ("", {}, ""),
}


class Lock:
    """A lock that knows how long it was held at most, in milliseconds."""

    def __init__(self) -> None:
        self.longest_ms = 0.0
        self._lock = _RLOCK()
        self._depth = 0
        self._since = 0

    def __enter__(self) -> Self:
        self._lock.acquire()
        if not self._depth:
            self._since = time.perf_counter_ns()
        self._depth += 1
        return self

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
        if not self._depth:
            self.longest_ms = max(self.longest_ms, (time.perf_counter_ns() - self._since) / 1e6)
        self._lock.release()


_RLOCK = threading.RLock


@dataclass(frozen=True)
class Room:
    """A sandbox with a long list of subscribers."""

    server: Server
    name: str
    lock: Lock
    rows: list[Subscriber]
    credential: Mapping[str, str]

    async def ask(self, case: str) -> None:
        """Send one request, and see that it is answered."""
        below, options, _ = CASES[case]
        middle = str(len(self.rows) // 2)
        query = "&".join(f"{name}={quote(value.replace('{middle}', middle))}" for name, value in options.items())
        request = Request("aimbase", "GET", SET + below.replace("{middle}", middle), self.credential)
        exchange = Exchange(request, f"/~{self.name}/aimbase")
        exchange.scope["query_string"] = query.encode()
        await self.server.app(exchange.scope, exchange.receive, exchange.send)
        if exchange.status != OK:
            raise RuntimeError(f"{case} answered {exchange.status}")


def run(effort: Effort) -> Iterator[Comparison]:
    """Ask short and long lists the same."""
    gc.freeze()
    gc.set_threshold(*gc.get_threshold()[:2], SELDOM)  # as `mockserver serve` does, and so the turns
    sys.setswitchinterval(TURN_S)
    server = Server(Settings())
    for size in SIZES if effort.rounds > 1 else SIZES[:1]:
        room = furnished(server, size)
        title = f"{size:,} rows"
        cpu: dict[str, Callable[[], float]] = {REFERENCE: lambda room=room: plain(room)}
        cpu |= {case: lambda case=case, room=room: cpu_ms(room, case) for case in CASES}
        budgets = {case: f"at most {most}" for case, (_, _, most) in CASES.items() if most}
        rounds = min(effort.rounds, 5)
        yield Comparison(f"{title}: a request", "ms of CPU", alternate(cpu, rounds), REFERENCE, budgets=budgets)
        pauses, holds = measured_beside(room, rounds)
        yield Comparison(f"{title}: the loop's longest pause", "ms", pauses, IDLE, remarks=["budget: 20 ms"])
        yield Comparison(f"{title}: the lock's longest hold", "ms", holds, next(iter(CASES)), remarks=["budget: 20 ms"])


IDLE = "nothing asked"


def furnished(server: Server, size: int) -> Room:
    """Make a sandbox with so many subscribers."""
    with patch("threading.RLock", Lock):
        sandbox = server.world.create(f"rows-{size}", "empty")
    kept = sandbox.store.records("aimbase")
    rows = [
        Subscriber(number, f"address{number}@example.com", number % 3 > 0, NOW, NOW, opt_in_source=f"Web {number % 7}")
        for number in range(size)
    ]
    kept.replace({**kept.tables(), Subscriber: {row.key: row for row in rows}})
    lock: Any = sandbox.store._lock  # noqa: SLF001 - it is the one put there above
    return Room(server, sandbox.name, lock, rows, dict(kept.all(Account)[0].headers))


def plain(room: Room) -> float:
    """Measure what Python needs at least, in milliseconds of CPU."""
    began = time.process_time_ns()
    found = [row for row in room.rows if "99@" in row.email]
    spent = (time.process_time_ns() - began) / 1e6
    return spent if found else 0.0


def cpu_ms(room: Room, case: str) -> float:
    """Measure one request, in milliseconds of CPU, threads included."""

    async def ask() -> float:
        began = time.process_time_ns()
        await room.ask(case)
        return (time.process_time_ns() - began) / 1e6

    return asyncio.run(ask())


def measured_beside(room: Room, rounds: int) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Measure pauses of the loop and holds of the lock, in milliseconds, while several ask at once."""
    pauses: dict[str, list[float]] = {}
    holds: dict[str, list[float]] = {}
    for _ in range(rounds):
        pauses.setdefault(IDLE, []).append(asyncio.run(longest_pause(room, IDLE)))
        for case in CASES:
            room.lock.longest_ms = 0.0
            pauses.setdefault(case, []).append(asyncio.run(longest_pause(room, case)))
            holds.setdefault(case, []).append(room.lock.longest_ms)
    return pauses, holds


async def longest_pause(room: Room, case: str) -> float:
    """Let the loop tick while requests are answered, and tell by how much a tick was late at most."""
    late = 0.0
    done = asyncio.Event()

    async def tick() -> None:
        nonlocal late
        while not done.is_set():
            before = time.perf_counter()
            await asyncio.sleep(TICK_S)
            late = max(late, (time.perf_counter() - before - TICK_S) * 1000)

    ticking = asyncio.create_task(tick())
    await asyncio.sleep(2 * TICK_S)
    if case == IDLE:
        await asyncio.sleep(20 * TICK_S)
    else:
        await asyncio.gather(*(room.ask(case) for _ in range(BESIDE)))
    done.set()
    await ticking
    return late
