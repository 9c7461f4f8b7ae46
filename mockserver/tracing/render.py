"""The matrix as text, JSON and HTML, and one clause explained."""

import html
import json
from collections.abc import Sequence

from mockserver.contract import document
from mockserver.tracing import request
from mockserver.tracing.matrix import Row

STYLE = (
    "body{font:14px sans-serif}td,th{padding:4px 8px;vertical-align:top;text-align:left;border-bottom:1px solid #ccc}"
)
BAD = ".bad{background:#fdd}"
HEADINGS = ("clause", "basis", "says", "elements", "tests", "outcome", "missing")


def as_text(rows: Sequence[Row], *, has_all_tests: bool) -> str:
    """Write a line for each clause, with its numbers of elements and tests, and one that counts."""
    lines = []
    for row in rows:
        faults = row.faults(has_all_tests=has_all_tests)
        counts = f"{len(row.elements):3} el {len(row.tests):3} tests"
        outcome = f" {row.outcome:8}" if row.outcome else ""
        wrong = f" ({', '.join(faults)}!)" if faults else ""
        lines.append(f"{row.clause.clause_id:14} {row.clause.basis:9} {counts}{outcome} {_says(row)}{wrong}")
    return "\n".join([*lines, _count(rows, has_all_tests=has_all_tests)])


def _says(row: Row) -> str:
    return row.clause.says + (f" (not mocked: {row.clause.not_mocked})" if row.clause.not_mocked else "")


def _count(rows: Sequence[Row], *, has_all_tests: bool) -> str:
    failing = sum(bool(row.faults(has_all_tests=has_all_tests)) for row in rows)
    told = "" if has_all_tests else "; the vendors' tests are not installed, so that none can be missed"
    return f"{len(rows)} clauses, {failing} of them not shown, not held or failed{told}"


def as_json(rows: Sequence[Row], *, has_all_tests: bool) -> str:
    """Write `{"clauses": [...], "summary": {"clauses", "faults", "has_all_tests"}}`."""
    found = [
        {
            "id": row.clause.clause_id,
            "vendor": row.vendor,
            "says": row.clause.says,
            "basis": row.clause.basis,
            "source": row.clause.source,
            "not_mocked": row.clause.not_mocked,
            "elements": [
                {"pointer": each.pointer, "file": each.file, "line": each.line, "column": each.column}
                for each in row.elements
            ],
            "tests": [
                {"file": test.file, "line": test.line, "name": test.name, "outcome": outcome}
                for test, outcome in row.tests
            ],
            "outcome": row.outcome,
            "faults": row.faults(has_all_tests=has_all_tests),
        }
        for row in rows
    ]
    summary = {"clauses": len(rows), "faults": sum(bool(each["faults"]) for each in found)}
    return json.dumps({"clauses": found, "summary": {**summary, "has_all_tests": has_all_tests}}, indent=2)


def as_html(rows: Sequence[Row], *, has_all_tests: bool) -> str:
    """Write one page with one table."""
    head = "".join(f"<th>{each}</th>" for each in HEADINGS)
    body = "\n".join(_line(row, row.faults(has_all_tests=has_all_tests)) for row in rows)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Clauses</title><style>{STYLE}{BAD}</style>'
        f"<h1>Clauses</h1><p>{html.escape(_count(rows, has_all_tests=has_all_tests))}</p>"
        f"<table><tr>{head}</tr>\n{body}\n</table></html>"
    )


def _line(row: Row, faults: Sequence[str]) -> str:
    elements = [f"{each.file}:{each.line} {each.pointer or '/'}" for each in row.elements]
    tests = [
        f"{test.file}:{test.line} {test.name}" + (f" ({outcome})" if outcome else "") for test, outcome in row.tests
    ]
    names = [row.clause.clause_id], [row.clause.basis.value], [_says(row), row.clause.source]
    cells: list[Sequence[str]] = [*names, elements, tests, [row.outcome or ""], faults]
    written = "".join(f"<td>{'<br>'.join(html.escape(text) for text in each)}</td>" for each in cells)
    return f'<tr id="{html.escape(row.clause.clause_id)}"{" class=bad" if faults else ""}>{written}</tr>'


def explain(row: Row) -> str:
    """Tell all about one clause: text, source, elements, tests, and a request that shows it."""
    lines = [row.clause.line(), f"source: {row.clause.source}"]
    lines += [f"element: {each.file}:{each.line}:{each.column} {each.pointer or '/'}" for each in row.elements]
    for test, outcome in row.tests:
        lines.append(f"test: {test.file}:{test.line} {test.name}" + (f" ({outcome})" if outcome else ""))
    if row.elements:
        lines.append(f"request: {request.show(document.load(row.vendor), row.elements[0].pointer)}")
    return "\n".join(lines)


FORMATS = {"text": as_text, "json": as_json, "html": as_html}
