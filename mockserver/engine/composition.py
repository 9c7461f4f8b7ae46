"""Connexion, composed for one vendor: its routing and security, our operations behind them, and nothing else of it.

Stock Connexion is 3 to 16 times slower and answers in its own shapes (docs/decisions/0002-connexion.md).
"""

import re
import warnings
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter(
        "ignore"
    )  # starlette.testclient complains about httpx, jsonschema about itself: at every user's start
    from connexion.middleware.abstract import RoutedAPI, RoutedMiddleware
    from connexion.middleware.routing import RoutingMiddleware
    from connexion.middleware.security import SecurityMiddleware
    from connexion.resolver import Resolver
    from connexion.security import AbstractSecurityHandler
    from connexion.spec import OpenAPISpecification
import jsonschema_rs
from starlette.routing import Route

from mockserver.contract.document import Document
from mockserver.contract.elements import Operation, Scheme
from mockserver.engine.call import Call
from mockserver.engine.operation import BoundOperation
from mockserver.engine.path import NOTHING
from mockserver.engine.reply import Replies
from mockserver.errors import DocumentError, NoRoute, Unauthorized, pointer_to
from mockserver.vendors import Account, Vendor

SPECIFICATION = jsonschema_rs.Draft4Validator(OpenAPISpecification.openapi_schema)
TRAILING_SLASH = f"(?:(?<!{NOTHING})/)?"  # not behind an empty segment: that would be a parameter without a value
ASGIApp = Callable[[Any, Any, Any], Awaitable[None]]


class OperationsApi(RoutedAPI):
    """The operations of one document, by operationId."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Bind every operation now."""
        super().__init__(*args, **kwargs)
        self.add_paths()

    def make_operation(self, operation: Any) -> BoundOperation:
        """Take what the resolver found."""
        bound: BoundOperation = operation.function
        return bound


class Operations(RoutedMiddleware):
    """The innermost application: calls the operation that routing found."""

    api_cls = OperationsApi

    def __init__(self) -> None:
        """Refuse what routing did not find."""
        super().__init__(no_route)


async def no_route(scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG001 - ASGI
    """Refuse a path that the document does not have."""
    raise NoRoute(url=scope["path"])


class Skeleton(OpenAPISpecification):
    """What Connexion is told of a document that was held to OpenAPI's own schema before."""

    @classmethod
    def _validate_spec(cls, spec: Any) -> None:
        """Take it as it is: Connexion's own check of five documents took 30 of the 1,000 ms of a start."""


class Routes:
    """Which operations a document has at a path, whatever the method."""

    def __init__(self, document: Document, routes: list[Route]) -> None:
        """Take the routes that Connexion made, in the document's order."""
        self._routes = list(zip(routes, document.operations, strict=True))

    def at(self, path: str) -> list[Operation]:
        """List the operations, in the document's order."""
        return [operation for route, operation in self._routes if route.path_regex.match(path)]


def bind(document: Document, vendor: type[Vendor], replies: Replies) -> tuple[ASGIApp, Routes]:
    """Compose a vendor's application: everything is built now.

    Raises:
        DocumentError: what cannot be bound stops the start.
    """
    _validate(document)
    operations = {each.operation_id: BoundOperation(document, each, vendor, replies) for each in document.operations}
    skeleton = Skeleton(_skeleton(document))
    called = Operations()
    secured = SecurityMiddleware(called)
    routed = RoutingMiddleware(secured)
    for room in (called, secured, routed):
        room.add_api(
            skeleton,
            base_path="",
            resolver=Resolver(operations.__getitem__),
            security_map=_security_map(document, vendor),
        )
    return routed, Routes(document, list(_prepare(routed, document)))


def _validate(document: Document) -> None:
    """Hold the document to OpenAPI's own schema, as Connexion would, in a hundredth of its time."""
    try:
        error = next(SPECIFICATION.iter_errors(document.tree), None)
    except ValueError as reason:  # a key or value that JSON does not have
        raise DocumentError(f"{document.path}: {reason}") from None
    if error is not None:
        raise DocumentError(f"{document.path}: {pointer_to(*error.instance_path)}: {error.message[:300]}")


def _skeleton(document: Document) -> dict[str, Any]:
    """Give what Connexion needs to route and to secure: it would copy, validate and resolve the rest for nobody."""
    paths: dict[str, dict[str, Any]] = {}
    for each in document.operations:
        node = document.tree["paths"][each.path][each.method.lower()]
        names = [parameter.name for parameter in each.parameters if parameter.where == "path"]
        paths.setdefault(each.path, {})[each.method.lower()] = {
            "operationId": each.operation_id,
            "parameters": [
                {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
            ],
            "responses": {"200": {"description": ""}},
            "security": _security(document, each.pointer, node),
        }
    schemes = document.tree.get("components", {}).get("securitySchemes", {})
    return {
        "openapi": document.tree["openapi"],
        "info": {"title": document.title, "version": document.version},
        "paths": paths,
        "components": {"securitySchemes": schemes},
    }


def _security(document: Document, pointer: str, node: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give the credentials that an operation asks for, the document's if it says nothing."""
    found: list[dict[str, Any]] = node.get("security", document.tree.get("security", []))
    for name in (name for requirement in found for name in requirement):
        if name not in document.schemes:
            raise DocumentError(f"{document.path}: {pointer}: security asks for {name!r}, which no scheme defines")
    return found


def _prepare(routed: RoutingMiddleware, document: Document) -> Iterator[Route]:
    """Take away what is added to the document, redirects for slashes and HEAD beside GET; ignore what it ignores."""
    (mount,) = routed.router.routes
    routed.router = mount.app  # the one document stands at the root: to route to it first was a tenth of a GET
    routed.router.redirect_slashes = False
    for route in routed.router.routes:
        route.methods.discard("HEAD")
        pattern = _whole(route.path_regex, TRAILING_SLASH if document.ignores_trailing_slash else "")
        route.path_regex = re.compile(pattern, re.IGNORECASE if document.ignores_path_case else 0)
        yield route


def _whole(pattern: re.Pattern[str], after: str = "") -> str:
    """Match to the very end: `$` also matches before a last line break, which came as `%0A`."""
    return pattern.pattern.removesuffix("$") + after + r"\Z"


def _security_map(document: Document, vendor: type[Vendor]) -> dict[str, type[AbstractSecurityHandler]]:
    """Bind each security scheme to the accounts of the sandbox that a request is for."""
    found: dict[str, type[AbstractSecurityHandler]] = {}
    for scheme in document.schemes.values():
        kind = "apiKey" if scheme.word is None else scheme.word.lower()
        found[kind] = type("Handler", (AbstractSecurityHandler,), {"get_fn": _verifier(document.schemes, vendor)})
    return found


def _verifier(schemes: Any, vendor: type[Vendor]) -> Callable[..., Any]:
    by_header = {(each.header, each.word): each for each in schemes.values()}

    def get_fn(_: Any, security_scheme: dict[str, Any], __: Any) -> Callable[..., Any]:
        word = security_scheme["scheme"].capitalize() if security_scheme["type"] == "http" else None
        scheme = by_header[security_scheme["name"].lower() if word is None else "authorization", word]

        async def verify(request: Any) -> dict[str, Any]:
            call: Call = request.scope["call"]
            call.account = _account(call, scheme, vendor)
            call.vendor.authorise(call.account)
            return {}

        return verify

    return get_fn


def _account(call: Call, scheme: Scheme, vendor: type[Vendor]) -> Account:
    sent = call.headers.get(scheme.header.encode())
    if sent is None:
        raise Unauthorized
    value = sent.decode("latin-1")
    if scheme.word is not None:  # the word's letter case is free (RFC 9110, 11.1)
        word, _, credential = value.partition(" ")
        value = f"{scheme.word} {credential.strip()}" if word.lower() == scheme.word.lower() else value
    found = call.vendor.store.get(vendor.account, (scheme.header, value))
    if found is None:
        raise Unauthorized
    return found
