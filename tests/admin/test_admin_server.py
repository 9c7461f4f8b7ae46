import logging

import orjson
import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from mockserver import NAME, VERSION
from mockserver.admin.handlers import ServerHandlers
from tests.admin.control import Control


def test_the_control_plane_tells_where_to_go(control):
    signposts = control.get("/__admin")
    assert list(signposts) == ["vendors", "sandboxes"]
    for name, target in signposts.items():
        assert list(control.get(target)) == [name]


@pytest.mark.parametrize("token", [None, "s3cret"])
def test_the_root_leads_on_to_the_vendors(token):
    answer = Control(token=token).app.test_client().get("/")
    assert (answer.status_code, answer.headers["Location"]) == (307, "/__admin/vendors")


def test_the_root_only_leads_on(control):
    answer = control.app.test_client().post("/")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


def test_health_says_ok(control):
    assert control.get("/__admin/health") == {"status": "ok"}


def test_version_names_the_tool_and_the_documents(control):
    body = control.get("/__admin/version")
    assert list(body.items())[:2] == [("name", NAME), ("version", VERSION)]
    assert body["documents"] == {name: read.version for name, read in control.documents.items()}


def test_vendors_are_described_as_the_default_sandbox_has_them(control):
    control.call(
        "PUT",
        "/__admin/sandboxes/default/state/ledger",
        204,
        json={"Account": [{"name": "ada", "headers": {"x-key": "k"}}]},
    )
    found = {each["name"]: each for each in control.get("/__admin/vendors")["vendors"]}
    assert list(found) == list(control.vendors)
    assert list(found["ledger"].items()) == [
        ("name", "ledger"),
        ("title", "Ledger"),
        ("base_url", "http://localhost/ledger"),
        ("hosts", ["ledger.localhost", "ledger.test"]),
        ("document_url", "http://localhost/ledger/openapi.yaml"),
        (
            "operations",
            [
                {"operation_id": "fetch", "method": "GET", "path": "/people/{id}"},
                {"operation_id": "opt_out", "method": "PUT", "path": "/people/{id}"},
            ],
        ),
        ("credentials", [{"account": "ada", "headers": {"x-key": "k"}}]),
    ]


def test_every_vendor_shows_its_operations_and_credentials(control):
    default = control.world.find("default")
    for each in control.get("/__admin/vendors")["vendors"]:
        read = control.documents[each["name"]]
        assert [one["operation_id"] for one in each["operations"]] == [one.operation_id for one in read.operations]
        accounts = default.store.records(each["name"]).all(control.vendors[each["name"]].account)
        assert each["credentials"] == [{"account": one.name, "headers": one.headers} for one in accounts]


@pytest.mark.parametrize(
    "base", ["http://127.0.0.1:8080", "https://localhost:1", "http://[::1]:8080", "http://a.localhost"]
)
def test_urls_are_those_of_the_asking_request(control, base):
    (found, *_) = control.get("/__admin/vendors", base_url=base)["vendors"]
    assert found["base_url"] == f"{base}/{found['name']}"
    assert found["document_url"] == f"{base}/{found['name']}/openapi.yaml"


def test_a_host_with_an_underscore_is_kept_in_urls():
    control = Control(token="t")
    (found, *_) = control.get("/__admin/vendors", headers={"Host": "mock_server:8080", "Authorization": "Bearer t"})[
        "vendors"
    ]
    assert found["base_url"] == f"http://mock_server:8080/{found['name']}"


def test_without_a_host_urls_have_the_servers_own(control):
    builder = EnvironBuilder("/__admin/vendors", base_url="http://127.0.0.1:8080")
    environ = {name: value for name, value in builder.get_environ().items() if name != "HTTP_HOST"}
    body, status, _ = run_wsgi_app(control.app, environ, buffered=True)
    assert status == "200 OK"
    (found, *_) = orjson.loads(b"".join(body))["vendors"]
    assert found["base_url"] == f"http://127.0.0.1:8080/{found['name']}"


@pytest.mark.parametrize(
    "path", ["/__admin/", "/__admin/x", "/__admin//vendors", "/__admin/vendors/", "/__admin/sandboxes/a/b", "/static/x"]
)
def test_a_path_that_is_not_there_is_a_404(control, path):
    assert control.call("GET", path, 404)["type"] == "urn:mockserver:unknown-path"


def test_flasks_own_folder_of_files_is_not_there(control):
    assert control.call("POST", "/static/x", 404)["type"] == "urn:mockserver:unknown-path"


def test_head_answers_like_get_without_the_body(control):
    assert control.call("HEAD", "/__admin/health") is None
    assert control.app.test_client().head("/__admin/health").headers["Content-Length"] == "15"


def test_a_fault_of_ours_is_logged_and_answered_with_a_500(monkeypatch, caplog):
    def boom(self):
        message = "secret"
        raise ZeroDivisionError(message)

    monkeypatch.setattr(ServerHandlers, "get_health", boom)
    with caplog.at_level(logging.ERROR, "mockserver"):
        body = Control().get("/__admin/health", 500)
    assert body["type"] == "urn:mockserver:crashed"
    assert "secret" not in str(body)
    assert "ZeroDivisionError: secret" in caplog.text
