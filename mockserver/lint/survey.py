"""A document made safe: what is of the wrong kind is taken out, and every reference leads to an element inside."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mockserver.errors import pointer_to
from mockserver.lint.note import Note
from mockserver.lint.references import Element, judge, outside
from mockserver.lint.shapes import CLOSED, REFERABLE, SHAPES

SCALARS = (str, int, float, type(None))
MISSING = object()
ELSEWHERE = "x-elsewhere"
"""Marks a node in `safe` in whose place a reference stood that leads outside the document, or nowhere."""


class Plain(NamedTuple):
    """A value in JSON's types, with remarks on what was not."""

    tree: Any
    notes: list[Note]


def plain(tree: Any) -> Plain:
    """Turn keys and values that YAML reads as anything else than JSON into text."""
    notes: list[Note] = []
    return Plain(_plain(tree, "", notes), notes)


def _plain(node: Any, pointer: str, notes: list[Note]) -> Any:
    if isinstance(node, list):
        return [_plain(each, f"{pointer}/{number}", notes) for number, each in enumerate(node)]
    if isinstance(node, dict):
        new = {}
        for key, each in node.items():
            below = pointer + pointer_to(key)
            if not isinstance(key, str):
                notes.append(Note(below, f"the key {key} is not text", suggestion=f'write "{key}"'))
            new[str(key)] = _plain(each, below, notes)
        return new
    if not isinstance(node, SCALARS):
        notes.append(Note(pointer, f"{node} is read as a {type(node).__name__}, not as text", suggestion="quote it"))
        return str(node)
    return node


def _wanted(spec: str) -> tuple[Any, str]:
    if spec.endswith("[]"):
        return list, "a list"
    return (str, "text") if spec == "text" else (dict, "a mapping")


class Survey:
    """What the rules work on.

    `plain` is the whole document in JSON's types, `safe` the part of it that has the right shape; `misfits` tell what
    was changed to get there. `elements` are all of it by JSON Pointer; `references` are remarks on those that cannot be
    followed, `outside` those that lead to other files. In the place of both, `safe` has a mark.
    """

    def __init__(self, tree: Any) -> None:
        """Walk through a document once."""
        self.plain, self.misfits = plain(tree)
        self.elements: dict[str, Element] = {}
        kept = self._keep(self.plain, "document", "")
        self.safe: dict[str, Any] = {} if kept is MISSING else kept
        self.outside: dict[str, str] = outside(self.elements)
        self.references: list[Note] = judge(self.elements)
        for pointer in (*self.outside, *(note.pointer for note in self.references)):
            self.elements[pointer].node.clear()
            self.elements[pointer].node[ELSEWHERE] = True

    def _keep(self, node: Any, spec: str, pointer: str) -> Any:
        """Copy a node as far as it is of its kind."""
        if spec == "any" or (spec.endswith("?") and isinstance(node, bool)):
            return node
        wanted, name = _wanted(spec)
        if not isinstance(node, wanted):
            self.misfits.append(Note(pointer, f"{name} is expected here"))
            return MISSING
        if isinstance(node, str):
            return node
        if isinstance(node, list):
            return list(self._items(node, spec[:-2], pointer))
        if spec.endswith("{}"):
            return self._members(node, {"*": spec[:-2]}, pointer)
        return self._element(node, spec.rstrip("?"), pointer)

    def _items(self, node: list[Any], spec: str, pointer: str) -> Iterator[Any]:
        for number, each in enumerate(node):
            kept = self._keep(each, spec, f"{pointer}/{number}")
            yield kept if kept is not MISSING else "" if spec == "text" else {}  # the places behind it stay

    def _element(self, node: dict[str, Any], name: str, pointer: str) -> dict[str, Any]:
        if name in REFERABLE and "$ref" in node:
            kept = {"$ref": node["$ref"]}
        else:
            extension = "*" in SHAPES[name]
            members = {key: each for key, each in node.items() if not (extension and key.startswith("x-"))}
            kept = self._members(members, SHAPES[name], pointer, closed=name in CLOSED)
        self.elements[pointer] = Element(name, kept, node)
        return kept

    def _members(
        self, node: Mapping[str, Any], specs: Mapping[str, str], pointer: str, *, closed: bool = False
    ) -> dict[str, Any]:
        kept = {}
        for key, each in node.items():
            spec = specs.get(key) or specs.get("*")
            if spec is not None:
                value = self._keep(each, spec, pointer + pointer_to(key))
                if value is not MISSING:
                    kept[key] = value
            elif not closed:
                kept[key] = each
        return kept
