"""A server that stands before a mock: it may hide the control plane, change an answer, or say something else."""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx

HOPS = {"content-length", "transfer-encoding", "connection", "date", "server"}


@dataclass(frozen=True)
class Said:
    """An answer, on its way."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Asked:
    """A request, on its way."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Answer = Callable[[Asked], Said]


class Quiet(ThreadingHTTPServer):
    """Cuts a connection without a word where its answer raises."""

    daemon_threads = True

    def handle_error(self, *_):
        pass


@contextmanager
def serving(answer: Answer):
    """Serve what a function answers; gives the URL and what was asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet an answer
        disable_nagle_algorithm = True

        def do(self):
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            asked.append(Asked(self.command, self.path, dict(self.headers.items()), body))
            said = answer(asked[-1])
            self.send_response_only(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(said.body)))
            self.end_headers()
            self.wfile.write(said.body)
            self.wfile.flush()

        def log_message(self, *_):
            pass

    for method in ("GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "QUERY"):
        setattr(Handler, f"do_{method}", Handler.do)
    server = Quiet(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def passing(origin: str, change: Callable[[Asked, Said], Said] = lambda _, said: said) -> Answer:
    """Ask a mock, and change what it says."""

    def answer(asked: Asked) -> Said:
        headers = {name: value for name, value in asked.headers.items() if name.lower() not in HOPS}
        with httpx.Client(timeout=30) as client:
            made = client.build_request(asked.method, origin + asked.path, content=asked.body)
            for name in ("accept", "accept-encoding", "user-agent"):
                made.headers.pop(name, None)
            made.headers.update(headers)
            got = client.send(made)
        kept = {name: value for name, value in got.headers.items() if name.lower() not in HOPS}
        return change(asked, Said(got.status_code, kept, got.content))

    return answer


def hidden(origin: str, vendor: str, change: Callable[[Asked, Said], Said] = lambda _, said: said) -> Answer:
    """Be one vendor's own server: there is no control plane, and its paths begin at the root."""
    ask = passing(origin, change)
    return lambda asked: ask(replace(asked, path=f"/{vendor}{asked.path}"))
