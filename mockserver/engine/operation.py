"""One operation of one vendor, compiled at start: what its handler asks for, and what becomes of its answer."""

import inspect
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from mockserver.contract.document import Document
from mockserver.contract.elements import Operation
from mockserver.engine.call import Call
from mockserver.engine.reply import Replies
from mockserver.engine.request import read_body, read_parameter, refuse_if
from mockserver.engine.thread import beside_the_loop
from mockserver.errors import DocumentError
from mockserver.vendors import Answer, Vendor, Work

LONG = 64 * 1024  # bytes of a body that takes long to read, to validate and to work off
MANY = 250  # rows that take long to go over and to show: about 3 ms of them, a thread costs 0.1
EXTRAS = frozenset({"body", "query", "account", "base_url"})


def snake_case(name: str) -> str:
    """Turn a wire name into a handler's: `extRefNo`, `X-Run`, `$filter` become `ext_ref_no`, `x_run`, `filter`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", re.sub(r"\W+", "_", name).strip("_")).lower()


class BoundOperation:
    """An operation bound to the handler of its name."""

    def __init__(self, document: Document, operation: Operation, vendor: type[Vendor], replies: Replies) -> None:
        """Bind and compile.

        Raises:
            DocumentError: the handler is missing, or asks for what the document does not have.
        """
        self.operation_id = operation.operation_id
        self._operation = operation
        self._handler = _handler(document, operation, vendor)
        queried = operation.query.names if operation.query else ()
        self._queried = {snake_case(name): name for name in queried}
        self._parameters = {
            snake_case(each.name): each for each in operation.parameters if not queried or each.where != "query"
        }
        self._wanted = _wanted(document, operation, self._handler, frozenset(self._parameters | self._queried))
        self._replies = replies

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG002 - the edge sends
        """Answer one call; the reply is left in it."""
        call: Call = scope["call"]
        call.operation = self._operation
        call.path = scope.get("path_params", {})
        if len(call.body) > LONG:  # the loop is everybody's
            await beside_the_loop(lambda: self._write(call, self._handle(call)))
            return
        result = self._handle(call)
        if isinstance(result, Work) and result.rows > MANY:
            await beside_the_loop(self._write, call, result)
        else:
            self._write(call, result)

    def _handle(self, call: Call) -> Any:
        arguments = self._arguments(call)
        call.entered = True
        return self._handler(call.vendor, **arguments)

    def _write(self, call: Call, result: Any) -> None:
        if isinstance(result, Work):
            result = result.run()
        answer = result if isinstance(result, Answer) else Answer(result)
        call.reply = self._replies.write(call, self._operation, self._operation.success, answer.body, answer.parameters)
        call.reply.headers += [(name.lower().encode(), value.encode()) for name, value in answer.headers.items()]

    def _arguments(self, call: Call) -> dict[str, Any]:
        content = self._operation.content
        body, violations = (None, []) if content is None else read_body(content, call)
        query = call.scope["query_string"]
        pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True) if query else []
        values = {name: read_parameter(each, call, pairs, violations) for name, each in self._parameters.items()}
        if self._operation.query:
            found, wrong = self._operation.query.read(pairs)
            values |= {name: found[sent] for name, sent in self._queried.items()}
            violations += wrong
        refuse_if(violations)
        values |= {"body": body, "query": pairs, "account": call.account}
        if "base_url" in self._wanted:
            values["base_url"] = call.base_url
        return {name: values[name] for name in self._wanted}


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
