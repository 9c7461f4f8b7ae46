"""How a report is written: for people, for programs, for code scanning (SARIF 2.1.0), for GitHub's annotations."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mockserver import NAME, VERSION
from mockserver.lint.report import Finding, Report, Severity
from mockserver.lint.rule import Rule, all_rules

SARIF = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def as_json(report: Report) -> str:
    """Write `{"findings": [Finding], "summary": {"files", "error", "warning", "info"}}`."""
    names = ("file", "line", "column", "pointer", "rule", "severity", "message", "suggestion")
    findings = [{name: getattr(each, name) for name in names} for each in report.findings]
    counts = {severity.value: report.count(severity) for severity in Severity}
    return json.dumps({"findings": findings, "summary": {"files": report.files, **counts}}, indent=2)


def as_github(report: Report) -> str:
    """Write a workflow command for each finding, which GitHub shows beside the line, and the last line of the text."""
    return "\n".join([*map(_annotation, report.findings), report.last_line()])


def _annotation(finding: Finding) -> str:
    properties = {"file": finding.file, "line": finding.line, "col": finding.column, "title": finding.rule}
    written = ",".join(f"{name}={_escape(str(value), ':,')}" for name, value in properties.items())
    return f"::{COMMANDS[finding.severity]} {written}::{_escape(finding.advice())}"


def _escape(text: str, more: str = "") -> str:
    """Escape as GitHub's runner reads it."""
    for each in f"%\r\n{more}":
        text = text.replace(each, f"%{ord(each):02X}")
    return text


def as_sarif(report: Report) -> str:
    """Write one run with all rules that found something."""
    rules = [rule for rule_id, rule in all_rules().items() if any(each.rule == rule_id for each in report.findings)]
    driver = {"name": NAME, "version": VERSION, "rules": [_rule(each) for each in rules]}
    numbers = {rule.rule_id: number for number, rule in enumerate(rules)}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, numbers[each.rule]) for each in report.findings],
    }
    return json.dumps({"$schema": SARIF, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.rule_id,
        "shortDescription": {"text": rule.holds},
        "fullDescription": {"text": rule.reason},
        "help": {"text": f"{rule.reason}\n\nGood:\n{rule.good}\nBad:\n{rule.bad}"},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
    }


def _result(finding: Finding, number: int) -> dict[str, Any]:
    path = Path(finding.file)
    place = {
        "artifactLocation": {"uri": path.as_uri() if path.is_absolute() else path.as_posix()},
        "region": {"startLine": finding.line, "startColumn": finding.column},
    }
    return {
        "ruleId": finding.rule,
        "ruleIndex": number,
        "level": LEVELS[finding.severity],
        "message": {"text": finding.advice()},
        "locations": [{"physicalLocation": place, "logicalLocations": [{"fullyQualifiedName": finding.pointer}]}],
    }


FORMATS: Mapping[str, Callable[[Report], str]] = {
    "text": Report.text,
    "json": as_json,
    "sarif": as_sarif,
    "github": as_github,
}
