"""What a rule remarks: a place in the file at hand and a sentence."""

from dataclasses import dataclass

from mockserver.lint.positions import Mark
from mockserver.lint.report import Severity


@dataclass(frozen=True, slots=True)
class Note:
    """A remark; `mark` is the place where `pointer` cannot tell it, `register` whether it is in the clause register."""

    pointer: str
    message: str
    severity: Severity = Severity.ERROR
    suggestion: str | None = None
    mark: Mark | None = None
    in_register: bool = False
