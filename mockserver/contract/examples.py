"""The examples of a document, each with the schema it must match."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.contract.document import METHODS, Document
from mockserver.contract.schema import Schema
from mockserver.errors import pointer_to


@dataclass(frozen=True, slots=True)
class Example:
    """A named example; `pointer` is the place of its value, `element` that of the parameter or body it belongs to."""

    name: str
    value: Any
    schema: Schema
    pointer: str
    element: str


def find(document: Document) -> Iterator[Example]:
    """List all examples of parameters, request bodies, responses and their headers, components included."""
    components = document.tree.get("components", {})
    for kind in ("parameters", "requestBodies", "responses", "headers"):
        for name, node in components.get(kind, {}).items():
            yield from _of_element(document, node, pointer_to("components", kind, name))
    for path, item in document.tree.get("paths", {}).items():
        yield from _of_parameters(document, item, pointer_to("paths", path))
        for method in METHODS:
            if method in item:
                yield from _of_operation(document, item[method], pointer_to("paths", path, method))


def _of_operation(document: Document, operation: Mapping[str, Any], pointer: str) -> Iterator[Example]:
    yield from _of_parameters(document, operation, pointer)
    yield from _of_element(document, operation.get("requestBody", {}), f"{pointer}/requestBody")
    for status, response in operation.get("responses", {}).items():
        yield from _of_element(document, response, f"{pointer}/responses/{status}")


def _of_parameters(document: Document, node: Mapping[str, Any], pointer: str) -> Iterator[Example]:
    for number, parameter in enumerate(node.get("parameters", ())):
        yield from _of_element(document, parameter, f"{pointer}/parameters/{number}")


def _of_element(document: Document, node: Mapping[str, Any], pointer: str) -> Iterator[Example]:
    """Give the examples of a parameter, header, body or response, where it stands (never through a `$ref`)."""
    if "$ref" in node:
        return
    yield from _named(document, node, pointer, pointer)
    for media_type, content in node.get("content", {}).items():
        yield from _named(document, content, pointer + pointer_to("content", media_type), pointer)
    for name, header in node.get("headers", {}).items():
        yield from _of_element(document, header, pointer + pointer_to("headers", name))


def _named(document: Document, node: Mapping[str, Any], pointer: str, element: str) -> Iterator[Example]:
    schema = node.get("schema", {})
    if "example" in node:
        yield Example("example", node["example"], schema, f"{pointer}/example", element)
    for name, example in node.get("examples", {}).items():
        value = document.resolve(example)
        if "value" in value:
            yield Example(name, value["value"], schema, pointer + pointer_to("examples", name), element)
