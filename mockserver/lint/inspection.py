"""One inspection: all rules on all files, and what waivers leave of it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from mockserver.lint import waivers
from mockserver.lint.config import Settings
from mockserver.lint.note import Note
from mockserver.lint.remote import Files
from mockserver.lint.report import Finding, Report, Severity, one_line
from mockserver.lint.rule import Rule, all_rules, rules_for
from mockserver.lint.source import Source
from mockserver.lint.waivers import Waiver

GENERAL = "openapi"
"""The rule that gives way where another tells of an error at the same place."""


class Inspection:
    """Looks at files by the settings; `files` are what their references may lead to."""

    def __init__(self, settings: Settings, files: Files) -> None:
        """Begin with nothing found."""
        self._settings = settings
        self._files = files
        self._sources: dict[str, Source] = {}
        self._found: dict[str, dict[Finding, None]] = {}

    def report(self, paths: Sequence[Path]) -> Report:
        """Look at all files, and tell."""
        for path in paths:
            self._look(Source(path, self._files))
        reached = {_shown(Path(address)) for address in self._files.reached}
        findings = [
            finding
            for name, found in self._found.items()
            for finding in self._left(self._sources[name], list(found))
            if not (finding.rule == "unknown-file" and finding.file in reached)
        ]
        findings.sort(key=lambda each: (each.file, each.line, each.column, each.rule))
        return Report(findings, len(paths))

    def _look(self, source: Source) -> None:
        name = _shown(source.path)
        self._sources.setdefault(name, source)
        self._found.setdefault(name, {})
        found = list(self._of_file(source))
        told = {
            (each.file, each.pointer)
            for each in found
            if each.rule not in {GENERAL, "yaml"} and each.severity is Severity.ERROR
        }
        for each in found:
            if each.rule != GENERAL or (each.file, each.pointer) not in told:
                self._found.setdefault(each.file, {})[each] = None

    def _of_file(self, source: Source) -> Iterator[Finding]:
        for rule in rules_for(source):
            if not self._settings.is_off(rule):
                for note in rule.check(source):
                    place = source.register if note.in_register else source
                    self._sources.setdefault(_shown(place.path), place)
                    yield self._finding(place, rule, note)

    def _finding(self, source: Source, rule: Rule, note: Note) -> Finding:
        pointer, (line, column) = source.positions.nearest(note.pointer)
        if note.mark:
            line, column = note.mark
        severity = self._settings.severities.get(rule.rule_id) or note.severity or rule.severity
        message = one_line(note.message)
        return Finding(_shown(source.path), line, column, pointer, rule.rule_id, severity, message, note.suggestion)

    def _left(self, source: Source, found: Sequence[Finding]) -> Iterator[Finding]:
        """Give the findings of a file that are not waived, and those on its waivers."""
        given = waivers.find(source)
        used = set()
        for finding in found:
            covering = [each for each in given if each.covers(finding)]
            used.update(covering)
            if not covering:
                yield finding
        for waiver in given:
            yield from self._on_waiver(source, waiver, is_used=waiver in used)

    def _on_waiver(self, source: Source, waiver: Waiver, *, is_used: bool) -> Iterator[Finding]:
        rule = all_rules().get(waiver.rule_id)
        if not waiver.reason:
            suggestion = f"{waiver.rule_id}: the reason"
            note = Note(waiver.place, f"the waiver of {waiver.rule_id} gives no reason", suggestion, waiver.mark)
            told = all_rules()["waiver-reason"]
        elif rule is None or not (is_used or self._settings.is_off(rule)):
            said = "there is no such rule" if rule is None else "there is no such finding here"
            note = Note(waiver.place, f"{waiver.rule_id} is waived, and {said}", "leave it out", waiver.mark)
            told = all_rules()["waiver-unused"]
        else:
            return
        if not self._settings.is_off(told):
            yield self._finding(source, told, note)


def _shown(path: Path) -> str:
    """Name a file from the current folder if it is below."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
