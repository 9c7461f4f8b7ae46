import pytest

from tests.admin.control import Control


@pytest.fixture(scope="session")
def built():
    return Control()


@pytest.fixture
def control(built):
    built.renew()
    return built
