"""What is wrong with documents, clause registers and fixtures."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from mockserver import contract
from mockserver.errors import ConfigurationError
from mockserver.lint import config
from mockserver.lint.config import Settings
from mockserver.lint.inspection import Inspection
from mockserver.lint.remote import Files
from mockserver.lint.report import Finding, Report, Severity
from mockserver.lint.rule import Rule, all_rules

__all__ = ["Finding", "Report", "Rule", "Settings", "Severity", "all_rules", "ours", "run"]

SUFFIXES = frozenset({".yaml", ".yml", ".json"})


def ours() -> tuple[Path, ...]:
    """Give the tool's own set: documents with their registers, scenarios, and the control plane's document."""
    admin = contract.PACKAGE / "admin" / "openapi.yaml"
    return (contract.specs(), contract.fixtures(), *([admin] if admin.is_file() else []))


def run(paths: Sequence[Path] = (), settings: Settings | None = None) -> Report:
    """Look at files and folders, the tool's own set if none are given, by the settings of the current folder's project.

    Raises:
        ConfigurationError: a path does not exist, or the project's settings are wrong.
    """
    settings = settings or config.read(Path.cwd())
    roots = [path.resolve() for path in paths or ours()]
    files = list(dict.fromkeys(file for root in roots for file in _files(root, settings)))
    return Inspection(settings, Files(allow_remote=settings.allow_remote)).report(files)


def _files(path: Path, settings: Settings) -> Iterator[Path]:
    """Give a file, or all that lie in a folder and are neither hidden nor excluded."""
    if path.is_file():
        yield path
    elif path.is_dir():
        for each in sorted(path.rglob("*")):
            is_hidden = any(part.startswith(".") for part in each.relative_to(path).parts)
            if each.suffix in SUFFIXES and each.is_file() and not is_hidden and not settings.is_excluded(each):
                yield each.resolve()
    else:
        raise ConfigurationError(f"{path}: there is no such file or folder")
