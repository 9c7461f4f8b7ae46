from collections.abc import Iterator

import httpx
import pytest
from consent_sync import ConsentSync, Endpoint, Expoints, Omeda, Xomni


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    with httpx.Client() as client:
        yield client


@pytest.fixture
def sync(mock, http) -> ConsentSync:
    """The code under test, led to this test's own sandbox."""

    def endpoint(vendor: str) -> Endpoint:
        return Endpoint(mock.url(vendor), mock.credentials(vendor))

    return ConsentSync(
        Omeda(http, endpoint("omeda"), client="CLNT1"),
        Expoints(http, endpoint("expoints")),
        Xomni(http, endpoint("xomni")),
    )
