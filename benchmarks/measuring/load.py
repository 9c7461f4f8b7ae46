"""Load on a server: the same request over some connections that are kept open."""

import contextlib
import re
import socket

from benchmarks.measuring.process import TIMEOUT_S, Running
from benchmarks.measuring.requests import OK, Request

CONNECTIONS = 8
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


class Load:
    """Sends one request again and again, on all connections at once."""

    def __init__(self, server: Running, request: Request, mount: str) -> None:
        self.server = server
        scope = request.scope(mount)
        lines = [b"%b: %b" % each for each in scope["headers"]]
        head = b"%b %b HTTP/1.1\r\n" % (request.method.encode(), scope["raw_path"])
        self._message = head + b"\r\n".join(lines) + b"\r\n\r\n" + request.body

    def send(self, calls: int) -> int:
        """Send that many requests, or as many more as it takes to use all connections; gives how many.

        Raises:
            RuntimeError: an answer was no 200.
        """
        rounds = -(-calls // CONNECTIONS)
        with contextlib.ExitStack() as stack:
            address = ("127.0.0.1", self.server.port)
            clients = [
                stack.enter_context(socket.create_connection(address, timeout=TIMEOUT_S)) for _ in range(CONNECTIONS)
            ]
            for _ in range(rounds):
                for client in clients:
                    client.sendall(self._message)
                for client in clients:
                    _read(client)
        return rounds * CONNECTIONS


def _read(client: socket.socket) -> None:
    """Read one answer, and throw it away."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _receive(client)
    head, _, body = data.partition(b"\r\n\r\n")
    length = LENGTH.search(head + b"\r\n")
    if int(head.split()[1]) != OK or length is None:
        raise RuntimeError(f"answered {head.decode('latin-1')}")
    missing = int(length[1]) - len(body)
    while missing > 0:
        missing -= len(_receive(client))


def _receive(client: socket.socket) -> bytes:
    data = client.recv(65536)
    if not data:
        raise RuntimeError("the server closed the connection")
    return data
