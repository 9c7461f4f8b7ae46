"""Tries the suite on deliberately wrong servers, one at a time, and tells what noticed each.

For each mutant only the tests of its operation run (and those of its whole vendor), file by file, each file until its
first failure.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
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
    """A pytest plugin that runs the collected tests on one mutant after the other."""

    server: Mutating
    mutants: list[Mutant]
    kills: list[Kill] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def pytest_runtestloop(self, session: Any) -> bool:
        """Run everything once on the right server, then what concerns each mutant on that."""
        self.broken = [item.nodeid for item in session.items if failed(item)]
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


def score(kills: list[Kill]) -> float:
    """Give the share of firm mutants that were noticed, those tolerated apart."""
    firm = [each for each in kills if each.firm and "tolerated" not in each.mutant.row]
    return sum(each.killed for each in firm) / len(firm) if firm else 1.0


def table(kills: list[Kill]) -> str:
    """Write the kill table as Markdown: by vendor, by kind, by file, and every survivor."""
    files = sorted({name for each in kills for name in each.by_file})
    lines = [*_counted("vendor", Counter(each.mutant.vendor for each in kills), kills, lambda each: each.mutant.vendor)]
    lines += ["", *_counted("kind", Counter(each.mutant.row["kind"] for each in kills), kills, _kind)]
    lines += ["", "| test file | noticed | noticed by it alone |", "|---|---|---|"]
    for name in files:
        alone = sum(set(each.by_file) == {name} for each in kills)
        lines.append(f"| `{name}` | {sum(name in each.by_file for each in kills)} | {alone} |")
    lines += ["", "| survivor | kind | why it is tolerated |", "|---|---|---|"]
    lines += [
        f"| {each.mutant.name} | {each.mutant.row['kind']} | {each.mutant.row.get('tolerated', '**it is not**')} |"
        for each in kills
        if not each.killed
    ]
    noticed = sum(each.killed for each in kills)
    closing = f"{noticed} of {len(kills)} wrong servers noticed; of those that break a page or a standard"
    return "\n".join([*lines, "", f"{closing} {score(kills):.1%}.", ""])


def _kind(kill: Kill) -> str:
    return str(kill.mutant.row["kind"])


def _counted(name: str, totals: Mapping[str, int], kills: list[Kill], of: Any) -> Iterator[str]:
    yield f"| {name} | wrong servers | noticed |"
    yield "|---|---|---|"
    for value, total in sorted(totals.items()):
        yield f"| {value} | {total} | {sum(each.killed for each in kills if of(each) == value)} |"
