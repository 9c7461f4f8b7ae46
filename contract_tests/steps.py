"""Requests made of a document's own examples, so that they meet real state, and of what is near them."""

import copy
import re
import urllib.parse
from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import strategies as st

from contract_tests.target import Request
from mockserver.contract import bodies
from mockserver.contract.document import Document
from mockserver.contract.elements import Operation, Parameter

ODD: list[Any] = [None, "", 0, -1, True, 1.5, [], {}, "x" * 300, "å@example.com", "O'Brien@example.com", [None], "\x00"]
PERSONS = frozenset({"email", "emailaddress", "contactid"})
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
TYPES = ["application/json", "application/xml", "text/plain", "application/json; charset=utf-16"]


def node_of(document: Document, operation: Operation) -> Mapping[str, Any]:
    """Give an operation as the document has it."""
    return document.tree["paths"][operation.path][operation.method.lower()]


def named(document: Document, node: Any) -> list[Any]:
    """Give the values of the examples of a parameter or a media type."""
    return [document.resolve(each)["value"] for each in document.resolve(node).get("examples", {}).values()]


def parameter_examples(document: Document, operation: Operation, parameter: Parameter) -> list[str]:
    """Give the example values of a parameter, as text; of a list its items."""
    item = document.tree["paths"][operation.path]
    nodes = [*item.get("parameters", ()), *node_of(document, operation).get("parameters", ())]
    for node in map(document.resolve, nodes):
        if (node["name"], node["in"]) == (parameter.name, parameter.where):
            values = [item for each in named(document, node) for item in (each if isinstance(each, list) else [each])]
            return [each if isinstance(each, str) else str(each).lower() for each in values]
    return []


def places(value: Any, *path: Any) -> Iterator[tuple[Any, ...]]:
    """Give the place of each member and item below a value."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, below in steps:
        yield (*path, step)
        yield from places(below, *path, step)


def leaves(value: Any) -> Iterator[Any]:
    """Give what stands at the ends of a value."""
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    if below is None:
        yield value
    else:
        for each in below:
            yield from leaves(each)


@st.composite
def near(draw, value: Any, others: list[Any]) -> Any:
    """Draw a value, or one that differs from it in a place, where it may have what others have in theirs."""
    found = list(places(value))
    if not found or draw(st.integers(0, 3)):
        return value
    *path, last = draw(st.sampled_from(found))
    changed = copy.deepcopy(value)
    below = changed
    for step in path:
        below = below[step]
    if draw(st.booleans()):
        del below[last]
    else:
        below[last] = draw(st.sampled_from(ODD) | st.sampled_from(others))
    return changed


def addresses(document: Document) -> list[str]:
    """Give the addresses of all examples, so that operations meet the same people."""
    return sorted(set(ADDRESS.findall(document.raw.decode())))


@st.composite
def texts(draw, document: Document, operation: Operation, parameter: Parameter) -> str:
    """Draw a parameter's text: mostly that of an example."""
    known = parameter_examples(document, operation, parameter)
    if parameter.name.lower() in PERSONS:
        known = [*known, *addresses(document)]
    if known and draw(st.integers(0, 5)):
        return draw(st.sampled_from(known))
    return draw(st.sampled_from(["", "x", "nobody@example.com", "0", "-1", "é", "a/b", " "]))


@st.composite
def requests(draw, document: Document, operation: Operation) -> Request:
    """Draw a request for an operation, without a credential."""
    path, pairs, headers = {}, [], {}
    for parameter in operation.parameters:
        if parameter.where == "path":
            path[parameter.name] = draw(texts(document, operation, parameter))
        elif parameter.required or draw(st.booleans()):
            text = draw(texts(document, operation, parameter))
            if parameter.where == "query":
                pairs.append((parameter.name, text))
            elif text.isascii() and text.strip() == text and text:
                headers[parameter.name.lower()] = text
    accepted = sorted({name for each in operation.responses.values() for name in each.media_types})
    headers["accept"] = draw(st.sampled_from([*accepted, "*/*", None]))
    content, body = draw(contents(document, operation))
    headers |= {"content-type": content} if content else {}
    return Request(operation, path, urllib.parse.urlencode(pairs), headers, body)


@st.composite
def contents(draw, document: Document, operation: Operation) -> tuple[str | None, bytes]:
    """Draw a Content-Type with a body."""
    offered = document.resolve(node_of(document, operation).get("requestBody", {})).get("content", {})
    if not offered:
        return None, b""
    name = draw(st.sampled_from(sorted(offered)))
    examples = named(document, offered[name])
    scalars = [each for example in examples for each in leaves(example)]
    value = draw(st.sampled_from(examples).flatmap(lambda each: near(each, scalars)))
    write = bodies.writer(name, offered[name]["schema"], document.resolve)
    try:
        body = write(value)
    except (AttributeError, KeyError, TypeError, ValueError):  # what is near may not be writable in this type
        body = b"<"
    return (name if draw(st.integers(0, 9)) else draw(st.sampled_from(TYPES))), body
