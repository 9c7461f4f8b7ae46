"""How a request's headers and body come in: whole, once, within the bounds."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from mockserver.errors import ApiError, HeadersTooLarge, PayloadTooLarge, RequestTimeout

DRAINED = 8 * 1024 * 1024
ASGIApp = Callable[[Any, Any, Any], Awaitable[None]]


@dataclass(frozen=True)
class Bounds:
    """The bounds on a request. Sizes are in bytes."""

    body_bytes: int = 2 * 1024 * 1024
    header_bytes: int = 32 * 1024
    body_timeout_s: float = 60.0


class ClientGoneError(Exception):
    """The client went away before its request was whole."""


def bound_headers(headers: list[tuple[bytes, bytes]], bounds: Bounds) -> None:
    """Refuse header fields past the bound.

    Raises:
        HeadersTooLarge: they are.
    """
    if sum(len(name) + len(value) + 4 for name, value in headers) > bounds.header_bytes:
        raise HeadersTooLarge


async def read_body(headers: dict[bytes, bytes], receive: Any, bounds: Bounds, timeout_s: float | None = None) -> bytes:
    """Read the whole body; `timeout_s` takes the place of the bounds' own.

    Raises:
        PayloadTooLarge: it is; what is still coming is read for a moment, so that the client comes to read the answer.
        RequestTimeout: it does not arrive in time, or the server ends first.
        ClientGoneError: the client went away.
    """
    length = headers.get(b"content-length")
    if length is None and b"transfer-encoding" not in headers:
        return b""
    if length is not None and int(length) > bounds.body_bytes:
        if b"expect" not in headers:  # who asks first has sent nothing yet
            await _drain(receive)
        raise PayloadTooLarge
    try:
        async with asyncio.timeout(timeout_s or bounds.body_timeout_s):
            body = await _collect(receive, bounds.body_bytes)
    except (TimeoutError, asyncio.CancelledError):
        raise RequestTimeout from None
    if body is None:
        await _drain(receive)
        raise PayloadTooLarge
    return body


async def _collect(receive: Any, limit: int) -> bytes | None:
    """Collect the body, None if it is over the limit."""
    chunks: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > limit:
            return None
        more = message.get("more_body", False)
    return b"".join(chunks)


async def _drain(receive: Any) -> None:
    with contextlib.suppress(TimeoutError, ClientGoneError, asyncio.CancelledError):
        async with asyncio.timeout(1):
            await _collect(receive, DRAINED)


class Intake:
    """Hands an application whole requests only, so that a slow client holds none of its threads."""

    def __init__(self, app: ASGIApp, bounds: Bounds, refuse: Callable[[ApiError, Any], Awaitable[None]]) -> None:
        """Stand before this application; `refuse` answers what does not come in."""
        self._app = app
        self._bounds = bounds
        self._refuse = refuse

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Take one request in, and pass it on."""
        try:
            bound_headers(scope["headers"], self._bounds)
            body = await read_body(dict(scope["headers"]), receive, self._bounds)
        except ClientGoneError:
            return
        except ApiError as error:
            await self._refuse(error, send)
            return
        kept = [(n, v) for n, v in scope["headers"] if n not in {b"content-length", b"transfer-encoding"}]
        whole = [(b"content-length", str(len(body)).encode())] if body else []
        await self._app(scope | {"headers": [*kept, *whole]}, _once(body, receive), send)


def _once(body: bytes, receive: Any) -> Callable[[], Awaitable[Any]]:
    """Give the body as one message, and then what the server says."""
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def give() -> Any:
        return messages.pop() if messages else await receive()

    return give
