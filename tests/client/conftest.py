import httpx
import pytest

from mockserver.client import MockServer


@pytest.fixture(scope="session")
def server(live):
    return MockServer(live[0])


@pytest.fixture
def mock(server):
    with server.sandbox() as made:
        yield made


@pytest.fixture(scope="session")
def http():
    with httpx.Client() as client:
        yield client


@pytest.fixture
def optout(mock, http):
    """Sends an opt-out of Omeda's as a client would; gives the answer."""

    def send(email="test@omeda.com", brand="XXP", path="optoutfilterqueue/*", **headers):
        url = f"{mock.url('omeda')}/webservices/rest/client/CLNT1/{path}"
        body = {"BrandOptOut": [{"EmailAddress": email, "BrandId": [brand]}]}
        return http.post(url, json=body, headers={**mock.credentials("omeda"), **headers})

    return send
