"""The edge of a vendor.

It isolates the scope, canonicalises the path, bounds headers, body and time, catches once, and answers in the dialect.
"""

import contextlib
import logging
from typing import Any

import orjson
from starlette.exceptions import HTTPException

from mockserver.contract.document import Document
from mockserver.contract.elements import Operation
from mockserver.engine.call import Call, Reply, combine
from mockserver.engine.composition import bind
from mockserver.engine.intake import Bounds, ClientGoneError, bound_headers, read_body
from mockserver.engine.path import encode
from mockserver.engine.preference import Overrides, Wish, wish_of
from mockserver.engine.reply import Replies
from mockserver.errors import (
    ApiError,
    HeadersTooLarge,
    InternalError,
    MethodNotAllowed,
    NoRoute,
    PayloadTooLarge,
    Problem,
    RequestTimeout,
    WrongPreference,
)
from mockserver.vendors import Vendor
from mockserver.world.journal import Exchange, Verdict

logger = logging.getLogger("mockserver")
CLOSE = (b"connection", b"close")
UNREAD = (PayloadTooLarge, RequestTimeout, HeadersTooLarge)
NO_BODY = (204, 304)  # nor a Content-Length (RFC 9110, 8.6)
EXPLAIN, CLAUSES = b"mock-explain", b"mock-clause"
HEADERS_OF_FACTS = {"allow": b"allow", "retry_after_s": b"retry-after", "accept_encoding": b"accept-encoding"}


class Edge:
    """One vendor's application, with everything between it and the socket."""

    def __init__(self, document: Document, vendor: type[Vendor], bounds: Bounds, *, explain: bool = False) -> None:
        """Build the application now; with `explain` every answer names the clauses that decided it.

        Raises:
            DocumentError: what cannot be bound stops the start.
        """
        self.document = document
        self._replies = Replies(document)
        self._app, self._routes = bind(document, vendor, self._replies)
        self._overrides = Overrides(document, self._replies)
        self._aliases = {self._fold(path): found for path, found in document.aliases.items()}
        self._bounds = bounds
        self._explain = explain

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request; nothing is sent before the reply is whole."""
        exchange: Exchange = scope["exchange"]
        call = self.call(scope)
        try:
            await self._answer(scope, call, exchange, receive, send)
        except ClientGoneError:
            exchange.verdict = Verdict.REJECTED
            return
        except Problem:
            raise
        except Exception:
            logger.exception("%s %s: a fault of this server", scope["method"], exchange.path)
            with contextlib.suppress(Exception):  # the vendor's wording may be the fault: then the bare 500 stands
                self._refuse(call, exchange, InternalError())
            exchange.verdict = Verdict.CRASHED
        if self._explain or EXPLAIN in call.headers:
            self._tell(call, exchange)
        await self.send(call.reply, send)

    def call(self, scope: Any) -> Call:
        """Begin with what the head of a request tells."""
        return Call(scope["sandbox"].vendors[self.document.name], scope, combine(scope["headers"]))

    def documented(self, call: Call, operation: Operation, status: int) -> Reply:
        """Write the answer that an operation documents for a status, as its first example shows it."""
        return self._overrides.reply(call, operation, Wish(str(status), said=False))

    async def _answer(self, scope: Any, call: Call, exchange: Exchange, receive: Any, send: Any) -> None:
        """Take the request in, and let Connexion find who answers it."""
        try:
            bound_headers(scope["headers"], self._bounds)
            body = await read_body(call.headers, receive, self._bounds, call.vendor.body_timeout_s)
            call.body = exchange.request_body = body
            scope["begin"]()  # not before the body is whole: the sandbox may have begun anew meanwhile
            if (wish := scope.get("wish") or wish_of(call)) and (operation := self.meant(call)):
                self._inject(call, exchange, operation, wish)
                return
            await self._app(self._isolated(scope, call), receive, send)
        except (ApiError, HTTPException) as error:
            self._refuse(call, exchange, error)
        else:
            exchange.verdict = Verdict.ACCEPTED
            self._name(exchange, call.operation, call.reply.status)

    def meant(self, call: Call) -> Operation | None:
        """Find the operation that a request is for."""
        path = encode(call.scope["raw_path"])
        alias = self._alias(call, path)
        at = self._routes.at(alias[0] if alias else path)
        return next((each for each in at if each.method == call.scope["method"]), None)

    def _inject(self, call: Call, exchange: Exchange, operation: Operation, wish: Wish) -> None:
        """Answer as the request or a fault asks, touching no state; what is not documented is a problem of our own."""
        exchange.operation_id = operation.operation_id
        try:
            call.reply = self._overrides.reply(call, operation, wish)
            exchange.verdict = Verdict.INJECTED
        except WrongPreference as problem:
            headers = [(b"content-type", b"application/problem+json")]
            call.reply = Reply(problem.status, headers, orjson.dumps(problem.render()))
            exchange.verdict = Verdict.REJECTED

    def _isolated(self, scope: Any, call: Call) -> Any:
        """Copy the scope, `extensions` too: Connexion writes into it, and some servers share it between requests."""
        extensions = dict(scope.get("extensions") or {})
        path = encode(scope["raw_path"])
        if alias := self._alias(call, path):
            call.vendor.note(alias[1], f"the path {path} is taken for {alias[0]}")
            path = alias[0]
        return scope | {"path": path, "extensions": extensions, "call": call, "app": self}

    def _alias(self, call: Call, path: str) -> tuple[str, str] | None:
        """Give the path that a misspelt one stands for, and the clause, where `--lenient` takes it."""
        return self._aliases.get(self._fold(path)) if call.vendor.lenient else None

    def _fold(self, path: str) -> str:
        path = path.lower() if self.document.ignores_path_case else path
        return path.removesuffix("/") if self.document.ignores_trailing_slash else path

    def _as_refusal(self, error: ApiError | HTTPException, call: Call, at: list[Operation]) -> ApiError:
        """Turn what routing raises into our own classes."""
        if isinstance(error, ApiError) and not isinstance(error, NoRoute):
            return error
        if at:
            allow = ", ".join(dict.fromkeys(each.method for each in at))
            return MethodNotAllowed(method=call.scope["method"], allow=allow)
        return NoRoute(url=call.base_url + call.scope["raw_path"].decode("latin-1").removeprefix("*"))

    def _refuse(self, call: Call, exchange: Exchange, raised: ApiError | HTTPException) -> None:
        """Word a refusal as the vendor does."""
        path = encode(call.scope["raw_path"])
        alias = self._alias(call, path)
        at = self._routes.at(alias[0] if alias else path)
        error = self._as_refusal(raised, call, at)
        status = call.vendor.statuses.get(error.status, error.status)
        operation = next((each for each in at if each.method == call.scope["method"]), at[0] if at else None)
        error.operation_id = operation.operation_id if operation else None
        call.reply = self._replies.write(call, operation, status, call.vendor.render_error(error))
        call.reply.headers += [
            (name, error.facts[fact].encode()) for fact, name in HEADERS_OF_FACTS.items() if fact in error.facts
        ]
        if isinstance(error, UNREAD):
            call.reply.headers.append(CLOSE)  # what is left of the request must not be read as the next one
        if isinstance(error, NoRoute | MethodNotAllowed):
            exchange.verdict, exchange.reason = Verdict.UNMATCHED, _reason(error)
        else:
            exchange.verdict = Verdict.REFUSED if call.entered else Verdict.REJECTED
            self._name(exchange, operation, status)
        exchange.clauses = error.clauses or exchange.clauses

    @staticmethod
    def _name(exchange: Exchange, operation: Operation | None, status: int) -> None:
        """Write down which operation was meant, and on which clauses its answer rests."""
        if operation is not None:
            exchange.operation_id = operation.operation_id
            response = operation.responses.get(status)
            exchange.clauses = response.clauses if response else ()

    def _tell(self, call: Call, exchange: Exchange) -> None:
        """Name the clauses that decided, if there are any."""
        if exchange.clauses and (self._explain or call.headers[EXPLAIN] == b"1"):
            call.reply.headers.append((CLAUSES, ", ".join(exchange.clauses).encode()))

    @staticmethod
    async def send(reply: Reply, send: Any) -> None:
        length = [] if reply.status in NO_BODY else [(b"content-length", str(len(reply.body)).encode())]
        headers = [*reply.headers, *length]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body})


def _reason(error: NoRoute | MethodNotAllowed) -> str:
    """Tell why a request matched no operation."""
    if isinstance(error, NoRoute):
        return "no operation has this path"
    return f"this path has no {error.facts['method']}; its methods are {error.facts['allow']}"
