import pytest

from mockserver.server import Settings, running


@pytest.fixture(scope="session")
def base_url():
    """A server of our own on a free port."""
    with running(Settings(port=0)) as (url, _):
        yield url
