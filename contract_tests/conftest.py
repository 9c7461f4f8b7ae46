import os

import httpx
import pytest
from hypothesis import Phase, settings

from mockserver.engine.intake import Bounds
from mockserver.server import Settings, running

QUICK = [each for each in Phase if each is not Phase.explain]
settings.register_profile("dev", max_examples=10, deadline=None)
settings.register_profile(
    "ci", max_examples=40, derandomize=True, database=None, print_blob=True, deadline=None, phases=QUICK
)
settings.register_profile("nightly", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("MOCKSERVER_PROFILE", "ci"))


@pytest.fixture(scope="session")
def base_url():
    """A server of our own on a free port, with little patience for bodies that do not come."""
    with running(Settings(port=0, bounds=Bounds(body_timeout_s=2))) as (url, _):
        yield url


@pytest.fixture(scope="session")
def http():
    """One client for the suite."""
    with httpx.Client(timeout=30) as client:
        yield client
