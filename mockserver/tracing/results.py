"""What became of the tests: pytest's JUnit report (`--junitxml`), whose cases have a property for each clause."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from lxml import etree

from mockserver.errors import ConfigurationError
from mockserver.tracing.tests import BoundTest


class Outcome(StrEnum):
    """What became of a test or of all tests of a clause, the worst first."""

    FAILED = "failed"
    PASSED = "passed"
    SKIPPED = "skipped"
    NOT_RUN = "not run"


@dataclass(frozen=True, slots=True)
class Case:
    """One test case that ran: its function, its parameters, the clauses that it is bound to."""

    function: str
    parameters: str
    clauses: frozenset[str]
    outcome: Outcome

    def is_of(self, test: BoundTest) -> bool:
        """Whether this case, which is bound to the same clause, is one of a test's."""
        if test.is_row:
            return _plain(test.name) in self.parameters
        return self.function == test.name or not test.name.startswith("test_")


def _plain(name: str) -> str:
    """Write a row's sentence as pytest does in a case's name."""
    return name.encode("unicode_escape").decode("ascii")


def read(path: Path) -> list[Case]:
    """Read a report.

    Raises:
        ConfigurationError: it is not there, or no JUnit report.
    """
    try:
        root = etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)).getroot()
    except (OSError, etree.XMLSyntaxError) as error:
        raise ConfigurationError(f"{path}: cannot be read as a JUnit report: {error}") from None
    return [_case(each) for each in root.iter("testcase")]


def _case(node: etree._Element) -> Case:
    name = re.sub(r"#x([0-9A-F]{2})", lambda found: chr(int(found[1], 16)), node.get("name", ""))
    function, _, parameters = name.partition("[")
    clauses = frozenset(each.get("value", "") for each in node.iter("property") if each.get("name") == "clause")
    kinds = {etree.QName(each).localname for each in node if isinstance(each.tag, str)}
    outcome = Outcome.FAILED if kinds & {"failure", "error"} else Outcome.PASSED
    return Case(function, parameters, clauses, Outcome.SKIPPED if "skipped" in kinds else outcome)


def worst(outcomes: Sequence[Outcome]) -> Outcome:
    """Give one outcome for several; none have not run."""
    return min(outcomes, key=list(Outcome).index, default=Outcome.NOT_RUN)
