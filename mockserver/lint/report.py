"""What the linter finds, and how it tells."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

LONGEST_MESSAGE = 300


class Severity(StrEnum):
    """How bad a finding is, the worst first."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One place in one file, and what is wrong there; line and column count from 1, `pointer` is a JSON Pointer."""

    file: str
    line: int
    column: int
    pointer: str
    rule: str
    severity: Severity
    message: str
    suggestion: str | None = None

    def __str__(self) -> str:
        """Write the finding as one line."""
        return f"{self.file}:{self.line}:{self.column}: {self.severity} {self.rule}: {self.advice()} [{self.pointer}]"

    def advice(self) -> str:
        """Give the message, and the suggestion where there is one."""
        return f"{self.message} (suggestion: {self.suggestion})" if self.suggestion else self.message


@dataclass(frozen=True, slots=True)
class Report:
    """The findings by file, line and column, and the number of files that were read."""

    findings: Sequence[Finding]
    files: int

    def count(self, severity: Severity) -> int:
        """Count the findings of one severity."""
        return sum(each.severity is severity for each in self.findings)

    def text(self) -> str:
        """Write a line for each finding, and one that counts."""
        return "\n".join([*map(str, self.findings), self.last_line()])

    def last_line(self) -> str:
        """Count findings and files, in words."""
        counts = (_plural(self.count(each), each.value) for each in (Severity.ERROR, Severity.WARNING))
        return f"{', '.join(counts)} in {_plural(self.files, 'file')}"

    def fails(self, least: Severity) -> bool:
        """Whether there is a finding of this severity or a worse one."""
        worst = list(Severity)
        return any(worst.index(each.severity) <= worst.index(least) for each in self.findings)


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def one_line(message: str) -> str:
    """Bring a message to one line of bearable length, whatever a document put into it."""
    line = " ".join("".join(each if each.isprintable() else " " for each in message).split())
    return line if len(line) <= LONGEST_MESSAGE else f"{line[: LONGEST_MESSAGE - 1]}…"
