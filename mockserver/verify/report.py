"""Writes a result: for people, as JSON, as a page, as a GitHub step summary."""

import html
import json
from collections.abc import Iterator
from pathlib import Path

from contract_tests import matrix
from mockserver.errors import ConfigurationError
from mockserver.verify.finding import Finding, Result

JUNIT, PAGE, JSON = "junit.xml", "verify.html", "verify.json"
SHOWN = 20  # findings for people: all of them stand in the files
SHORT = 300  # characters of a command for people
STYLE = (
    "body{font-family:sans-serif}table{border-collapse:collapse}td,th{padding:2px 8px;border:1px solid #ccc;"
    "text-align:left;vertical-align:top}.unobserved{background:#fcc}pre{white-space:pre-wrap;overflow-wrap:anywhere}"
)


def text(result: Result, files: list[Path]) -> str:
    """Tell people: the findings, remarks, and a closing summary."""
    if result.error:
        return "\n".join(_closing(result, files))
    lines = [line for each in result.failures[:SHOWN] for line in _told(each)]
    if len(result.failures) > SHOWN:
        lines.append(f"and {len(result.failures) - SHOWN} more findings")
    lines += [f"waived: {each.test}: {each.waived}" for each in result.waived]
    return "\n".join([*lines, *_closing(result, files)])


def _told(finding: Finding) -> Iterator[str]:
    place = " ".join(each for each in (finding.vendor, finding.operation_id) if each)
    ids = f" ({', '.join(finding.clauses)})" if finding.clauses else ""
    yield f"{place}: {finding.test}{ids}"
    yield f"    {finding.detail}"
    if finding.curl:
        yield f"    {finding.curl if len(finding.curl) <= SHORT else f'{finding.curl[:SHORT]}…'}"


def _closing(result: Result, files: list[Path]) -> Iterator[str]:
    yield from result.notes
    if result.cells:
        yield matrix.summary(result.cells)
    if files:
        yield f"reports: {', '.join(map(str, files))}"
    if not result.error:
        yield f"{result.verdict}: {_counted(result)} ({result.base_url}, profile {result.profile})"


def _counted(result: Result) -> str:
    counts = result.counts
    return f"{counts['passed']} tests passed, {counts['failed']} findings, {counts['waived']} waived"


def folder(path: Path) -> None:
    """Make the folder of the reports.

    Raises:
        ConfigurationError: it cannot be made, or not written to.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        (path / JSON).unlink(missing_ok=True)
    except OSError as error:
        raise ConfigurationError(f"--report-dir {path}: {error.strerror}: take another folder") from None


def save(result: Result, place: Path, wanted: frozenset[str]) -> list[Path]:
    """Write the files that were asked for, and the matrix; gives what there is, pytest's own among it."""
    if "json" in wanted:
        (place / JSON).write_text(json.dumps(result.row(), indent=1, ensure_ascii=False) + "\n")
    if "html" in wanted:
        (place / PAGE).write_text(page(result))
    matrix.save(result.cells, place)
    found = [JUNIT, PAGE, JSON, "cells.md", "cells.json", "cells.html"]
    return [place / each for each in found if (place / each).exists()]


def page(result: Result) -> str:
    """Write a page of findings and matrix."""
    rows = "".join(
        f"<tr><td>{html.escape(each.vendor)}<td>{html.escape(each.operation_id)}<td>{html.escape(each.test)}"
        f"<td>{html.escape(', '.join(each.clauses))}<td>{html.escape(each.detail)}"
        f"<pre>{html.escape(each.curl)}</pre><td>{html.escape(each.waived or '')}"
        for each in result.findings
    )
    head = "<tr><th>vendor<th>operation<th>test<th>clauses<th>what is wrong<th>waived"
    notes = "".join(f"<p>{html.escape(each)}</p>" for each in [result.error, *result.notes] if each)
    return (
        f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>verify</title><style>{STYLE}</style>'
        f"<h1>{result.verdict}: {html.escape(result.base_url)}</h1><p>{_counted(result)}; profile {result.profile}</p>"
        f"{notes}<h2>Findings</h2><table>{head}{rows}</table><h2>Cells</h2><p>{matrix.summary(result.cells)}</p>"
        f"{matrix.table(result.cells)}</html>\n"
    )


def append_summary(result: Result, path: Path) -> None:
    """Add to the summary of a GitHub step."""
    with path.open("a", encoding="utf-8") as file:
        file.write(step_summary(result))


def step_summary(result: Result) -> str:
    """Write Markdown for the summary of a GitHub step."""
    lines = [f"## verify {result.verdict}: {result.base_url}", "", f"{_counted(result)}; profile {result.profile}", ""]
    lines += [line for each in [result.error, *result.notes] if each for line in (each, "")]
    if result.findings:
        lines += ["| operation | test | clauses | what is wrong | waived |", "|---|---|---|---|---|"]
    for each in result.findings:
        cells = (f"{each.vendor} {each.operation_id}", each.test, ", ".join(each.clauses), each.detail, each.waived)
        lines.append("| " + " | ".join(_cell(text or "") for text in cells) + " |")
    lines += ["", "<details><summary>Cells</summary>", "", matrix.markdown(result.cells), "</details>", ""]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return html.escape(text, quote=False).replace("|", "\\|")
