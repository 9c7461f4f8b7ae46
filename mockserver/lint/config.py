"""What a project sets in its `pyproject.toml`, in `[tool.mockserver.lint]`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from mockserver.errors import ConfigurationError
from mockserver.lint.report import Severity
from mockserver.lint.rule import Rule, all_rules

FILE = "pyproject.toml"
TABLE = "[tool.mockserver.lint]"
OFF = "off"


@dataclass(frozen=True)
class Settings:
    """How to lint.

    `severities` are those of rules that have another than their own, None where a rule is off; `exclude` are patterns
    of paths below `root`; `fail_severity` is the least that makes a run fail.
    """

    severities: Mapping[str, Severity | None] = field(default_factory=dict)
    exclude: tuple[str, ...] = ()
    root: Path = Path()
    fail_severity: Severity = Severity.ERROR
    allow_remote: bool = False

    def is_off(self, rule: Rule) -> bool:
        """Whether a rule is not looked at."""
        return self.severities.get(rule.rule_id, rule.severity) is None

    def is_excluded(self, path: Path) -> bool:
        """Whether a file that was found in a folder is passed over; a pattern of a folder is one of all in it."""
        if not path.is_relative_to(self.root):
            return False
        name = path.relative_to(self.root).as_posix()
        return any(fnmatch(name, each) or fnmatch(name, f"{each.rstrip('/')}/*") for each in self.exclude)


def read(start: Path) -> Settings:
    """Read the settings of the nearest `pyproject.toml` at or above a folder; the defaults where there is none.

    Raises:
        ConfigurationError: with file, key and what is wrong.
    """
    start = start.resolve()
    file = next((each / FILE for each in (start, *start.parents) if (each / FILE).is_file()), None)
    if file is None:
        return Settings()
    try:
        table = tomllib.loads(file.read_text("utf-8")).get("tool", {}).get("mockserver", {}).get("lint", {})
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{file}: cannot be read: {error}") from None
    except AttributeError:
        raise ConfigurationError(f"{file}: {TABLE} must be a table") from None
    return _settings(file, table)


def _settings(file: Path, table: Any) -> Settings:
    where = f"{file}: {TABLE}"
    if not isinstance(table, dict):
        raise ConfigurationError(f"{where} must be a table")
    for key in table:
        if key not in {"rules", "exclude", "fail-severity"}:
            raise ConfigurationError(f"{where} has no key {key!r}; there are rules, exclude and fail-severity")
    exclude = table.get("exclude", [])
    if not isinstance(exclude, list) or not all(isinstance(each, str) for each in exclude):
        raise ConfigurationError(f"{where}: exclude must be a list of patterns, such as ['third_party/**']")
    fail = _severity(f"{where}: fail-severity", table.get("fail-severity", "error"), ())
    chosen = table.get("rules", {})
    if not isinstance(chosen, dict):
        raise ConfigurationError(f"{where}: rules must be a table of severities, such as {{operation-tag = 'off'}}")
    severities = {}
    for rule_id, value in chosen.items():
        if rule_id not in all_rules():
            raise ConfigurationError(f"{where}: there is no rule {rule_id!r}; docs/lint-rules.md lists them")
        severities[rule_id] = None if value == OFF else _severity(f"{where}: rules: {rule_id}", value, (OFF,))
    return Settings(severities, tuple(exclude), file.parent, fail)


def _severity(where: str, value: Any, others: tuple[str, ...]) -> Severity:
    if value not in list(Severity):
        raise ConfigurationError(f"{where} must be one of {', '.join([*Severity, *others])}, not {value!r}")
    return Severity(value)
