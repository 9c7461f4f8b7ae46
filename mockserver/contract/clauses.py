"""Clause registers: where each statement of a contract comes from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from mockserver.contract import document, specs
from mockserver.contract.text import read_file, read_yaml
from mockserver.errors import ConfigurationError, DocumentError, pointer_to


class Basis(StrEnum):
    """What a clause rests on."""

    PAGE = "page"
    NEIGHBOUR = "neighbour"
    CLIENT = "client"
    STANDARD = "standard"
    INFERRED = "inferred"


@dataclass(frozen=True, slots=True)
class Clause:
    """One normative statement; `not_mocked` is the reason why no answer shows it, None where one does."""

    clause_id: str
    says: str
    basis: Basis
    source: str
    not_mocked: str | None = None

    def line(self) -> str:
        """Write it as one line of a list."""
        reason = f" (not mocked: {self.not_mocked})" if self.not_mocked else ""
        return f"{self.clause_id:14} {self.basis:9} {self.says}{reason}"


def read(path: Path) -> Mapping[str, Clause]:
    """Read a register.

    Raises:
        DocumentError: with file, clause and reason.
    """
    rows = read_yaml(read_file(path), str(path)) or {}
    if not isinstance(rows, dict):
        raise DocumentError(f"{path}: a register maps clause ids to clauses")
    return {clause_id: _clause(path, clause_id, row) for clause_id, row in rows.items()}


def _clause(path: Path, clause_id: str, row: Any) -> Clause:
    wanted = {"says", "basis", "source"}
    if not isinstance(row, dict) or not wanted <= row.keys() <= {*wanted, "not-mocked"} or not all(row.values()):
        raise DocumentError(
            f"{path}: {clause_id}: a clause has says, basis and source, and may have not-mocked with a reason"
        )
    if str(row["basis"]) not in set(Basis):
        raise DocumentError(f"{path}: {clause_id}: basis must be one of {', '.join(Basis)}, not {row['basis']!r}")
    return Clause(clause_id, str(row["says"]), Basis(row["basis"]), str(row["source"]), row.get("not-mocked"))


def load(vendor: str) -> Mapping[str, Clause]:
    """Load a vendor's register."""
    return read(specs() / "clauses" / f"{vendor}.yaml")


def find(asked: str | None = None) -> list[Clause]:
    """List all clauses, those of a vendor, or the one of an id, in the order of the registers.

    Raises:
        ConfigurationError: there is no such vendor or clause.
    """
    vendors = document.names()
    if asked in vendors:
        return list(load(asked).values())
    found = [clause for vendor in vendors for clause in load(vendor).values() if asked in {None, clause.clause_id}]
    if not found:
        raise ConfigurationError(
            f"there is no vendor or clause {asked!r}; vendors are {', '.join(vendors)}, and 'mockserver clauses' "
            "without a name lists all clauses"
        )
    return found


def bindings(tree: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Find what a document binds: pairs (clause id, JSON Pointer of the bound element)."""
    if isinstance(tree, dict):
        for clause_id in tree.get("x-clauses", ()):
            yield clause_id, pointer
        steps: Any = tree.items()
    elif isinstance(tree, list):
        steps = enumerate(tree)
    else:
        return
    for step, node in steps:
        yield from bindings(node, pointer + pointer_to(step))
