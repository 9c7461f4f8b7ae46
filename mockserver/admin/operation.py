"""One operation of the control plane, compiled at start: its query and body by the document, its handler by name."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl

from flask import Response, request

from mockserver.admin.misfits import misfits
from mockserver.admin.reply import reply
from mockserver.contract import media
from mockserver.contract.document import Document
from mockserver.contract.elements import Content, Operation, Parameter
from mockserver.contract.text import read_json
from mockserver.engine.request import convert
from mockserver.errors import DocumentError, NotJson, Unreadable, Violation

EXTRAS = frozenset({"query", "body", "origin", "accepted"})


class BoundOperation:
    """An operation bound to the handler of its name.

    The handler's parameters are those of the path; it may ask for `query` (all values, defaults filled in), `body`
    (None for none), `origin` (scheme and authority of the request) and `accepted` (which media type of those documented
    for the success the request takes best) too. It returns the body to send, None for none,
    `Written` for one of another media type than JSON.
    """

    def __init__(self, document: Document, operation: Operation, handlers: Sequence[object]) -> None:
        """Bind and compile.

        Raises:
            DocumentError: the handler is missing, or asks for what the document does not have.
        """
        self._handler = _handler(document, operation, handlers)
        self._wanted = tuple(inspect.signature(self._handler).parameters)
        known = EXTRAS | {each.name for each in operation.parameters if each.where == "path"}
        for name in self._wanted:
            if name not in known:
                message = (
                    f"{document.path}: {operation.operation_id} asks for {name!r}; there are {', '.join(sorted(known))}"
                )
                raise DocumentError(message)
        self._query = {each.name: each for each in operation.parameters if each.where == "query"}
        self._content = operation.content
        self._status = operation.success
        self._offered = operation.responses[operation.success].media_types

    def __call__(self, **path: str) -> Response:
        """Answer the request of this thread.

        Raises:
            Problem: it is refused.
        """
        violations: list[Violation] = []
        values: dict[str, Any] = {
            **path,
            "query": _read_query(self._query, violations),
            "body": None if self._content is None else _read_body(self._content, violations),
            "origin": f"{request.scheme}://{request.headers.get('Host') or request.host}",
            "accepted": media.negotiate(request.headers.get("Accept"), None, self._offered) if self._offered else None,
        }
        if violations:
            raise misfits(*((each.pointer, each.message) for each in violations))
        return reply(self._status, self._handler(**{name: values[name] for name in self._wanted}))


def _handler(document: Document, operation: Operation, handlers: Sequence[object]) -> Callable[..., Any]:
    name = operation.operation_id
    found: list[Callable[..., Any]] = [getattr(each, name) for each in handlers if hasattr(each, name)]
    if len(found) != 1:
        raise DocumentError(f"{document.path}: operationId {name}: {len(found)} handlers have a method of that name")
    return found[0]


def _read_query(parameters: dict[str, Parameter], violations: list[Violation]) -> dict[str, Any]:
    """Read the query by its schemas; a name that is unknown or repeated is a violation."""
    try:
        pairs = parse_qsl(request.query_string.decode("ascii"), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise misfits(("/query", "is not UTF-8")) from None
    values = {name: parameter.schema.get("default") for name, parameter in parameters.items()}
    seen: set[str] = set()
    for name, text in pairs:
        place = ("query", name)
        if name not in parameters:
            known = ", ".join(parameters) or "none"
            violations.append(Violation("query", place, "unknown", text, f"no such parameter; there are {known}"))
        elif name in seen:
            violations.append(Violation("query", place, "repeated", text, "is given more than once"))
        else:
            seen.add(name)
            values[name] = convert(text, parameters[name].schema)
            violations += parameters[name].validator.violations(values[name], "query", place)
    return values


def _read_body(content: Content, violations: list[Violation]) -> Any:
    """Read a JSON body, None for none.

    Raises:
        NotJson, BadControlRequest: it is sent as something else, is no JSON, or is missing.
    """
    raw = request.get_data(cache=False)
    if not raw:
        if content.required:
            raise misfits(("", "a body is required"))
        return None
    sent = request.headers.get("Content-Type", "")
    kind = media.parse(sent)
    if kind.name not in content.validators or kind.charset not in content.charsets[kind.name]:
        message = f"the body came as {sent[:100]!r}; send 'Content-Type: {next(iter(content.validators))}'"
        raise NotJson(message)
    try:
        value = read_json(raw, kind.charset)
        violations += content.validators[kind.name].violations(value, "body")
    except Unreadable as error:
        raise misfits(("", f"is not JSON: {error}")) from None
    return value
