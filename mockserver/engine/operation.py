"""One operation of one vendor, compiled at start: media type, body, parameters, handler, reply."""

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson

from mockserver.contract import media
from mockserver.contract.document import Content, Document, Operation, Parameter
from mockserver.contract.text import read_json
from mockserver.engine.call import Call, Reply
from mockserver.engine.path import restore
from mockserver.errors import DocumentError, Invalid, Unreadable, UnsupportedMediaType, Violation
from mockserver.vendors import Vendor
from mockserver.world.journal import Headers

EXTRAS = frozenset({"body", "query", "account", "base_url"})
UNCHECKED = frozenset({"accept", "content-type", "authorization"})
"""Header parameters whose definitions OpenAPI has ignored: they are handed on as they come."""


def snake_case(name: str) -> str:
    """Turn a wire name into a handler's: `extRefNo`, `X-Run`, `$filter` become `ext_ref_no`, `x_run`, `filter`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", re.sub(r"\W+", "_", name).strip("_")).lower()


class BoundOperation:
    """An operation bound to the handler of its name."""

    def __init__(self, document: Document, operation: Operation, vendor: type[Vendor]) -> None:
        """Bind and compile.

        Raises:
            DocumentError: the handler is missing, or asks for what the document does not have.
        """
        self.operation_id = operation.operation_id
        self._operation = operation
        self._handler = _handler(document, operation, vendor)
        self._parameters = {snake_case(each.name): each for each in operation.parameters}
        self._wanted = _wanted(document, operation, self._handler, frozenset(self._parameters))
        self._headers = reply_headers(document, operation, operation.success)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG002 - the edge sends
        """Answer one call; the reply is left in it."""
        call: Call = scope["call"]
        call.path = scope.get("path_params", {})
        arguments = self._arguments(call)
        call.entered = True
        result = self._handler(call.vendor, **arguments)
        call.reply = Reply(self._operation.success, self._headers, orjson.dumps(result))

    def _arguments(self, call: Call) -> dict[str, Any]:
        content = self._operation.content
        body, violations = (None, []) if content is None else _read_body(content, call)
        pairs = parse_qsl(call.scope["query_string"].decode("latin-1"), keep_blank_values=True)
        values = {name: _value(each, call, pairs, violations) for name, each in self._parameters.items()}
        if violations:
            raise Invalid(*violations)
        values |= {"body": body, "query": pairs, "account": call.account, "base_url": call.base_url}
        return {name: values[name] for name in self._wanted}


def _value(parameter: Parameter, call: Call, pairs: list[tuple[str, str]], violations: list[Violation]) -> Any:
    """Read one parameter; what does not match is added to `violations`."""
    text = _text(parameter, call, pairs)
    if text is None:
        if parameter.required:
            violations.append(Violation(parameter.where, (parameter.name,), "required", None, "is required"))
        return None
    value = convert(text, parameter.schema)
    if parameter.name.lower() not in UNCHECKED:
        violations += parameter.validator.violations(value, parameter.where, (parameter.name,))
    return value


def _text(parameter: Parameter, call: Call, pairs: list[tuple[str, str]]) -> str | None:
    if parameter.where == "path":
        return restore(call.path[parameter.name])
    if parameter.where == "header":
        value = call.headers.get(parameter.name.lower().encode())
        return None if value is None else value.decode("latin-1")
    return next((value for name, value in reversed(pairs) if name == parameter.name), None)


def convert(text: str, schema: Mapping[str, Any]) -> Any:
    """Read a parameter's text as its schema's type; what cannot be read stays text, for the schema to reject."""
    kind = schema.get("type")
    if kind == "integer" and re.fullmatch(r"-?[0-9]{1,4000}", text):
        return int(text)
    if kind == "boolean" and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    return text


def _read_body(content: Content, call: Call) -> tuple[Any, list[Violation]]:
    """Read a body by its media type, once.

    Raises:
        UnsupportedMediaType, Unreadable: as they say.
    """
    sent = call.headers.get(b"content-type")
    if sent is None and content.default is None and not call.body and not content.required:
        return None, []
    text = content.default if sent is None else sent.decode("latin-1")
    if text is None or not _takes(content, text):
        raise UnsupportedMediaType(media_type=text or "")
    if not call.body and content.required:
        raise Unreadable("a body is required")
    kind = media.parse(text)
    value = read_json(call.body, kind.charset)
    return value, content.validators[kind.name].violations(value, "body")


def _takes(content: Content, text: str) -> bool:
    """Tell whether a body may come with this Content-Type."""
    kind = media.parse(text)
    listed = kind.charset in content.charsets.get(kind.name, ())
    return listed and (content.sent is None or not content.sent.violations(text, "header"))


def reply_headers(document: Document, operation: Operation | None, status: int) -> Headers:
    """Give the headers of an answer: its first media type, and those that the document gives one value only."""
    response = operation.responses.get(status) if operation is not None else None
    if response is None:
        return [(b"content-type", document.media_types[0].encode())]
    headers = [(b"content-type", name.encode()) for name in response.media_types[:1]]
    return headers + [(name.lower().encode(), value.encode()) for name, value in response.constant_headers]


def _handler(document: Document, operation: Operation, vendor: type[Vendor]) -> Callable[..., Any]:
    handler = getattr(vendor, operation.operation_id, None)
    if not callable(handler) or hasattr(Vendor, operation.operation_id):
        raise DocumentError(
            f"{document.path}: operationId {operation.operation_id}: {vendor.__name__} has no method of that name"
        )
    found: Callable[..., Any] = handler
    return found


def _wanted(
    document: Document, operation: Operation, handler: Callable[..., Any], parameters: frozenset[str]
) -> tuple[str, ...]:
    _, *wanted = inspect.signature(handler).parameters
    for name in wanted:
        if name not in parameters | EXTRAS:
            known = ", ".join(sorted(parameters | EXTRAS))
            message = (
                f"{document.path}: {operation.operation_id} asks for {name!r}; the document and the engine have {known}"
            )
            raise DocumentError(message)
    return tuple(wanted)
