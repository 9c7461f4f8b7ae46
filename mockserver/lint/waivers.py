"""Waivers: where a document says that a finding is meant, and why.

`x-lint-ignore: {rule-id: reason}` waives at its element and below it; a comment `# lint-ignore rule-id: reason` on its
line, or, where it stands alone, on the next line that is no comment.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mockserver.errors import pointer_to
from mockserver.lint.positions import Mark
from mockserver.lint.report import Finding
from mockserver.lint.source import Source

KEY = "x-lint-ignore"
COMMENT = re.compile(r"(?:^|\s)#\s*lint-ignore\s+(?P<rule>[\w-]+)\s*(?::\s*(?P<reason>.*?))?\s*$")


@dataclass(frozen=True, slots=True)
class Waiver:
    """One rule that is waived, for an element (`pointer`) or for a line; `mark` is where the waiver stands."""

    rule_id: str
    reason: str
    mark: Mark
    place: str
    pointer: str | None = None
    line: int = 0

    def covers(self, finding: Finding) -> bool:
        """Whether a finding is waived."""
        if finding.rule != self.rule_id or not self.reason:
            return False
        if self.pointer is None:
            return finding.line == self.line
        return finding.pointer == self.pointer or finding.pointer.startswith(f"{self.pointer}/")


def find(source: Source) -> list[Waiver]:
    """List the waivers of a file."""
    waivers = []
    if KEY.encode() in source.raw and source.tree is not None:
        waivers += list(_in_elements(source, source.tree, ""))
    if b"lint-ignore" in source.raw and not source.is_json:
        waivers += list(_in_comments(source.raw.decode("utf-8", "replace").splitlines()))
    return waivers


def _in_elements(source: Source, node: Any, pointer: str) -> Iterator[Waiver]:
    if isinstance(node, list):
        for number, each in enumerate(node):
            yield from _in_elements(source, each, f"{pointer}/{number}")
    elif isinstance(node, dict):
        for key, each in node.items():
            if key == KEY:
                yield from _of_element(source, each, pointer)
            else:
                yield from _in_elements(source, each, pointer + pointer_to(key))


def _of_element(source: Source, node: Any, pointer: str) -> Iterator[Waiver]:
    rows = node if isinstance(node, dict) else {str(node): None}
    for rule_id, reason in rows.items():
        place, mark = source.positions.nearest(f"{pointer}/{KEY}{pointer_to(str(rule_id))}")
        yield Waiver(str(rule_id), reason.strip() if isinstance(reason, str) else "", mark, place, pointer)


def _in_comments(lines: list[str]) -> Iterator[Waiver]:
    for number, line in enumerate(lines):
        found = COMMENT.search(line)
        if found:
            column = line.index("#", found.start()) + 1
            target = number
            while target < len(lines) and not lines[target].partition("#")[0].strip():
                target += 1
            yield Waiver(found["rule"], found["reason"] or "", (number + 1, column), "", None, target + 1)
