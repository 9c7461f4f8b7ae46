from datetime import UTC, datetime
from itertools import chain

import pytest

from contract_tests.binding import pytest_runtest_setup
from mockserver.server import Server, Settings, running
from mockserver.world.sandbox import Mode, Start
from tests.driver import Driver
from tests.optional import optional, summarise

__all__ = ["optional", "pytest_runtest_setup"]

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def started():
    """One built server; nothing listens. Take a sandbox of it."""
    return Server(Settings(start=Start(now=NOW)))


@pytest.fixture
def sandbox(started):
    made = started.world.create()
    yield made
    started.world.delete(made.name)


@pytest.fixture
def driver(started, sandbox):
    """Calls the vendors of a fresh sandbox, paths beginning with the vendor's name."""
    return Driver(started.app, sandbox=sandbox.name)


@pytest.fixture
def fresh():
    """Makes a server of its own: fresh(scenario=…, mode=…)."""

    def make(**start):
        return Server(Settings(start=Start(**{"now": NOW, **start})))

    return make


@pytest.fixture(scope="session", params=[Mode.STRICT, Mode.LENIENT], ids=str)
def other_mode(request):
    """A driver on a server in another mode than the default, with its world."""
    server = Server(Settings(start=Start(now=NOW, mode=request.param)))
    return request.param, Driver(server.app), server.world


@pytest.fixture(scope="session")
def live():
    """A server on a socket: gives its URL and the server."""
    with running(Settings(port=0, start=Start(now=NOW))) as found:
        yield found


def pytest_terminal_summary(terminalreporter):
    lines = summarise(chain.from_iterable(terminalreporter.stats.values()))
    if lines:
        terminalreporter.section("optional checks")
        for line in lines:
            terminalreporter.line(line)
