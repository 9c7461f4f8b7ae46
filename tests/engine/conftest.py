import pytest

from tests.driver import Driver
from tests.engine.acme import dispatcher


@pytest.fixture
def acme(tmp_path):
    """Calls the vendor `acme` with its key; `world` has its sandboxes."""
    app, world = dispatcher(tmp_path)
    driver = Driver(app, headers={"x-key": "k1"})
    driver.world = world
    return driver
