import socket
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest

import mockserver
from mockserver.client import ControlError, MockServer, Unreachable, running
from mockserver.errors import ConfigurationError
from mockserver.server import Settings
from mockserver.server import running as serving


@pytest.fixture
def stranger():
    """Another server, which answers every request with what it is told."""

    class Handler(BaseHTTPRequestHandler):
        answer = (200, b"<html>")

        def do_GET(self):
            status, body = self.answer
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *said):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", Handler
        server.shutdown()


@pytest.fixture
def nobody():
    """A URL at which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    return f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(
    "answer", [(200, b"<html>"), (404, b"{}"), (500, b"[]"), (401, b'{"type": "about:blank"}')], ids=str
)
def test_another_server_is_told_apart(stranger, answer):
    url, handler = stranger
    handler.answer = answer
    with pytest.raises(Unreachable, match=rf"what answers at {url} \({answer[0]}\) is no mock server of this kind"):
        MockServer(url).version()


def test_a_server_that_is_down_is_told_in_one_line(nobody):
    with pytest.raises(Unreachable, match=rf"^nothing answers at {nobody} \(.*refused\): start it with `mockserver s"):
        MockServer(nobody).version()


@pytest.mark.parametrize("url", ["", "127.0.0.1:8080", "ftp://x", "http://", "http://x:port", "http://x?a=1"])
def test_what_is_no_url_is_refused_before_anything_is_asked(url):
    with pytest.raises(Unreachable, match="is no URL"):
        MockServer(url)


def test_a_server_behind_a_path_of_another_is_reached_there(stranger):
    url, handler = stranger
    handler.answer = (200, b'{"name": "x"}')
    assert MockServer(f"{url}/behind/").version() == {"name": "x"}


def test_tls_is_spoken_where_the_url_says_so(nobody):
    with pytest.raises(Unreachable, match=r"^nothing answers at https://"):
        MockServer(nobody.replace("http", "https")).version()


def test_a_certificate_that_is_not_trusted_is_told_with_what_to_do(tmp_path):
    with (
        serving(Settings(port=0, vendors=("xomni",), tls=tmp_path / "tls")) as (url, _),
        pytest.raises(
            Unreachable, match=rf"^the certificate of {url} is not trusted \(.*\): set SSL_CERT_FILE to the ca"
        ),
    ):
        MockServer(url).version()


def test_the_token_of_the_control_plane_is_sent():
    with serving(Settings(port=0, vendors=("xomni",), admin_token="t")) as (url, _):
        with pytest.raises(ControlError, match="401"):
            MockServer(url).version()
        assert MockServer(url, "t").sandboxes() == ["default"]


def test_what_a_test_does_to_its_client_libraries_does_not_touch_the_control_plane(server, monkeypatch):
    def refuse(*_):
        raise AssertionError

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", refuse)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert server.sandboxes()


def test_a_running_server_is_what_its_block_asked_for():
    with mockserver.running("xomni", "cursor", scenario="empty", seed=3, now="2026-01-01T00:00:00Z") as mock:
        assert list(mock.server.vendors) == ["xomni", "cursor"]
        assert mock.url("xomni") == f"{mock.server.url}/xomni"
        assert (mock.name, mock.consents(), mock.clock.running) == ("default", [], False)
        url = mock.server.url
    with pytest.raises(Unreachable):
        MockServer(url).version()


@pytest.mark.parametrize(
    ("wish", "error", "says"),
    [
        ({"scenario": "basline"}, ConfigurationError, "no such folder"),
        ({"mode": "harsh"}, ValueError, "harsh"),
        ({"now": "yesterday"}, ValueError, "yesterday"),
    ],
)
def test_a_server_that_cannot_be_is_refused(wish, error, says):
    with pytest.raises(error, match=says), running(**wish):
        pass


def test_a_port_that_is_taken_is_refused():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"cannot listen on 127.0.0.1:{port}: "), running(port=port):
            pass


def test_a_server_takes_the_mode_that_its_block_asks_for():
    for mode, status in (("strict", 400), ("default", 200)):
        with running("omeda", mode=mode) as mock:
            url = f"{mock.url('omeda')}/webservices/rest/client/CLNT1/optoutfilterqueue/*"
            body = {"ClientOptOut": [{"EmailAddress": "test@omeda.com"}], "Note": "x"}
            assert httpx.post(url, json=body, headers=mock.credentials("omeda")).status_code == status


def test_the_package_loads_what_is_for_tests_only_when_asked():
    code = """
import sys, mockserver, mockserver.pytest_plugin, mockserver.cli
heavy = {"httpx", "requests", "http.client", "connexion", "uvicorn", "yaml", "mockserver.client"} & {*sys.modules}
assert not heavy, heavy
assert mockserver.MockServer.__name__ == "MockServer" and mockserver.running and mockserver.Mock
heavy = {"httpx", "requests", "connexion", "uvicorn", "yaml"} & {*sys.modules}
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", code], check=True)
    with pytest.raises(AttributeError, match="module 'mockserver' has no attribute 'runing'"):
        _ = mockserver.runing
