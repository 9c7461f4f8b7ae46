"""The waiver file: what a run may find without failing, and why.

- clause: ACME-17            a finding that names this clause
  reason: the sandbox has no bounced address
- test: test_examples.py::*  a finding of this test; `*` stands for anything
  reason: …
- cell: acme opt_out 431*    a cell that is not observed, as its finding names it
  reason: …
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mockserver.contract.text import read_file, read_yaml
from mockserver.errors import ConfigurationError

KINDS = ("clause", "test", "cell")


@dataclass(slots=True)
class Waiver:
    """One entry; `used` tells whether it has waived anything."""

    kind: str
    pattern: str
    reason: str
    place: str
    used: bool = False

    def covers(self, kind: str, names: Collection[str]) -> bool:
        """Tell whether one of the names of a kind is waived, and remember it."""
        form = re.escape(self.pattern).replace(r"\*", ".*")
        covered = kind == self.kind and any(re.fullmatch(form, each, re.DOTALL) for each in names)
        self.used = self.used or covered
        return covered


class Waivers:
    """All entries of a run."""

    def __init__(self, entries: list[Waiver]) -> None:
        self.entries = entries

    def reason(self, kind: str, *names: str) -> str | None:
        """Give the reason why something is waived, None where it is not."""
        return next((each.reason for each in self.entries if each.covers(kind, names)), None)

    def unused(self) -> list[str]:
        """Name the entries that waived nothing."""
        return [
            f"{each.place}: {each.kind} {each.pattern} waives nothing: take it out"
            for each in self.entries
            if not each.used
        ]


def read(path: Path | None) -> Waivers:
    """Read a waiver file; without one nothing is waived.

    Raises:
        DocumentError: the file cannot be read, or is not YAML.
        ConfigurationError: with file, entry, and what to do.
    """
    if path is None:
        return Waivers([])
    rows = read_yaml(read_file(path), str(path)) or []
    if not isinstance(rows, list):
        raise ConfigurationError(f"{path}: must be a list of entries, each with {' or '.join(KINDS)}, and a reason")
    return Waivers([_entry(row, f"{path}: entry {number}") for number, row in enumerate(rows, 1)])


def _entry(row: Any, place: str) -> Waiver:
    if not isinstance(row, dict) or not row.keys() <= {*KINDS, "reason"} or len(row.keys() & {*KINDS}) != 1:
        raise ConfigurationError(f"{place}: has exactly one of {', '.join(KINDS)}, and a reason")
    (kind,) = row.keys() & {*KINDS}
    for key in (kind, "reason"):
        if not isinstance(row.get(key), str) or not row[key].strip():
            raise ConfigurationError(f"{place}: {key} is missing: write it as a text")
    return Waiver(kind, row[kind], row["reason"], place)
