"""Rules for every OpenAPI document."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mockserver.contract import examples
from mockserver.contract.document import METHODS, Document
from mockserver.contract.examples import Example
from mockserver.errors import DocumentError, pointer_to
from mockserver.lint.note import Note
from mockserver.lint.registry import rule
from mockserver.lint.report import Severity
from mockserver.lint.source import Kind, Source


@rule("yaml", Kind.ANY)
def is_readable(source: Source) -> Iterator[Note]:
    """Every file can be read, and has no key twice: of two, readers silently take the last."""
    if source.broken:
        yield source.broken
    for key, mark in source.positions.repeated:
        yield Note("", f"the key {key} stands above already", mark=mark)


@rule("unknown-file", Kind.UNKNOWN)
def is_known(source: Source) -> Iterator[Note]:
    """Every file is one that the linter knows."""
    message = f"{source.path.name} is no OpenAPI document, no clause register and no fixture"
    yield Note("", message, Severity.WARNING)


@rule("openapi", Kind.DOCUMENT, Kind.OWN)
def keeps_openapi(source: Source) -> Iterator[Note]:
    """A document is of OpenAPI 3.0, and keeps all that the specification demands."""
    if source.is_readable_version:
        yield from source.structure
        return
    tree = source.tree if isinstance(source.tree, dict) else {}
    key = next((each for each in ("openapi", "swagger") if each in tree), "")
    said = f"not {key} {tree[key]!r}" if key else "and there is no key 'openapi'"
    yield Note(f"/{key}", f"OpenAPI 3.0.x is read here, {said}", suggestion="openapi: 3.0.3")


@rule("ref", Kind.DOCUMENT, Kind.OWN)
def references_lead_inside(source: Source) -> Iterator[Note]:
    """A reference leads to an element of its own kind inside the document."""
    if source.is_readable_version:
        yield from source.survey.references


@rule("example-schema", Kind.DOCUMENT, Kind.OWN)
def examples_match(source: Source) -> Iterator[Note]:
    """An example matches its schema."""
    if source.is_readable_version:
        for example, pointer, message in _mismatches(source.document, list(examples.find(source.document))):
            yield Note(pointer, f"the example {example.name} {message}")


def _mismatches(document: Document, found: Sequence[Example]) -> Iterator[tuple[Example, str, str]]:
    """Give each mismatch with its example, place and what is wrong.

    All examples are matched at once, since each compilation takes all of the document's components; where that cannot
    be done, halves find the example whose schema is to blame.
    """
    schemas = {f"example {number}": example.schema for number, example in enumerate(found)}
    values = {f"example {number}": example.value for number, example in enumerate(found)}
    try:
        violations = document.validator({"properties": schemas}).violations(values, "body")
    except DocumentError as error:
        if len(found) == 1:
            yield found[0], found[0].pointer, f"cannot be matched: {error}"
            return
        for half in (found[: len(found) // 2], found[len(found) // 2 :]):
            yield from _mismatches(document, half)
        return
    for violation in violations:
        key, *steps = violation.path
        example = found[int(str(key).rpartition(" ")[2])]
        yield example, _place(example) + pointer_to(*steps), f"does not match its schema: {violation.message}"


def _place(example: Example) -> str:
    """Give the place of an example's value: below `value`, where the example has a name."""
    is_named = example.pointer.rpartition("/")[0].endswith("/examples")
    return f"{example.pointer}/value" if is_named else example.pointer


@rule("response-example", Kind.DOCUMENT, Kind.OWN)
def bodies_have_examples(source: Source) -> Iterator[Note]:
    """Every body, of a request or a response, has a named example in each of its media types."""
    if not source.is_readable_version:
        return
    for pointer, body in _bodies(source.survey.safe):
        for media_type, content in body.get("content", {}).items():
            if not content.get("examples"):
                message = f"{media_type} has no named example"
                yield Note(pointer + pointer_to("content", media_type), message, suggestion="add one under 'examples'")


def _bodies(tree: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give all bodies with their JSON Pointers, where they stand."""
    for kind in ("requestBodies", "responses"):
        yield from _each(tree.get("components", {}).get(kind, {}), f"/components/{kind}")
    for path, item in tree.get("paths", {}).items():
        for method in METHODS:
            operation = item.get(method, {})
            pointer = pointer_to("paths", path, method)
            yield f"{pointer}/requestBody", operation.get("requestBody", {})
            yield from _each(operation.get("responses", {}), f"{pointer}/responses")


def _each(bodies: Mapping[str, Any], pointer: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    return ((pointer + pointer_to(name), body) for name, body in bodies.items())
