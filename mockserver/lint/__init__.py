"""What is wrong with documents, clause registers and fixtures."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from mockserver import contract
from mockserver.errors import ConfigurationError
from mockserver.lint import documents, own, scenarios  # noqa: F401 - rules enter the registry on import
from mockserver.lint.note import Note
from mockserver.lint.registry import RULES, rules_for
from mockserver.lint.report import Finding, Report, Severity, one_line
from mockserver.lint.source import Source

__all__ = ["RULES", "Finding", "Report", "Severity", "ours", "run"]

SUFFIXES = frozenset({".yaml", ".yml", ".json"})


def ours() -> tuple[Path, ...]:
    """Give the tool's own set: documents with their registers, scenarios, and the control plane's document."""
    admin = contract.PACKAGE / "admin" / "openapi.yaml"
    return (contract.specs(), contract.fixtures(), *([admin] if admin.is_file() else []))


def run(paths: Sequence[Path] = ()) -> Report:
    """Look at files and folders, the tool's own set if none are given.

    Raises:
        ConfigurationError: a path does not exist.
    """
    roots = [path.resolve() for path in paths or ours()]
    files = list(dict.fromkeys(file for root in roots for file in _files(root)))
    findings = dict.fromkeys(finding for file in files for finding in _of_file(file))
    for path, message in scenarios.missing(roots):
        findings[Finding(_shown(path), 1, 1, "", "fixture-missing", Severity.ERROR, message)] = None
    return Report(sorted(findings, key=lambda each: (each.file, each.line, each.column, each.rule)), len(files))


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif path.is_dir():
        for each in sorted(path.rglob("*")):
            is_hidden = any(part.startswith(".") for part in each.relative_to(path).parts)
            if each.suffix in SUFFIXES and each.is_file() and not is_hidden:
                yield each.resolve()
    else:
        raise ConfigurationError(f"{path}: there is no such file or folder")


def _of_file(path: Path) -> Iterator[Finding]:
    source = Source(path)
    for rule in rules_for(source):
        for note in rule.check(source):
            yield _finding(source.register if note.in_register else source, rule.rule_id, note)


def _finding(source: Source, rule_id: str, note: Note) -> Finding:
    pointer, (line, column) = source.positions.nearest(note.pointer)
    if note.mark:
        line, column = note.mark
    message = one_line(note.message)
    return Finding(_shown(source.path), line, column, pointer, rule_id, note.severity, message, note.suggestion)


def _shown(path: Path) -> str:
    """Name a file from the current folder if it is below."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
