"""What a run finds: findings, cells, and the verdict on them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contract_tests import matrix
from contract_tests.cells import Cell

PASSED, FAILED, ERROR = "passed", "failed", "error"
LONGEST = 700  # characters of a detail: a paragraph


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a server does otherwise than its document says; `waived` is the reason why that is let pass."""

    vendor: str
    operation_id: str
    test: str
    clauses: tuple[str, ...]
    detail: str
    curl: str
    waived: str | None = None

    def row(self) -> dict[str, Any]:
        """Write it as the JSON report has it."""
        return {
            "vendor": self.vendor,
            "operation_id": self.operation_id,
            "test": self.test,
            "clauses": [*self.clauses],
            "detail": self.detail,
            "curl": self.curl,
        }


@dataclass
class Result:
    """A run. `error` is why it could not be done, in one line; `notes` are remarks that fail nothing."""

    base_url: str
    profile: str
    passed: int = 0
    findings: list[Finding] = field(default_factory=list)
    cells: Mapping[Cell, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    error: str = ""

    @property
    def verdict(self) -> str:
        """Whether the server is what its documents say."""
        return ERROR if self.error else FAILED if self.failures else PASSED

    @property
    def failures(self) -> list[Finding]:
        """The findings that are not waived."""
        return [each for each in self.findings if each.waived is None]

    @property
    def waived(self) -> list[Finding]:
        """The findings that are."""
        return [each for each in self.findings if each.waived is not None]

    @property
    def counts(self) -> dict[str, int]:
        """Tests that passed; findings that fail the run, and that do not."""
        return {"passed": self.passed, "failed": len(self.failures), "waived": len(self.waived)}

    def row(self) -> dict[str, Any]:
        """Write it as the JSON report has it."""
        return {
            "base_url": self.base_url,
            "profile": self.profile,
            "verdict": self.verdict,
            "counts": self.counts,
            "findings": [each.row() for each in [*self.failures, *self._stopped()]],
            "cells": matrix.rows(self.cells),
        }

    def _stopped(self) -> list[Finding]:
        return [Finding("", "", "verify", (), self.error, "")] if self.error else []


def paragraph(text: str) -> str:
    """Make one paragraph of a text, no longer than is read."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
