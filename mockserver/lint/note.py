"""What a rule remarks: a place in the file at hand and a sentence."""

from dataclasses import dataclass

from mockserver.lint.positions import Mark
from mockserver.lint.report import Severity


@dataclass(frozen=True, slots=True)
class Note:
    """A remark; `mark` is the place where `pointer` cannot tell it, `in_register` whether it is in the clause register.

    `severity` is the rule's own where it is None.
    """

    pointer: str
    message: str
    suggestion: str | None = None
    mark: Mark | None = None
    in_register: bool = False
    severity: Severity | None = None
