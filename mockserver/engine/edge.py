"""The edge of a vendor.

It isolates the scope, canonicalises the path, bounds headers, body and time, catches once, and answers in the dialect.
"""

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.exceptions import HTTPException

from mockserver.contract.document import Document
from mockserver.engine.call import Call, Reply
from mockserver.engine.composition import bind
from mockserver.engine.operation import reply_headers
from mockserver.engine.path import encode
from mockserver.errors import (
    ApiError,
    HeadersTooLarge,
    InternalError,
    MethodNotAllowed,
    NoRoute,
    PayloadTooLarge,
    RequestTimeout,
)
from mockserver.vendors import Vendor
from mockserver.world.journal import Exchange, Verdict

logger = logging.getLogger("mockserver")
CLOSE = (b"connection", b"close")
UNREAD = (PayloadTooLarge, RequestTimeout, HeadersTooLarge)


@dataclass(frozen=True)
class Bounds:
    """The mock's own bounds on a request."""

    body_bytes: int = 2 * 1024 * 1024
    header_bytes: int = 32 * 1024
    body_timeout_s: float = 60.0


class ClientGoneError(Exception):
    """The client went away before its request was whole."""


class Edge:
    """One vendor's application, with everything between it and the socket."""

    def __init__(self, document: Document, vendor: type[Vendor], bounds: Bounds) -> None:
        """Build the application now.

        Raises:
            DocumentError: what cannot be bound stops the start.
        """
        self.document = document
        self._app, self._routes = bind(document, vendor)
        self._operations = {each.operation_id: each for each in document.operations}
        self._headers = {
            (each.operation_id, status): reply_headers(document, each, status)
            for each in document.operations
            for status in each.responses
        }
        self._bounds = bounds

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request; nothing is sent before the reply is whole."""
        exchange: Exchange = scope["exchange"]
        call = Call(scope["sandbox"].vendors[self.document.name], scope, dict(scope["headers"]))
        extensions = dict(
            scope.get("extensions") or {}
        )  # Connexion writes into it, and some servers share it between requests
        try:
            self._bound_headers(scope)
            call.body = exchange.request_body = await self._read(call.headers, receive)
            await self._app(
                scope | {"path": encode(scope["raw_path"]), "extensions": extensions, "call": call, "app": self},
                receive,
                send,
            )
        except ClientGoneError:
            exchange.verdict = Verdict.REJECTED
            return
        except (ApiError, HTTPException) as error:
            self._refuse(call, exchange, extensions, self._as_refusal(error, scope))
        except Exception:
            logger.exception("%s %s: a fault of this server", scope["method"], exchange.path)
            self._refuse(call, exchange, extensions, InternalError())
            exchange.verdict = Verdict.CRASHED
        else:
            exchange.verdict = Verdict.ACCEPTED
            self._name(exchange, extensions, call.reply.status if call.reply else 0)
        await self._send(call.reply, send)

    def _bound_headers(self, scope: Any) -> None:
        if sum(len(name) + len(value) + 4 for name, value in scope["headers"]) > self._bounds.header_bytes:
            raise HeadersTooLarge

    async def _read(self, headers: dict[bytes, bytes], receive: Any) -> bytes:
        """Read the whole body, once, within the bounds."""
        length = headers.get(b"content-length")
        if length is None and b"transfer-encoding" not in headers:
            return b""
        if length is not None and int(length) > self._bounds.body_bytes:
            raise PayloadTooLarge
        try:
            async with asyncio.timeout(self._bounds.body_timeout_s):
                return await self._read_chunks(receive)
        except TimeoutError:
            raise RequestTimeout from None

    async def _read_chunks(self, receive: Any) -> bytes:
        body = b""
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientGoneError
            body += message.get("body", b"")
            if len(body) > self._bounds.body_bytes:
                raise PayloadTooLarge
            more = message.get("more_body", False)
        return body

    def _as_refusal(self, error: ApiError | HTTPException, scope: Any) -> ApiError:
        """Turn what routing raises into our own classes."""
        if isinstance(error, ApiError) and not isinstance(error, NoRoute):
            return error
        allow = self._routes.allow(encode(scope["raw_path"]))
        if allow:
            return MethodNotAllowed(method=scope["method"], allow=", ".join(allow))
        return NoRoute(url=f"{scope['scheme']}://{scope['mount']}{scope['raw_path'].decode('latin-1')}")

    def _refuse(self, call: Call, exchange: Exchange, extensions: Any, error: ApiError) -> None:
        """Word a refusal as the vendor does."""
        status = call.vendor.statuses.get(error.status, error.status)
        operation_id = self._name(exchange, extensions, status)
        if error.clauses:
            exchange.clauses = error.clauses
        headers = list(self._headers.get((operation_id or "", status)) or reply_headers(self.document, None, status))
        if "allow" in error.facts:
            headers.append((b"allow", error.facts["allow"].encode()))
        if isinstance(error, UNREAD):
            headers.append(CLOSE)  # what is left of the request must not be read as the next one
        call.reply = Reply(status, headers, orjson.dumps(call.vendor.render_error(error)))
        if isinstance(error, NoRoute | MethodNotAllowed):
            exchange.verdict = Verdict.UNMATCHED
        else:
            exchange.verdict = Verdict.REFUSED if call.entered else Verdict.REJECTED

    def _name(self, exchange: Exchange, extensions: Any, status: int) -> str | None:
        """Write down which operation was meant, and on which clauses its answer rests."""
        operation_id: str | None = extensions.get("connexion_routing", {}).get("operation_id")
        if operation_id is not None:
            exchange.operation_id = operation_id
            response = self._operations[operation_id].responses.get(status)
            exchange.clauses = response.clauses if response else ()
        return operation_id

    @staticmethod
    async def _send(reply: Reply | None, send: Any) -> None:
        if reply is not None:
            headers = [*reply.headers, (b"content-length", str(len(reply.body)).encode())]
            await send({"type": "http.response.start", "status": reply.status, "headers": headers})
            await send({"type": "http.response.body", "body": reply.body})
