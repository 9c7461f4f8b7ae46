import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from mockserver import lint
from mockserver.lint import remote

SCHEMA = {"Mail": {"type": "object"}, "a/b": [{"type": "string"}]}


@contextmanager
def served(answer):
    """Serve on loopback; gives the base URL and the paths that were asked for."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            answer(self)

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def send(handler, body, status=200, headers=()):
    handler.send_response(status)
    for name, value in headers:
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def drip(handler):
    """Send a blank now and then, and never come to an end."""
    send(handler, b"")
    for _ in range(20):
        time.sleep(0.05)
        handler.wfile.write(b" ")
        handler.wfile.flush()


def found(folder, *references, allow_remote=True):
    """Lint a document with these references, and give the messages on them."""
    schemas = {f"S{number}": {"$ref": reference} for number, reference in enumerate(references)}
    tree = {"openapi": "3.0.3", "info": {"title": "a", "version": "1"}, "paths": {}, "components": {"schemas": schemas}}
    (folder / "document.json").write_text(json.dumps(tree))
    report = lint.run([folder / "document.json"], lint.Settings(allow_remote=allow_remote))
    return [f"{each.severity} {each.message}" for each in report.findings if each.rule in {"ref", "ref-remote"}]


def test_a_reference_on_the_network_is_followed_where_that_is_allowed(tmp_path):
    with served(lambda handler: send(handler, json.dumps(SCHEMA).encode())) as (url, asked):
        assert found(tmp_path, f"{url}/a.yaml#/Mail", f"{url}/a.yaml#/a~1b/0", f"{url}/b.json") == []
        (message,) = found(tmp_path, f"{url}/a.yaml#/Letter")
        assert f"leads nowhere: {url}/a.yaml has no 'Letter' there" in message
    assert asked == ["/a.yaml", "/b.json", "/a.yaml"]


def test_without_leave_nothing_is_fetched(tmp_path):
    with served(lambda handler: send(handler, b"{}")) as (url, asked):
        (message,) = found(tmp_path, f"{url}/a.yaml", allow_remote=False)
    assert message == f"warning $ref '{url}/a.yaml' is not fetched without --allow-remote"
    assert asked == []


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda handler: send(handler, b"", 404), "HTTP Error 404"),
        (lambda handler: send(handler, b"x" * 2000), "it has more than 1000 bytes"),
        (lambda handler: send(handler, b"", 302, [("Location", "file:///etc/passwd")]), "is not allowed"),
        (lambda handler: send(handler, b"", 302, [("Location", "ftp://127.0.0.1:9/")]), "cannot be fetched"),
        (lambda handler: send(handler, b"", 302, [("Location", handler.path)]), "redirect"),
        (lambda handler: send(handler, b"a: ["), "this is not YAML"),
        (lambda handler: handler.wfile.write(b"\0\0\0"), "cannot be fetched"),
    ],
)
def test_what_cannot_be_fetched_is_told(tmp_path, monkeypatch, answer, says):
    monkeypatch.setattr(remote, "MOST_BYTES", 1000)
    with served(answer) as (url, _):
        (message,) = found(tmp_path, f"{url}/a.yaml")
    assert message.startswith("error $ref ")
    assert says in message


@pytest.mark.parametrize(
    ("answer", "says"), [(lambda handler: time.sleep(1), "cannot be fetched"), (drip, "took longer than 0.3 s")]
)
def test_what_takes_too_long_is_given_up(tmp_path, monkeypatch, answer, says):
    monkeypatch.setattr(remote, "WHOLE_S", 0.3)
    with served(answer) as (url, _):
        (message,) = found(tmp_path, f"{url}/a.yaml")
    assert message.startswith("error $ref ")
    assert says in message


def test_more_files_than_the_bound_are_not_fetched(tmp_path, monkeypatch):
    monkeypatch.setattr(remote, "MOST_FILES", 2)
    with served(lambda handler: send(handler, b"{}")) as (url, asked):
        (message,) = found(tmp_path, *(f"{url}/{number}.yaml" for number in range(3)))
    assert "more than 2 other files" in message
    assert len(asked) == 2


def test_files_beside_the_document_are_looked_into_and_need_be_no_documents(tmp_path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "mail.yaml").write_text("Mail: {type: object}\n")
    assert found(tmp_path, "parts/mail.yaml#/Mail", "parts/mail.yaml") == []
    assert {each.rule for each in lint.run([tmp_path]).findings} == set()


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        ("none.yaml", "is no file of at most"),
        ("/dev/zero", "is no file of at most"),
        ("..", "is no file of at most"),
        ("bad.yaml#/a", "this is not YAML"),
        ("list.yaml#/5", "has no '5' there"),
        ("list.yaml#/x", "has no 'x' there"),
        ("list.yaml#/0/x", "has no 'x' there"),
        ("mailto:x", "is no file of at most"),
    ],
)
def test_a_reference_to_a_file_that_is_not_there_is_an_error(tmp_path, reference, says):
    (tmp_path / "bad.yaml").write_text("a: [")
    (tmp_path / "list.yaml").write_text("- 1\n")
    (message,) = found(tmp_path, reference)
    assert message.startswith("error ")
    assert says in message
