"""What becomes of an answer under a fault: it comes late, slowly, in half, as garbage, or not at all.

A server hands its connection on as `scope["extensions"]["mockserver.transport"]` (an asyncio transport). Where there is
none, since somebody calls the application itself, what would end the connection raises instead.
"""

import asyncio
import socket
import struct
from collections.abc import Mapping
from typing import Any

from mockserver.errors import ConnectionLost, NoAnswer
from mockserver.world import faults
from mockserver.world.faults import Fault

TRANSPORT = "mockserver.transport"
HELD = "mockserver.held"
DELAY_MS = 1000
BYTES_PER_S = 64
PIECES_PER_S = 20
NOISE = b"\x00\xff\x16\x03garbage\x80\xfe\r\n\xc3\x28\x00\r\n\r\n"
MISSING = 16  # bytes announced beyond an empty body, so that it can be cut


class Line:
    """The way back to a client."""

    def __init__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer the request of this scope."""
        self.send = send
        self.journal = scope["end"]
        self._receive = receive
        self._extensions: dict[str, Any] = scope.get("extensions") or {}
        self.transport: Any = self._extensions.get(TRANSPORT)

    async def wait(self, seconds: float | None = None) -> bool:
        """Wait so long, for ever if that is None, or until the client is gone; tell whether it is still there."""
        self._extensions[HELD] = True  # a server that ends need not wait for this answer
        gone = asyncio.ensure_future(self._until_gone())
        try:
            await asyncio.wait({gone}, timeout=seconds)
            return not gone.done()
        finally:
            gone.cancel()
            self._extensions[HELD] = False

    async def _until_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

    def reset(self) -> None:
        """End the connection as a crash does, with a TCP RST (over TLS it is seen as an end without close_notify)."""
        at_once = struct.pack("ii", 1, 0)
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        self.transport.abort()

    def close(self, last: bytes = b"") -> None:
        """End the connection in order, after these bytes."""
        self.transport.write(last)
        self.transport.close()

    async def lose(self, what: str) -> None:
        """Wait until the connection, which was ended, is gone.

        Raises:
            ConnectionLost: there was none to end.
        """
        if self.transport is None:
            raise ConnectionLost(f"an injected fault: {what}; over a socket the connection would end")
        await self.wait()


async def deliver(fault: Fault, answer: list[Any], line: Line) -> None:
    """Do to an answer, a start and a body, what a fault does.

    Raises:
        ConnectionLost, NoAnswer: there is no socket to do it to.
    """
    delay_ms = fault.delay_ms if fault.delay_ms is not None else DELAY_MS * (fault.kind == faults.DELAY)
    if delay_ms and not await line.wait(delay_ms / 1000):
        return
    await WAYS.get(fault.kind, _whole)(fault, answer, line)


async def _whole(_: Fault, answer: list[Any], line: Line) -> None:
    for message in answer:
        await line.send(message)


async def _slowly(fault: Fault, answer: list[Any], line: Line) -> None:
    """Send the body byte by byte, or so many at a time that there are twenty pieces a second."""
    start, whole = answer
    rate = fault.bytes_per_s or BYTES_PER_S
    size = max(1, rate // PIECES_PER_S)
    await line.send(start)
    body = whole["body"]
    while len(body) > size:
        await line.send({"type": "http.response.body", "body": body[:size], "more_body": True})
        body = body[size:]
        if not await line.wait(size / rate):
            return
    await line.send({"type": "http.response.body", "body": body})


async def _reset(_: Fault, __: list[Any], line: Line) -> None:
    line.journal()
    if line.transport is not None:
        line.reset()
    await line.lose("the connection is reset")


async def _never(fault: Fault, _: list[Any], line: Line) -> None:
    line.journal()  # it may take for ever
    if line.transport is None:
        raise NoAnswer(f"an injected fault: {fault.word}; over a socket no answer would come")
    await line.wait()


async def _cut(_: Fault, answer: list[Any], line: Line) -> None:
    """Announce the whole body, and send half of it."""
    start, whole = answer
    body = whole["body"]
    if not body:
        start["headers"] = [*_but_length(start["headers"]), (b"content-length", str(MISSING).encode())]
    await line.send(start)
    await line.send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
    line.journal()
    if line.transport is not None:
        line.close()
    await line.lose("half of the answer is missing")


async def _garbage(_: Fault, __: list[Any], line: Line) -> None:
    line.journal()
    if line.transport is not None:
        line.close(NOISE)
    await line.lose("what comes is no HTTP")


def _but_length(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [each for each in headers if each[0] != b"content-length"]


WAYS: Mapping[str, Any] = {
    faults.SLOW: _slowly,
    faults.RESET: _reset,
    faults.TIMEOUT: _never,
    faults.TRUNCATED: _cut,
    faults.GARBAGE: _garbage,
}
"""How an answer is delivered, by the kind of a fault; otherwise it is whole."""
