"""Rules for waivers."""

from mockserver.lint.report import Severity
from mockserver.lint.rule import WholeRule

GOOD = """\
servers:
  - url: https://api.example.com/
    x-lint-ignore: {server-slash: The gateway folds two slashes into one.}
"""


class WaiverReason(WholeRule):
    """A waiver tells its reason."""

    rule_id = "waiver-reason"
    severity = Severity.ERROR
    reason = "Nobody can tell later whether it still holds. A waiver without a reason waives nothing."
    good = GOOD
    bad = GOOD.replace("The gateway folds two slashes into one.", "''")


class WaiverUnused(WholeRule):
    """A waiver waives something."""

    rule_id = "waiver-unused"
    severity = Severity.WARNING
    reason = "The fault is mended, the rule is called something else, or the waiver stands at the wrong place."
    good = GOOD
    bad = GOOD.replace("example.com/", "example.com")
