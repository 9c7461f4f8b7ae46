"""A request that shows an element: a curl command, of the document's examples and the baseline's credentials."""

import json
import shlex
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from mockserver.contract import bodies, fixtures
from mockserver.contract.document import Document
from mockserver.contract.elements import Operation
from mockserver.contract.text import read_file, read_yaml
from mockserver.errors import pointer_to

BASE = "http://127.0.0.1:8080"


def show(document: Document, pointer: str) -> str:
    """Write a curl command for the server as it starts by default; a documented refusal is asked for by `Prefer`."""
    operation, status = _answer(document, pointer)
    node = document.tree["paths"][operation.path][operation.method.lower()]
    given = [*document.tree["paths"][operation.path].get("parameters", ()), *node.get("parameters", ())]
    path = operation.path
    query: dict[str, str] = {}
    words = [f"{name}: {value}" for name, value in _credentials(document.name).items()]
    for number, each in enumerate(given):
        place = each.get("$ref", "#")[1:] or f"{operation.pointer}/parameters/{number}"
        parameter = document.resolve(each)
        name, value = parameter["name"], _text(_example(document, parameter))
        if parameter["in"] == "path":
            path = path.replace(f"{{{name}}}", quote(value, safe="@"))
        elif parameter.get("required") or _is_at(place, pointer):
            query |= {name: value} if parameter["in"] == "query" else {}
            words += [f"{name}: {value}"] if parameter["in"] == "header" else []
    path += f"?{urlencode(query, safe='$,', quote_via=quote)}" if query else ""
    if status is not None and status != operation.success:
        words.append(f"Prefer: code={status}")
    body = _body(document, node)
    if body:
        words.append(f"Content-Type: {body[0]}")
    command = ["curl", "-s", *(["-X", operation.method] if operation.method not in {"GET", "POST"} else [])]
    command += [f"{BASE}/{document.name}{path}", *(part for word in words for part in ("-H", word))]
    return shlex.join([*command, *(["-d", body[1]] if body else [])])


def _answer(document: Document, pointer: str) -> tuple[Operation, int | None]:
    """Give the first operation that an element belongs to, with the status where it is part of one answer."""
    for operation in document.operations:
        node = document.tree["paths"][operation.path][operation.method.lower()]
        for status in operation.responses:
            place = operation.pointer + pointer_to("responses", status)
            if _is_at(place, pointer) or pointer in _reached(document, node["responses"][str(status)]):
                return operation, status
        if _is_at(operation.pointer, pointer) or pointer in _reached(document, node):
            return operation, None
    return document.operations[0], None


def _is_at(place: str, pointer: str) -> bool:
    return pointer == place or pointer.startswith(f"{place}/")


class _Reached:
    """The components that a node leads to, by JSON Pointer; an element is in it if it is in one of them."""

    def __init__(self, pointers: set[str]) -> None:
        self._pointers = pointers

    def __contains__(self, pointer: str) -> bool:
        return any(_is_at(each, pointer) for each in self._pointers)


def _reached(document: Document, node: Any) -> _Reached:
    found: set[str] = set()
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += each
        elif isinstance(each, dict):
            reference = each.get("$ref")
            if isinstance(reference, str) and reference[1:] not in found:
                found.add(reference[1:])
                waiting.append(document.resolve(each))
            waiting += each.values()
    return _Reached(found)


def _example(document: Document, node: Mapping[str, Any]) -> Any:
    named = [document.resolve(each).get("value") for each in node.get("examples", {}).values()]
    return next(iter(named), node.get("example"))


def _text(value: Any) -> str:
    """Write a parameter's value as a URL or a header has it."""
    return value if isinstance(value, str) else json.dumps(value)


def _body(document: Document, node: Mapping[str, Any]) -> tuple[str, str] | None:
    content = document.resolve(node.get("requestBody", {})).get("content", {})
    for media_type, each in content.items():
        value = _example(document, each)
        if value is not None and (media_type.endswith("json") or isinstance(value, str)):
            written = bodies.writer(media_type, each["schema"], document.resolve)(value)
            return media_type, written.decode()
    return None


def _credentials(vendor: str) -> Mapping[str, str]:
    """Give the headers of the first account of the baseline."""
    path = fixtures() / "baseline" / f"{vendor}.yaml"
    rows = (read_yaml(read_file(path), str(path)) or {}).get("Account", ())
    headers: Mapping[str, str] = next((each["headers"] for each in rows), {})
    return headers
