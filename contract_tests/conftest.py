import os
import shutil
import tempfile
from pathlib import Path

import httpx
import pytest
from hypothesis import Phase, settings
from hypothesis.database import DirectoryBasedExampleDatabase
from hypothesis.errors import InvalidArgument

from contract_tests import matrix, outcome, selection
from contract_tests.binding import pytest_runtest_setup
from contract_tests.collector import COLLECTOR
from contract_tests.ground import GROUND, PROFILE, Mock
from contract_tests.target import Plane
from mockserver.contract import document
from mockserver.engine.intake import Bounds
from mockserver.server import Settings, running

__all__ = ["pytest_runtest_setup"]

QUICK = [each for each in Phase if each is not Phase.explain]
settings.register_profile("dev", max_examples=10, deadline=None, phases=QUICK)
settings.register_profile(
    "ci", max_examples=40, derandomize=True, database=None, print_blob=True, deadline=None, phases=QUICK
)
settings.register_profile(  # to find any failure is enough, to find the smallest takes minutes
    "self-test",
    max_examples=4,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
)
settings.register_profile(
    "nightly", max_examples=1000, database=DirectoryBasedExampleDatabase(".hypothesis/examples"), deadline=None
)


@pytest.fixture(scope="session")
def ground(pytestconfig):
    """What is under test: what the run was given, else a mock of our own with little patience for late bodies."""
    if GROUND in pytestconfig.stash:
        yield pytestconfig.stash[GROUND]
        return
    with running(Settings(port=0, bounds=Bounds(body_timeout_s=2))) as (url, server), httpx.Client(timeout=30) as http:
        made = Mock(Plane(url, http), tuple(server.documents.values()), COLLECTOR.note)
        yield made
        made.close()


@pytest.fixture
def world(ground):
    """Makes a sandbox of the mock's: world(scenario=…)."""
    made = []

    def make(**wish):
        made.append(ground.sandbox(**wish))
        return made[-1]

    yield make
    for each in made:
        ground.end(each)


FOLDER = pytest.StashKey[Path]()
HOLES = pytest.StashKey[list[str]]()


def pytest_configure(config):
    """Set the profile; give all processes of a run one folder for what they see."""
    config.addinivalue_line("markers", "only_mock: needs what only the mock has (a control plane, `Prefer`)")
    profile = config.stash.get(PROFILE, os.environ.get("MOCKSERVER_PROFILE", "ci"))
    try:
        settings.load_profile(profile)
    except InvalidArgument:
        raise pytest.UsageError(f"MOCKSERVER_PROFILE is dev, ci or nightly, not {profile!r}") from None
    worker = getattr(config, "workerinput", None)
    if GROUND not in config.stash:
        config.stash[FOLDER] = Path(worker["cells"] if worker else tempfile.mkdtemp(prefix="cells-"))


def pytest_unconfigure(config):
    """Take the folder away, once all processes are through with it."""
    if FOLDER in config.stash and not hasattr(config, "workerinput"):
        shutil.rmtree(config.stash[FOLDER], ignore_errors=True)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    node.workerinput["cells"] = str(node.config.stash[FOLDER])


def pytest_collection_modifyitems(config, items):
    """Leave out what a run was not asked for: nothing is skipped."""
    if GROUND in config.stash:
        left = [each for each in items if not selection.wanted(config.stash[GROUND], each)]
        config.hook.pytest_deselected(items=left)
        items[:] = [each for each in items if each not in left]


def whole(config):
    """Tell whether all of the suite was asked for: a part of it cannot be expected to reach every cell."""
    option = config.option
    narrowed = option.keyword or option.markexpr or getattr(option, "lf", False) or option.collectonly
    return not narrowed and not any(".py" in each for each in config.args)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """Merge what was seen, and fail a whole run that left a cell open or met what no document describes."""
    config = session.config
    if GROUND in config.stash:  # whoever gave it makes its own of what was seen
        return
    folder = config.stash[FOLDER]
    if hasattr(config, "workerinput"):
        COLLECTOR.save(folder)
        return
    COLLECTOR.merge(folder)
    found = COLLECTOR.matrix(document.load(name) for name in document.names() if outcome.table(name).exists())
    if reports := os.environ.get("MOCKSERVER_REPORT_DIR"):
        matrix.save(found, Path(reports))
    config.stash[HOLES] = [matrix.summary(found)]
    if whole(config):
        config.stash[HOLES] += matrix.holes(found, COLLECTOR.misfits)
        if len(config.stash[HOLES]) > 1 and session.exitstatus == 0:
            session.exitstatus = 1


def pytest_terminal_summary(terminalreporter, config):
    told, *holes = config.stash.get(HOLES, ["no cells"])
    if holes:
        terminalreporter.section("cells")
        for each in holes[:40]:
            terminalreporter.line(each)
    terminalreporter.line(f"{told}{f'; {len(holes)} holes' if holes else ''}")
