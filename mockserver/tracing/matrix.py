"""The matrix: clause by clause its elements, its tests, and what became of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mockserver.contract import clauses, document, specs
from mockserver.contract.clauses import Basis, Clause
from mockserver.lint.positions import Positions
from mockserver.tracing import tests
from mockserver.tracing.results import Case, Outcome, worst
from mockserver.tracing.tests import BoundTest


@dataclass(frozen=True, slots=True)
class Element:
    """A bound element of a document: its JSON Pointer, and where it stands."""

    pointer: str
    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Row:
    """A clause with what shows it and what holds it; `tests` have their outcomes, None where no results were given."""

    vendor: str
    clause: Clause
    elements: Sequence[Element]
    tests: Sequence[tuple[BoundTest, Outcome | None]]

    @property
    def outcome(self) -> Outcome | None:
        """The worst of the tests' outcomes; None where no results were given."""
        found = [outcome for _, outcome in self.tests]
        return worst([each for each in found if each]) if any(found) else None

    def faults(self, *, has_all_tests: bool) -> list[str]:
        """Tell what is missing or wrong; a clause of the page must be shown and held, or say why not."""
        found = []
        if self.clause.basis is Basis.PAGE and self.clause.not_mocked is None:
            found += [] if self.elements else ["no element"]
            found += ["no test"] if has_all_tests and not self.tests else []
        return found + ["a test failed"] * (self.outcome is Outcome.FAILED)


def build(wanted: Sequence[Clause], cases: Sequence[Case] | None = None) -> list[Row]:
    """Build the rows of these clauses, with the outcomes of test cases where a run's are given."""
    ids = {each.clause_id for each in wanted}
    bound: dict[str, list[BoundTest]] = {}
    for test in tests.find():
        bound.setdefault(test.clause_id, []).append(test)
    by_clause: dict[str, list[Case]] = {}
    for case in cases or ():
        for clause_id in case.clauses:
            by_clause.setdefault(clause_id, []).append(case)
    return [
        Row(vendor, clause, elements.get(clause.clause_id, ()), list(_judged(bound.get(clause.clause_id, ()), found)))
        for vendor in document.names()
        for elements in [_elements(vendor)]
        for clause in clauses.load(vendor).values()
        if clause.clause_id in ids
        for found in [None if cases is None else by_clause.get(clause.clause_id, [])]
    ]


def _elements(vendor: str) -> Mapping[str, Sequence[Element]]:
    read = document.load(vendor)
    positions = Positions(read.raw)
    found: dict[str, list[Element]] = {}
    for clause_id, pointer in clauses.bindings(read.tree):
        _, (line, column) = positions.nearest(pointer)
        found.setdefault(clause_id, []).append(Element(pointer, f"{specs().name}/{vendor}.yaml", line, column))
    return found


def _judged(bound: Sequence[BoundTest], cases: Sequence[Case] | None) -> Iterator[tuple[BoundTest, Outcome | None]]:
    for test in dict.fromkeys(bound):
        yield test, None if cases is None else worst([case.outcome for case in cases if case.is_of(test)])
