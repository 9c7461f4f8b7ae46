"""A client that sends the very bytes of a test over a socket, and keeps all that comes back."""

import contextlib
import re
import socket
from dataclasses import dataclass

DATE = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")


@dataclass(frozen=True)
class Answer:
    """`headers` keep their order and repetitions."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def talk(url, head, body=b"", *, waits=False, timeout_s=5):
    """Send a request, and read until the server closes; with `waits` the body is sent once the server says 100.

    Give what came before the answer, and the answer.
    """
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=timeout_s) as connection:
        connection.sendall(head if waits else head + body)
        came = b""
        if waits:
            while b"\r\n\r\n" not in came:
                came += connection.recv(65536)
            if came.startswith(b"HTTP/1.1 100"):
                connection.sendall(body)
        with contextlib.suppress(ConnectionResetError):
            while more := connection.recv(65536):
                came += more
    return split(came)


def split(came):
    """Take what came apart: interim answers, and the answer."""
    interim = b""
    while came.startswith(b"HTTP/1.1 1"):
        first, _, came = came.partition(b"\r\n\r\n")
        interim += first
    start, _, body = came.partition(b"\r\n\r\n")
    line, *lines = start.decode("latin-1").split("\r\n")
    headers = [tuple(each.split(": ", 1)) for each in lines]
    return interim, Answer(int(line.split()[1]), headers, body)


def head_of(method, target, lines, version="1.1"):
    """Write the head of a request."""
    return "\r\n".join([f"{method} {target} HTTP/{version}", *lines, "", ""]).encode("latin-1")
