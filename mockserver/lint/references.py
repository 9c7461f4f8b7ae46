"""References between the elements of a document: those that lead nowhere, outside, to themselves or into masses."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

from mockserver.lint.note import Note
from mockserver.lint.shapes import REFERABLE

LONGEST = 50
"""References one after the other, without any member or item between them."""
WIDEST = 200
"""Schemas that one schema may stand for by allOf, anyOf, oneOf and not: compilers and validators visit each."""


class Element(NamedTuple):
    """An element of a document: its kind, the node as far as it is safe, and as it is written."""

    kind: str
    node: dict[str, Any]
    raw: Mapping[str, Any]


Elements = Mapping[str, Element]
"""By JSON Pointer."""


def _references(elements: Elements) -> Iterator[tuple[str, Element]]:
    return ((pointer, each) for pointer, each in elements.items() if each.kind in REFERABLE and "$ref" in each.node)


def outside(elements: Elements) -> dict[str, str]:
    """Give the references that lead to other files, by their places."""
    found = ((pointer, element.node["$ref"]) for pointer, element in _references(elements))
    return {pointer: target for pointer, target in found if isinstance(target, str) and target[:1] not in {"#", ""}}


def judge(elements: Elements) -> list[Note]:
    """List the references that cannot be used."""
    reasons: dict[str, str] = {}
    targets = {}
    elsewhere = outside(elements)
    for pointer, element in _references(elements):
        if pointer not in elsewhere:
            reason = _reason(element.node["$ref"], element.kind, elements)
            if reason is None:
                targets[pointer] = element.node["$ref"][1:]
            else:
                reasons[pointer] = reason
    reasons.update(_endless(elements, targets))
    return [
        Note(pointer, f"$ref {elements[pointer].node['$ref']!r} {reasons[pointer]}")
        for pointer in elements
        if pointer in reasons
    ]


def _reason(reference: Any, kind: str, elements: Elements) -> str | None:
    if not isinstance(reference, str):
        return "is not text"
    if not reference.startswith("#/"):
        return "leads nowhere: a reference inside the document begins with '#/'"
    found = elements.get(reference[1:])
    if found is not None:
        return None if found.kind == kind else f"leads to a {found.kind}, where a {kind} is expected"
    if unquote(reference[1:]) in elements:
        return "leads nowhere as it is written; write it without percent-encoding"
    return "leads nowhere"


def _endless(elements: Elements, targets: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Peel off the elements whose references all end; what stays leads in a circle."""
    places = {target: list(_direct(elements[target].node, target)) for target in set(targets.values())}
    waiting = {target: {place for place in found if place in targets} for target, found in places.items()}
    askers: dict[str, list[tuple[str, str]]] = {target: [] for target in waiting}
    for target, found in waiting.items():
        for place in found:
            askers[targets[place]].append((target, place))
    size = dict.fromkeys(waiting, (1, 1))
    ready = [target for target, found in waiting.items() if not found]
    while ready:
        done = ready.pop()
        length, width = size[done]
        for target, place in askers[done]:
            if length >= LONGEST or width >= WIDEST:
                yield place, "stands for too many references or schemas"
            else:
                size[target] = max(size[target][0], length + 1), size[target][1] + width
            waiting[target].discard(place)
            if not waiting[target]:
                ready.append(target)
    for found in waiting.values():
        yield from ((place, "refers to itself, or leads into a circle") for place in sorted(found))


def _direct(node: Mapping[str, Any], pointer: str) -> Iterator[str]:
    """Give the places of the references that an element stands for, without any member or item between."""
    if "$ref" in node:
        yield pointer
    for keyword in ("allOf", "anyOf", "oneOf"):
        for number, each in enumerate(node.get(keyword, ())):
            yield from _direct(each, f"{pointer}/{keyword}/{number}")
    if "not" in node:
        yield from _direct(node["not"], f"{pointer}/not")
