"""Values of a document against the schemas that they stand beside: examples and defaults."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from mockserver.contract.document import Document
from mockserver.contract.schema import Schema
from mockserver.errors import DocumentError, pointer_to


class Case(NamedTuple):
    """A value at a JSON Pointer, and the schema that it should match."""

    pointer: str
    value: Any
    schema: Schema


class Mismatch(NamedTuple):
    """A case that fails: the JSON Pointer inside the value, and what is wrong there."""

    case: Case
    pointer: str
    message: str


def mismatches(document: Document, cases: Sequence[Case]) -> Iterator[Mismatch]:
    """List what does not match.

    All values are matched at once, since each compilation takes all of the document's components; where that cannot be
    done, halves find the value whose schema is to blame.
    """
    if not cases:
        return
    schemas = {f"case {number}": case.schema for number, case in enumerate(cases)}
    values = {f"case {number}": case.value for number, case in enumerate(cases)}
    try:
        violations = document.validator({"properties": schemas}).violations(values, "body")
    except DocumentError as error:
        if len(cases) == 1:
            yield Mismatch(cases[0], cases[0].pointer, f"cannot be matched: {error}")
            return
        for half in (cases[: len(cases) // 2], cases[len(cases) // 2 :]):
            yield from mismatches(document, half)
        return
    for violation in violations:
        key, *steps = violation.path
        case = cases[int(str(key).rpartition(" ")[2])]
        yield Mismatch(case, case.pointer + pointer_to(*steps), f"does not match its schema: {violation.message}")
