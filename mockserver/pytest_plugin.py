"""Fixtures for an integrator's tests: `mockserver`, a server for the session, and `mock`, a fresh sandbox of it a test.

pytest imports this module whenever it starts, in projects too that have no use for it: so it imports nothing but what
pytest itself has, and loads the rest when a test asks for a fixture.
"""

import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from mockserver.errors import MockServerError

if TYPE_CHECKING:
    from mockserver.client import Mock, MockServer

LATEST = 10
MARKER = "mock(scenario=…, seed=…, now=…): what the sandbox of the fixture `mock` begins with (consent-mockserver)"
SETTINGS = frozenset({"scenario", "seed", "now"})
URL, TOKEN = "mockserver_url", "mockserver_admin_token"
MOCK = pytest.StashKey["Mock"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run say which server it uses: by option, by environment, in its ini file; else it starts one."""
    group = parser.getgroup("mockserver", "consent-mockserver")
    group.addoption("--mockserver-url", help="URL of a running server to use; without it each process starts its own.")
    group.addoption("--mockserver-admin-token", help="The token of that server's control plane.")
    parser.addini(URL, "URL of a running server to use (as --mockserver-url).")
    parser.addini("mockserver_scenario", "Scenario of a started server's sandboxes.", default="baseline")


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", MARKER)


@pytest.fixture(scope="session", name="mockserver")
def _mockserver(pytestconfig: pytest.Config) -> "Iterator[MockServer]":
    """A server of this process on a free port, or the one that the run names: `.url`, `.sandbox(…)`."""
    from mockserver.client import MockServer, running  # noqa: PLC0415 - not at the start of every pytest

    url = pytestconfig.getoption(URL) or os.environ.get(URL.upper()) or pytestconfig.getini(URL)
    with _failing_in_a_line():
        if url:
            token = pytestconfig.getoption(TOKEN) or os.environ.get(TOKEN.upper())
            server = MockServer(url, token)
            server.version()
            yield server
            return
        with running(scenario=pytestconfig.getini("mockserver_scenario")) as default:
            yield default.server


@pytest.fixture(name="mock")
def _mock(request: pytest.FixtureRequest, mockserver: "MockServer") -> "Iterator[Mock]":
    """A fresh sandbox, which ends with the test; `@pytest.mark.mock(scenario=…, seed=…, now=…)` says how it begins."""
    with _failing_in_a_line():
        made = mockserver.sandbox(**_wish(request.node))
        request.node.stash[MOCK] = made
        yield made
        del request.node.stash[MOCK]
        made.delete()


@contextmanager
def _failing_in_a_line() -> Iterator[None]:
    """Let what the server refuses, or that it is gone, fail a fixture without a traceback."""
    try:
        yield
    except (MockServerError, ValueError) as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None


def _wish(node: pytest.Item) -> dict[str, Any]:
    """Put together what the markers of a test, its class and its module ask for; the nearest wins."""
    wish: dict[str, Any] = {}
    for mark in node.iter_markers("mock"):
        if mark.args or not mark.kwargs.keys() <= SETTINGS:
            given = ", ".join([*map(repr, mark.args), *(f"{name}=…" for name in mark.kwargs)])
            raise ValueError(f"@pytest.mark.mock takes {', '.join(sorted(SETTINGS))} by name, not ({given})")
        wish = {**mark.kwargs, **wish}
    return wish


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show with a failed test what came to its sandbox."""
    report = yield
    if report.failed and MOCK in item.stash:
        report.sections.append(("mockserver: latest requests", _told(item.stash[MOCK])))
    return report


def _told(mock: "Mock") -> str:
    from mockserver.client import wording  # noqa: PLC0415 - as above

    try:
        return wording.report(mock.name, mock.requests(limit=LATEST))
    except MockServerError as error:  # the server is gone: the test failed of that, or tells more than this would
        return str(error)
