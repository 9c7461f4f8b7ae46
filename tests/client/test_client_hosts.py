import asyncio
import contextlib

import httpx
import pytest
import requests

from mockserver.client import ForeignHost
from mockserver.contract import document
from mockserver.errors import ConfigurationError

HOSTS = [
    (name, host.replace("*", "some-tenant"))
    for name in document.names()
    for host in (f"{name}.localhost", *document.load(name).hosts)
]
FOREIGN = [
    "https://example.com/",
    "https://ows.omeda.com.example.com/",
    "https://xows.omeda.com/",
    "https://owsxomeda.com/",
    "https://a.b.api.xomni.com/",
    "https://api.xomni.com/",
    "http://127.0.0.1:9/",
    "http://localhost/",
]


@contextlib.contextmanager
def by_httpx(mock, **how):
    with httpx.Client(transport=mock.httpx_transport(**how)) as client:
        yield client


@contextlib.contextmanager
def by_async_httpx(mock, **how):
    """An asynchronous client, called as the others are: each call in a loop and with a connection of its own."""

    class Client:
        def request(self, *arguments, **wish):
            async def call():
                async with httpx.AsyncClient(transport=mock.httpx_transport(**how)) as client:
                    return await client.request(*arguments, **wish)

            return asyncio.run(call())

    yield Client()


@contextlib.contextmanager
def by_requests(mock, **how):
    with requests.Session() as session:
        for scheme in ("https://", "http://"):
            session.mount(scheme, mock.requests_adapter(**how))
        yield session


@pytest.fixture(params=[by_httpx, by_async_httpx, by_requests])
def led(request):
    """Gives a client whose network is the mock's: led(mock)."""
    return request.param


@pytest.mark.parametrize(("vendor", "host"), HOSTS)
def test_every_host_of_every_vendor_leads_to_it(mock, led, vendor, host):
    with led(mock) as client:
        answer = client.request("POST", f"https://{host.upper()}:443/no/such/path?a=1&a=2", data={"b": "3"})
    (exchange,) = mock.requests()
    assert (exchange.vendor, exchange.status) == (vendor, answer.status_code)
    assert (exchange.request.path, exchange.request.query) == ("/no/such/path", "a=1&a=2")
    assert exchange.request.body == "b=3"
    assert dict(exchange.request.headers)["host"] == mock.server.url.removeprefix("http://")


@pytest.mark.parametrize("url", FOREIGN)
def test_a_request_to_any_other_host_is_not_sent(mock, led, url):
    with led(mock) as client, pytest.raises(ForeignHost, match=r"was not sent: '.*' is no vendor's host; known are "):
        client.request("GET", url)
    assert mock.count() == 0


def test_a_path_keeps_its_escapes(mock, led):
    path, query = "/a%2Fb/*/%2A/guy%40example.com/it's", "$filter=Email%20eq%20%27a%27"
    with led(mock) as client:
        client.request("GET", f"https://ows.omeda.com{path}?{query}")
    (exchange,) = mock.requests()
    assert (exchange.request.path, exchange.request.query) == (path, query)


def test_an_answer_belongs_to_the_request_that_the_client_made(mock, led):
    url = "https://demo-restapi.cursor.de/rest/api/optin/v1/optins/optedout@example.com"
    with led(mock) as client:
        answer = client.request("GET", url)
    assert (answer.status_code, str(answer.url), str(answer.request.url)) == (200, url, url)
    assert answer.json()["optIns"]


def test_links_in_answers_lead_on(mock, led):
    headers = {**mock.credentials("aimbase"), "Prefer": "odata.maxpagesize=2"}
    with led(mock) as client:
        page = client.request("GET", "https://demo.aimbase.com/odata/v2/SubscriberOptIn", headers=headers).json()
        assert page["@odata.nextLink"].startswith(mock.url("aimbase"))
        assert client.request("GET", page["@odata.nextLink"], headers=headers).status_code == 200


def test_a_proxy_of_the_environment_is_not_asked(mock, led, monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    with led(mock) as client:
        client.request("GET", "https://ows.omeda.com/x")
    assert mock.count() == 1


def test_a_test_may_add_hosts_of_its_own(mock, led):
    with led(mock, hosts={"CRM.example.com": "cursor", "*.staging.example.com": "omeda"}) as client:
        client.request("GET", "https://crm.example.com/x")
        client.request("GET", "https://a.staging.example.com/x")
    assert [each.vendor for each in mock.requests()] == ["cursor", "omeda"]


def test_an_added_host_of_no_vendor_is_refused_at_once(mock):
    with pytest.raises(ConfigurationError, match="there is no vendor 'acme' here"):
        mock.httpx_transport(hosts={"crm.example.com": "acme"})
    with pytest.raises(ConfigurationError, match="there is no vendor 'acme' here"):
        mock.requests_adapter(hosts={"crm.example.com": "acme"})


def test_a_prepared_host_header_does_not_lead_astray(mock, led):
    with led(mock) as client:
        client.request("GET", "https://ows.omeda.com/x", headers={"Host": "ows.omeda.com"})
    assert [each.vendor for each in mock.requests()] == ["omeda"]
