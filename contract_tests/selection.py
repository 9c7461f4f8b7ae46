"""Which tests a run has: those of the vendors asked for; of a vendor's own server what it can be held to.

What a test is about is read from its parameters: a Document, an Operation, or a case with attributes `document` and
`operation`. A test without a document is about the suite itself, unless it takes the ground.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from contract_tests.ground import Ground, VendorServer, inferred
from contract_tests.steps import node_of
from mockserver.contract.document import Document
from mockserver.contract.elements import Operation


@dataclass(frozen=True, slots=True)
class Subject:
    """What a test is about; `operation` is None where it is about a whole document."""

    document: Document
    operation: Operation | None = None

    @property
    def writes(self) -> bool:
        """Whether it may change something."""
        if self.operation is None:
            return True
        return self.operation.method != "GET" and not node_of(self.document, self.operation).get("x-safe", False)


def subject_of(item: pytest.Item) -> Subject | None:
    """Read what a test is about."""
    callspec = getattr(item, "callspec", None)
    found = list(_elements(callspec.params.values())) if callspec else []
    document = next((each for each in found if isinstance(each, Document)), None)
    operation = next((each for each in found if isinstance(each, Operation)), None)
    return Subject(document, operation) if document else None


def _elements(values: Iterable[Any]) -> Iterator[Any]:
    for each in values:
        yield each
        yield getattr(each, "document", None)
        yield getattr(each, "operation", None)


def clauses_of(item: pytest.Item) -> list[str]:
    """List the clauses that a test holds a server to."""
    return [clause_id for mark in item.iter_markers("clause") for clause_id in mark.args]


def wanted(ground: Ground, item: pytest.Item) -> bool:
    """Tell whether a run on a ground has a test."""
    subject = subject_of(item)
    if "ground" not in getattr(item, "fixturenames", ()):
        return False
    if subject and subject.document.name not in {each.name for each in ground.documents}:
        return False
    return not isinstance(ground, VendorServer) or _bearable(ground, item, subject)


def _bearable(ground: VendorServer, item: pytest.Item, subject: Subject | None) -> bool:
    """Tell whether a vendor's own server can be held to a test, and may be."""
    if subject is None or item.get_closest_marker("only_mock"):
        return False
    return (ground.writes or not subject.writes) and not inferred(subject.document.name) & {*clauses_of(item)}
