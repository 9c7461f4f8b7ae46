"""Tries the suite on deliberately wrong servers, one at a time, and tells what noticed each.

For each mutant only the tests of its operation run (and those of its whole vendor), file by file, each file until its
first failure.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from _pytest.runner import runtestprotocol

from contract_tests.mutant import Mutant, Mutating
from contract_tests.selection import subject_of
from mockserver.contract import clauses
from mockserver.contract.clauses import Basis

FIRM = frozenset({Basis.PAGE, Basis.STANDARD})


@dataclass(frozen=True)
class Kill:
    """What became of one mutant: by test file the test that noticed it."""

    mutant: Mutant
    by_file: Mapping[str, str]

    @property
    def killed(self) -> bool:
        return bool(self.by_file)

    @property
    def firm(self) -> bool:
        """Whether it breaks what a page or a standard says."""
        register = clauses.load(self.mutant.vendor)
        return any(register[each].basis in FIRM for each in self.mutant.row["clauses"])


@dataclass
class SelfTest:
    """A pytest plugin that runs the collected tests on one mutant after the other.

    `check` says whether they are run on the right server first: those that fail there are `broken`.
    """

    server: Mutating
    mutants: list[Mutant]
    check: bool = True
    kills: list[Kill] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def pytest_runtestloop(self, session: Any) -> bool:
        """Run what concerns each mutant on that."""
        self.broken = [item.nodeid for item in session.items if self.check and failed(item)]
        if not self.broken:
            self.kills = [self._try(mutant, session.items) for mutant in self.mutants]
        session._setupstate.teardown_exact(None)  # noqa: SLF001 - as pytest's own loop ends
        return True

    def _try(self, mutant: Mutant, items: list[Any]) -> Kill:
        self.server.active = mutant
        try:
            found: dict[str, str] = {}
            for item in concerned(mutant, items):
                if item.path.name not in found and failed(item):
                    found[item.path.name] = item.name
        finally:
            self.server.active = None
        return Kill(mutant, found)


def concerned(mutant: Mutant, items: list[Any]) -> Iterator[Any]:
    """List the tests of a mutant's operation, and those of its whole vendor."""
    for item in items:
        about = subject_of(item)
        if about is None or about.document.name != mutant.vendor:
            continue
        if about.operation is None or about.operation.operation_id == mutant.row["operation"]:
            yield item


@dataclass(frozen=True)
class Beside:
    """A test in the same place as another, for which the other's own fixtures end and all wider ones stay."""

    item: Any

    def listchain(self) -> list[Any]:
        """Give the collectors above it, as pytest asks for them."""
        return list(self.item.listchain()[:-1])


def failed(item: Any) -> bool:
    """Run a test, once more if it has run before."""
    item.session._setupstate.teardown_exact(Beside(item))  # noqa: SLF001 - what ends between two modules
    item._initrequest()  # noqa: SLF001 - what reruns of tests do
    return any(report.failed for report in runtestprotocol(item, log=False, nextitem=Beside(item)))


def score(kills: Sequence[Kill]) -> float:
    """Give the share of firm mutants that were noticed, those tolerated apart."""
    firm = [each for each in kills if each.firm and "tolerated" not in each.mutant.row]
    return sum(each.killed for each in firm) / len(firm) if firm else 1.0


HEAD = """# What the suite notices

`mockserver verify --self-test` runs the contract suite against deliberately wrong servers, the mock with one thing
changed at a time (`contract_tests/mutants/`), and prints this page. It takes a process for each core.
"""


def page(kills: Sequence[Kill]) -> str:
    """Write the kill table as Markdown: by vendor, by kind, by file, and every survivor."""
    tables = [
        _counted("vendor", kills, lambda each: each.mutant.vendor),
        _counted("kind", kills, lambda each: str(each.mutant.row["kind"])),
        _by_file(kills),
        _survivors(kills),
    ]
    written = ["\n".join([*each, ""]) for each in map(list, tables) if each]
    return "\n".join([HEAD, *written, closing(kills)])


def closing(kills: Sequence[Kill]) -> str:
    """Sum up."""
    noticed = sum(each.killed for each in kills)
    firm = f"of those that break a page or a standard, and are not tolerated, {score(kills):.1%}"
    return f"{noticed} of {len(kills)} wrong servers noticed; {firm}."


def _by_file(kills: Sequence[Kill]) -> Iterator[str]:
    yield "| test file | noticed | noticed by it alone | noticed without it |"
    yield "|---|---|---|---|"
    noticed = sum(each.killed for each in kills)
    for name in sorted({name for each in kills for name in each.by_file}):
        alone = sum(set(each.by_file) == {name} for each in kills)
        yield f"| `{name}` | {sum(name in each.by_file for each in kills)} | {alone} | {noticed - alone} |"


def _survivors(kills: Sequence[Kill]) -> Iterator[str]:
    survivors = [each.mutant for each in kills if not each.killed]
    if survivors:
        yield "| survivor | kind | why it is tolerated |"
        yield "|---|---|---|"
    for each in survivors:
        yield f"| {each.name} | {each.row['kind']} | {each.row.get('tolerated', '**it is not**')} |"


def _counted(name: str, kills: Sequence[Kill], of: Callable[[Kill], str]) -> Iterator[str]:
    yield f"| {name} | wrong servers | noticed |"
    yield "|---|---|---|"
    for value, total in sorted(Counter(map(of, kills)).items()):
        yield f"| {value} | {total} | {sum(each.killed for each in kills if of(each) == value)} |"
