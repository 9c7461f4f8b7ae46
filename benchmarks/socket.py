"""What a request costs over a socket: CPU of the whole server process, kernel included, pinned to one core.

On one core the inverse of that is the throughput. Beside this server stand stock Connexion, plain Starlette (it keeps
and checks nothing), and Prism if there is a `prism` on the path (`npm install -g @stoplight/prism-cli`).
"""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from benchmarks.measuring import Comparison, Effort, alternate
from benchmarks.measuring.load import Load
from benchmarks.measuring.process import PYTHON, SERVE, Running, free_port, running
from benchmarks.measuring.requests import Request, requests
from mockserver.contract import specs
from mockserver.server import Server, Settings

BUDGETS = {"GET": "8", "12": "12", "50": "20"}
REFERENCE, OURS, PRISM, PLAIN = "stock FlaskApp", "mockserver", "Prism", "plain Starlette"
COMMANDS = {
    REFERENCE: (PYTHON, "-m", "benchmarks.peers.stock"),
    OURS: SERVE,
    PLAIN: (PYTHON, "-m", "benchmarks.peers.plain"),
}
SHARE = 4  # a call over a socket takes longer than one of the application: the rounds are shorter


@dataclass
class Servers:
    """The servers under measurement, each started once it is asked for."""

    core: str
    stack: contextlib.ExitStack
    found: dict[str, Running] = field(default_factory=dict)

    def get(self, name: str, *words: str, port: int | None = None) -> Running:
        """Give a server, started once, on the one core."""
        if name not in self.found:
            self.found[name] = self.stack.enter_context(running("taskset", "-c", self.core, *words, port=port))
        return self.found[name]


def run(effort: Effort) -> Iterator[Comparison]:
    """Send all the same requests."""
    first, *others = sorted(os.sched_getaffinity(0))
    calls, rounds = max(effort.calls // SHARE, 1), max(effort.rounds // 2, 1)
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, others or [first])  # the load does not disturb what it measures
    try:
        with contextlib.ExitStack() as stack:
            servers = Servers(str(first), stack)
            for title, request in requests(Server(Settings())):
                loads = dict(_loads(servers, request))
                subjects = {name: _measure(load, calls) for name, load in loads.items()}
                figures = alternate(subjects, rounds + 1)
                settled = {name: each[1:] or each for name, each in figures.items()}  # the first round warms up
                budget = next(f"at least {each}" for word, each in BUDGETS.items() if word in title.split())
                budgets = {OURS: budget}
                yield Comparison(
                    f"{title}, over a socket", "µs of CPU", settled, REFERENCE, faster=True, budgets=budgets
                )
    finally:
        os.sched_setaffinity(0, before)


def _loads(servers: Servers, request: Request) -> Iterator[tuple[str, Load]]:
    vendor = request.vendor
    for name, words in COMMANDS.items():
        yield name, Load(servers.get(name, *words), request, f"/{vendor}")
    if prism := shutil.which("prism"):
        port = free_port()
        words = (prism, "mock", "-p", str(port), "-v", "fatal", str(specs() / f"{vendor}.yaml"))
        yield PRISM, Load(servers.get(f"{PRISM} {vendor}", *words, port=port), request, "")


def _measure(load: Load, calls: int) -> Callable[[], float]:
    def measure() -> float:
        began, used, sent = load.server.cpu_ms(), 0.0, 0
        while not used:  # some kernels count in ticks: few calls may cost none
            sent += load.send(calls)
            used = load.server.cpu_ms() - began
        return used * 1000 / sent

    return measure
