"""A walk through a document: its elements by kind, and what its operations are made of."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from mockserver.contract.document import METHODS
from mockserver.errors import pointer_to
from mockserver.lint.references import Element
from mockserver.lint.survey import ELSEWHERE, Survey

NO_ELEMENT = Element("", {ELSEWHERE: True}, {})


class Operation(NamedTuple):
    """An operation with the parameters that it and its path item give, references followed, its own first.

    `is_complete` tells whether all of them are in this document.
    """

    pointer: str
    path: str
    method: str
    node: Mapping[str, Any]
    parameters: Sequence[Mapping[str, Any]]
    is_complete: bool


class Walk:
    """What rules look at.

    `tree` is the document as far as it has the right shape, `plain` all of it in JSON's types.
    """

    def __init__(self, survey: Survey) -> None:
        """Walk through what a survey has made safe."""
        self.survey = survey
        self.tree = survey.safe
        self.plain: Mapping[str, Any] = survey.plain
        self._by_kind: dict[str, list[tuple[str, Element]]] = {}
        for pointer, element in survey.elements.items():
            if "$ref" not in element.node and ELSEWHERE not in element.node:
                self._by_kind.setdefault(element.kind, []).append((pointer, element))

    def each(self, *kinds: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Give the elements of these kinds with their JSON Pointers, where they stand; no references."""
        return ((pointer, element.node) for kind in kinds for pointer, element in self._by_kind.get(kind, ()))

    def raw(self, *kinds: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Give the same elements as they are written: their members may be anything in JSON's types."""
        return ((pointer, element.raw) for kind in kinds for pointer, element in self._by_kind.get(kind, ()))

    def target(self, node: Mapping[str, Any]) -> tuple[str | None, Mapping[str, Any]]:
        """Follow references: gives the last one's pointer, None where there is none, and the node there."""
        pointer = None
        while "$ref" in node:
            pointer = node["$ref"][1:]
            node = self.survey.elements.get(pointer, NO_ELEMENT).node
        return pointer, node

    def resolve(self, node: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Follow references to the node; None where that stands in another file or nowhere."""
        _, found = self.target(node)
        return None if ELSEWHERE in found else found

    @cached_property
    def operations(self) -> Sequence[Operation]:
        """The operations of `paths`, in the document's order."""
        return tuple(each for path in self.tree.get("paths", {}) for each in self.operations_of(path))

    def operations_of(self, path: str) -> Iterator[Operation]:
        """Give the operations of one path."""
        item = self.tree["paths"][path]
        for method in item:
            if method in METHODS:
                node = item[method]
                found = [self.resolve(each) for each in (*node.get("parameters", ()), *item.get("parameters", ()))]
                parameters = [each for each in found if each is not None]
                is_complete = len(parameters) == len(found)
                yield Operation(pointer_to("paths", path, method), path, method, node, parameters, is_complete)
