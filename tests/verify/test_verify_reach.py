import socket
import time
from contextlib import contextmanager
from threading import Thread

import pytest
from click.testing import CliRunner

from contract_tests.selection import Subject
from mockserver.cli import main
from mockserver.server import Settings, running
from tests.verify.front import Said, hidden, serving

HTML = Said(200, {"content-type": "text/html; charset=utf-8"}, b"<h1>It works!</h1>")


def verify(*flags):
    """Run the command where it ends before the suite begins; gives what it says, in one line."""
    result = CliRunner().invoke(main, ["verify", *flags])
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    (line,) = result.output.splitlines()
    return line.removeprefix("mockserver: ")


@pytest.fixture
def closed():
    """A URL where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    return f"http://127.0.0.1:{port}"


@contextmanager
def talking(said):
    """A socket that takes a connection, says something that is no HTTP, and waits."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def talk():
            connection, _ = listener.accept()
            with connection:
                connection.sendall(said)
                time.sleep(0.5)

        Thread(target=talk, daemon=True).start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"


def test_a_server_that_is_down_is_told_in_one_line(closed):
    assert verify("--base-url", closed).startswith(f"nothing answers at {closed} ([Errno 111] Connection refused)")


def test_a_server_that_is_slow_is_told_in_one_line():
    with talking(b"") as place:
        said = verify("--base-url", f"http://{place}", "--timeout", "0.2")
        assert said.startswith(f"http://{place} does not answer within 0.2 s")


def test_a_server_that_does_not_speak_http_is_told_in_one_line():
    with talking(b"220 mail.example.com ESMTP\r\n") as place:
        assert verify("--base-url", f"http://{place}").startswith(f"http://{place} does not answer as an HTTP server")


def test_a_server_without_tls_is_told_in_one_line():
    with talking(b"HTTP/1.1 400 Bad Request\r\n\r\n") as place:
        assert verify("--base-url", f"https://{place}").startswith(f"https://{place}: TLS fails (")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("quux", "must be http:// or https://, a host, and perhaps a path"),
        ("http://", "must be http:// or https://, a host, and perhaps a path"),
        ("ftp://127.0.0.1/", "must be http:// or https://, a host, and perhaps a path"),
        ("http://127.0.0.1/?a=b", "must be http:// or https://, a host, and perhaps a path"),
        ("http://[::1", "this is no URL: Invalid port: ':1'"),
        ("http://127.0.0.1:port", "this is no URL: Invalid port: 'port'"),
    ],
)
def test_what_is_no_url_is_told_in_one_line(url, says):
    assert verify("--base-url", url) == f"--base-url {url}: {says}"


def test_a_server_that_is_no_mock_needs_the_vendor_s_name():
    with serving(lambda _: HTML) as (url, _):
        assert "name the one --vendor" in verify("--base-url", url)
        assert "name the one --vendor" in verify("--base-url", url, "--vendor", "xomni", "--vendor", "omeda")


def test_a_server_that_answers_html_is_not_the_vendor():
    with serving(lambda _: HTML) as (url, _):
        said = verify("--base-url", url, "--vendor", "cursor")
        assert said.startswith(f"{url} answers GET /rest/api/optin/v1/optins/")
        assert said.endswith(
            "with 200 text/html; charset=utf-8, which cursor never sends: check --base-url and --vendor"
        )


@pytest.mark.parametrize("body", [b"[]", b'{"vendors": [1]}', b'{"vendors": null}', b"{", b"\xff"])
def test_a_server_that_answers_other_json_is_no_mock(body):
    with serving(lambda _: Said(200, {"content-type": "application/json"}, body)) as (url, _):
        assert verify("--base-url", url).startswith(f"{url} is no mock of ours")


def test_a_server_that_redirects_is_not_followed():
    with serving(lambda _: Said(301, {"location": "https://example.com/"})) as (url, asked):
        assert verify("--base-url", url, "--vendor", "cursor").endswith(
            "with 301 and leads to https://example.com/: give the address itself as --base-url"
        )
        assert len(asked) == 2


def test_a_vendor_that_nobody_knows_is_told_before_anything_is_asked(closed):
    assert verify("--base-url", closed, "--vendor", "quux").startswith("there is no vendor 'quux'; vendors are ")


def test_a_mock_that_does_not_serve_the_vendor_says_whom_it_serves():
    with running(Settings(port=0, vendors=("xomni",))) as (url, _):
        assert verify("--base-url", url, "--vendor", "omeda") == f"{url} does not serve omeda; it serves xomni"


def test_a_mock_that_asks_for_its_token_says_so():
    with running(Settings(port=0, admin_token="t")) as (url, _):
        said = verify("--base-url", url)
        assert said.startswith(f"{url}: The control plane asks for its token (")
        assert said.endswith(": give it by --admin-token")


def test_a_vendor_that_asks_for_a_credential_needs_the_file(live):
    with serving(hidden(live[0], "xomni")) as (url, _):
        assert verify("--base-url", url, "--vendor", "xomni").startswith("--credentials FILE is missing")


def test_a_credential_that_is_not_taken_is_told_in_one_line(live, tmp_path):
    file = tmp_path / "credentials.yaml"
    file.write_text("xomni: {headers: {authorization: Bearer quux}}")
    with serving(hidden(live[0], "xomni")) as (url, _):
        said = verify("--base-url", url, "--vendor", "xomni", "--credentials", str(file))
        assert said.endswith(f"with 401: the credential in {file} is not taken; check headers and values")


def test_a_vendor_whose_operations_all_write_is_not_called_without_leave(live, tmp_path, monkeypatch):
    monkeypatch.setattr(Subject, "writes", True)
    file = tmp_path / "credentials.yaml"
    file.write_text("omeda: {headers: {x-omeda-appid: 11111111-1111-1111-1111-111111111111}}")
    with serving(hidden(live[0], "omeda")) as (url, asked):
        assert "nothing to verify: every operation asked for changes something" in verify(
            "--base-url", url, "--vendor", "omeda", "--credentials", str(file)
        )
        assert [each.method for each in asked] == ["GET", "GET"]


def test_a_report_of_no_known_form_and_a_folder_that_cannot_be_are_told(closed, tmp_path):
    result = CliRunner().invoke(main, ["verify", "--base-url", closed, "--report", "pdf"])
    assert (result.exit_code, "--report is a list of junit, html, json, not pdf" in result.output) == (2, True)
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "below"
    assert verify("--base-url", closed, "--report-dir", str(folder)).startswith(
        f"--report-dir {folder}: Not a directory"
    )
