import json
from pathlib import Path

import jsonschema_rs
import pytest
import yaml
from click.testing import CliRunner

from mockserver import lint
from mockserver.cli import main
from mockserver.lint import Finding, Report, Severity, formats

SARIF = json.loads((Path(__file__).parent / "sarif.json").read_text())
RULES_PAGE = Path(__file__).parent.parent.parent / "docs" / "lint-rules.md"
FINDINGS = [
    Finding("specs/a,b.yaml", 3, 5, "/info/title", "openapi", Severity.ERROR, "50 % is wrong", "title: x"),
    Finding("/far/away.yaml", 1, 1, "", "operation-tag", Severity.WARNING, "there is no tag"),
    Finding("specs/a,b.yaml", 9, 2, "/paths", "body-example", Severity.INFO, "none"),
]
REPORT = Report(FINDINGS, 2)


def test_json_is_as_documented():
    assert json.loads(formats.as_json(REPORT)) == {
        "findings": [
            {
                "file": "specs/a,b.yaml",
                "line": 3,
                "column": 5,
                "pointer": "/info/title",
                "rule": "openapi",
                "severity": "error",
                "message": "50 % is wrong",
                "suggestion": "title: x",
            },
            {
                "file": "/far/away.yaml",
                "line": 1,
                "column": 1,
                "pointer": "",
                "rule": "operation-tag",
                "severity": "warning",
                "message": "there is no tag",
                "suggestion": None,
            },
            {
                "file": "specs/a,b.yaml",
                "line": 9,
                "column": 2,
                "pointer": "/paths",
                "rule": "body-example",
                "severity": "info",
                "message": "none",
                "suggestion": None,
            },
        ],
        "summary": {"files": 2, "error": 1, "warning": 1, "info": 1},
    }


def test_github_is_told_in_its_own_escapes():
    assert formats.as_github(REPORT).splitlines() == [
        "::error file=specs/a%2Cb.yaml,line=3,col=5,title=openapi::50 %25 is wrong (suggestion: title: x)",
        "::warning file=/far/away.yaml,line=1,col=1,title=operation-tag::there is no tag",
        "::notice file=specs/a%2Cb.yaml,line=9,col=2,title=body-example::none",
        "1 error, 1 warning in 2 files",
    ]


@pytest.mark.parametrize("report", [REPORT, Report([], 3)], ids=["findings", "none"])
def test_sarif_keeps_what_code_scanning_reads(report):
    written = json.loads(formats.as_sarif(report))
    jsonschema_rs.Draft7Validator(SARIF).validate(written)
    (run,) = written["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rules[each["ruleIndex"]]["id"] for each in run["results"]] == [each.rule for each in report.findings]
    assert [each["level"] for each in run["results"]] == ["error", "warning", "note"][: len(report.findings)]


def test_sarif_without_a_place_would_be_refused():
    written = json.loads(formats.as_sarif(REPORT))
    del written["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert not jsonschema_rs.Draft7Validator(SARIF).is_valid(written)


def test_the_page_of_rules_is_in_step():
    result = CliRunner().invoke(main, ["lint", "--list-rules"])
    assert result.exit_code == 0
    assert RULES_PAGE.read_text() == result.output, "run: mockserver lint --list-rules > docs/lint-rules.md"


@pytest.mark.parametrize("form", formats.FORMATS)
def test_the_command_writes_every_format(house, form):
    house.document.write_text(house.document.read_text().replace("title: Acme", "title: 5"))
    result = CliRunner().invoke(main, ["lint", "--format", form])
    assert result.exit_code == 1
    assert "/info/title" in result.output or form == "github"
    if form in {"json", "sarif"}:
        assert json.loads(result.output)


@pytest.mark.parametrize(
    ("settings", "arguments", "code"),
    [
        ("", [], 0),
        ("", ["--fail-severity", "warning"], 1),
        ("fail-severity = 'warning'", [], 1),
        ("fail-severity = 'warning'", ["--fail-severity", "error"], 0),
        ("fail-severity = 'info'", [], 1),
    ],
)
def test_the_exit_code_goes_by_the_severity_that_is_asked_for(house, settings, arguments, code):
    (house.root / "pyproject.toml").write_text(f"[tool.mockserver.lint]\n{settings}\n")
    house.document.write_text(house.document.read_text().replace("      tags: [Lists]\n", ""))
    result = CliRunner().invoke(main, ["lint", *arguments])
    assert "0 errors, 1 warning" in result.output
    assert result.exit_code == code


def test_what_cannot_be_used_ends_with_2_and_a_line(house):
    (house.root / "pyproject.toml").write_text("[tool.mockserver.lint]\nfail-severity = 'fatal'\n")
    result = CliRunner().invoke(main, ["lint"])
    assert result.exit_code == 2
    assert "fail-severity must be one of error, warning, info, not 'fatal'" in result.output


def test_text_is_the_default(house):
    assert yaml.safe_load(CliRunner().invoke(main, ["lint"]).output) == lint.run().last_line()
