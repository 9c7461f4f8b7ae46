import pytest

from mockserver.admin.guard import is_loopback
from tests.admin.control import ADMIN, Control

LOCAL = ["127.0.0.1", "127.255.0.9:80", "[::1]", "[::1]:8080", "localhost", "LOCALHOST:8080", "a.b.localhost:", "::1"]
FOREIGN = [
    "example.com",
    "localhost.example.com",
    "notlocalhost",
    "127.0.0.1.example.com",
    "0.0.0.0",
    "10.0.0.1:8080",
    "[fe80::1]",
    "[::1",
    "localhost,example.com",
    "example.com@localhost",
    "http://localhost",
    "null",
    "",
]
PATHS = ["/"] + [each.path.replace("{sandbox}", "default").replace("{vendor}", "ledger") for each in ADMIN.operations]
OPEN = ["/"] + [
    each.path for each in ADMIN.operations if ADMIN.tree["paths"][each.path][each.method.lower()].get("security") == []
]
CLOSED = sorted({*PATHS, "/__admin/nothing", "/__admin/health/"} - {*OPEN})
TOKEN = "sésame"


@pytest.mark.parametrize("authority", [each for each in LOCAL if each != "::1"])
def test_this_machine_is_known_by_its_names(authority):
    assert is_loopback(authority)


@pytest.mark.parametrize("authority", [*FOREIGN, "::1"])
def test_other_names_are_not_this_machine(authority):
    assert not is_loopback(authority)


@pytest.mark.parametrize("path", [*OPEN, *CLOSED])
@pytest.mark.parametrize("headers", [{"Host": "example.com"}, {"Origin": "https://example.com"}, {"Origin": "null"}])
def test_without_a_token_another_sites_host_or_origin_is_refused_everywhere(control, path, headers):
    assert control.refusal("GET", path, 403, headers=headers) == []


@pytest.mark.parametrize("origin", ["http://localhost:3000", "http://127.0.0.1", "https://[::1]:8443"])
def test_without_a_token_a_local_page_may_call(control, origin):
    control.call("POST", "/__admin/sandboxes", 201, headers={"Origin": origin})


def test_a_write_from_another_site_is_refused_and_changes_nothing(control):
    control.refusal("DELETE", "/__admin/sandboxes/default/requests", 403, headers={"Origin": "https://example.com"})


@pytest.fixture(scope="module")
def guarded():
    return Control(token=TOKEN)


@pytest.mark.parametrize(
    "value", [None, "", "Bearer", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}, Bearer x"]
)
@pytest.mark.parametrize("path", CLOSED)
def test_with_a_token_whoever_lacks_it_is_refused(guarded, path, value):
    headers = {} if value is None else {"Authorization": value.encode().decode("latin-1")}
    assert guarded.refusal("GET", path, 401, headers=headers) == []
    answer = guarded.app.test_client().get(path, headers=headers)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("word", ["Bearer", "bearer", "BEARER"])
def test_with_the_token_anybody_may_call_from_anywhere(guarded, word):
    headers = {"Authorization": f"{word} {TOKEN}".encode().decode("latin-1"), "Host": "mock.example.com:8080"}
    body = guarded.get("/__admin/sandboxes/default", headers={**headers, "Origin": "https://example.com"})
    assert set(body["base_urls"].values()) == {f"http://mock.example.com:8080/{name}" for name in guarded.vendors}


@pytest.mark.parametrize("path", OPEN)
def test_what_the_document_leaves_open_never_asks_for_the_token(guarded, path):
    answer = guarded.app.test_client().get(path, headers={"Host": "example.com"})
    assert answer.status_code in {200, 307}


def test_an_empty_token_is_none():
    Control(token="").get("/__admin/vendors")
