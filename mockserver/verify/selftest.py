"""Tries the suite itself on deliberately wrong servers, in a process a core, and writes what noticed each."""

import multiprocessing
import os
from collections.abc import Collection, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import Any, TextIO

import httpx
import pytest

from contract_tests import mutant, selftest
from contract_tests.collector import Collector
from contract_tests.ground import GROUND, PROFILE, Mock
from contract_tests.mutant import Mutant, Mutating
from contract_tests.selftest import Kill, SelfTest
from contract_tests.target import STANDING, Plane
from mockserver.contract import document
from mockserver.engine.intake import Bounds
from mockserver.errors import ConfigurationError
from mockserver.server import Settings, running
from mockserver.verify import suite
from mockserver.verify.progress import Progress

SHARE = 12
"""How many wrong servers one task tries: the suite is collected once for each."""
PATIENCE = Bounds(body_timeout_s=2)
LEAST = 0.95


class Tally(Progress):
    """Shows how many wrong servers were tried."""

    def text(self, seconds: float) -> str:
        """Give the line to show."""
        return f"{self.done} of {self.tests} wrong servers, {seconds:.0f} s"


@dataclass(frozen=True)
class Task:
    """What one process tries in one go; the first of a vendor tries the right server, too."""

    vendor: str
    mutants: tuple[Mutant, ...]
    first: bool


@dataclass(frozen=True)
class Verdict:
    """What became of the catalogue: the kills in its order, and the tests that fail on the right server."""

    kills: tuple[Kill, ...]
    broken: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether the suite may be relied on: it notices enough, and each survivor has its reason."""
        reasoned = all(each.killed or "tolerated" in each.mutant.row for each in self.kills)
        return not self.broken and reasoned and selftest.score(self.kills) >= LEAST


def run(vendors: Collection[str], stream: TextIO) -> Verdict:
    """Try the catalogue of these vendors, all of them where none is named; progress goes to a stream.

    Raises:
        ConfigurationError: there is no such vendor, or a process died.
    """
    names = list(document.names())
    if unknown := set(vendors) - set(names):
        raise ConfigurationError(f"--vendor {', '.join(sorted(unknown))}: vendors are {', '.join(names)}")
    tasks = [task for name in names if not vendors or name in vendors for task in _tasks(name)]
    tally = Tally(stream)
    tally.tests = sum(len(each.mutants) for each in tasks)
    context = multiprocessing.get_context("spawn")  # a fork would share sockets and threads
    with ProcessPoolExecutor(os.cpu_count(), context, end_with_parent) as pool:
        try:
            futures = [pool.submit(_try, task) for task in tasks]
            _follow(futures, tally)
        except BrokenProcessPool:
            raise ConfigurationError("a process of the self-test died: is there memory enough?") from None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            tally.clear()
    parts = [each.result() for each in futures]
    return Verdict(
        tuple(kill for each in parts for kill in each.kills), tuple(test for each in parts for test in each.broken)
    )


def end_with_parent() -> None:
    """Let this process end when the one that started it does, however that ends: a pool's would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        Thread(target=_outlast, args=[parent], daemon=True).start()


def _outlast(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _tasks(vendor: str) -> Iterator[Task]:
    mutants = tuple(mutant.read([vendor]))
    for start in range(0, len(mutants), SHARE):
        yield Task(vendor, mutants[start : start + SHARE], first=start == 0)


def _follow(futures: list["Future[Verdict]"], tally: Tally) -> None:
    for each in as_completed(futures):
        tally.done += len(each.result().kills)
        tally.show()


def _try(task: Task) -> Verdict:
    """Run the suite of one vendor on its wrong servers, in this process."""
    stand: list[Mutating] = []

    def room(app: Any) -> Mutating:
        stand.append(Mutating(app))
        return stand[0]

    with running(Settings(port=0, vendors=(task.vendor,), bounds=PATIENCE), room) as (url, server):
        with httpx.Client(timeout=30) as http:
            http.post(f"{url}/__admin/sandboxes", json={"name": mutant.ELSEWHERE, "now": STANDING}).raise_for_status()
            ground = Mock(Plane(url, http), tuple(server.documents.values()), Collector().note)
            tries = SelfTest(stand[0], list(task.mutants), check=task.first)
            code = suite.run([_Stand(ground), tries])
        if code is not pytest.ExitCode.OK:
            raise ConfigurationError(f"the suite cannot be run on {task.vendor}: pytest ended with {code.name}")
    return Verdict(tuple(tries.kills), tuple(tries.broken))


class _Stand:
    """Hands the ground over to the suite."""

    def __init__(self, ground: Mock) -> None:
        self._ground = ground

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Say what is under test, before the suite's own conftest asks."""
        config.stash[GROUND] = self._ground
        config.stash[PROFILE] = "self-test"
