"""The matrix of cells as Markdown, JSON and HTML, and what a run must not leave open."""

import html
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from contract_tests.cells import Cell
from contract_tests.collector import UNOBSERVED

COLUMNS = ("vendor", "operation", "status", "media type", "body", "seen")
Matrix = Mapping[Cell, str]


def holes(matrix: Matrix, misfits: Mapping[str, Mapping[str, str]]) -> list[str]:
    """List what fails the gate: cells that were not observed, answers that no document describes."""
    open_cells = [f"unobserved: {cell}" for cell, seen in matrix.items() if seen == UNOBSERVED]
    return open_cells + [f"undocumented: {what} (asked by {how['asked']})" for what, how in misfits.items()]


def summary(matrix: Matrix) -> str:
    """Count the cells by how they were seen."""
    counts = Counter(matrix.values())
    return f"{len(matrix)} cells: " + ", ".join(f"{number} {seen}" for seen, number in sorted(counts.items()))


def rows(matrix: Matrix) -> list[dict[str, object]]:
    """Write the cells as the JSON report has them."""
    return [
        {
            "vendor": cell.vendor,
            "operation_id": cell.operation_id,
            "status": cell.status,
            "media_type": cell.media_type,
            "body": cell.body,
            "seen": seen,
        }
        for cell, seen in matrix.items()
    ]


def markdown(matrix: Matrix) -> str:
    """Write the matrix as a table."""
    lines = ["| " + " | ".join(COLUMNS) + " |", "|" + "---|" * len(COLUMNS)]
    lines += [
        "| " + " | ".join("" if each is None else str(each) for each in row.values()) + " |" for row in rows(matrix)
    ]
    return "\n".join([*lines, "", summary(matrix), ""])


def table(matrix: Matrix) -> str:
    """Write the matrix as a table of a page."""
    head = "".join(f"<th>{each}</th>" for each in COLUMNS)
    body = "".join(
        f'<tr class="{row["seen"]}">'
        + "".join(f"<td>{html.escape(str(each or ''))}</td>" for each in row.values())
        + "</tr>"
        for row in rows(matrix)
    )
    return f"<table><tr>{head}</tr>{body}</table>"


def page(matrix: Matrix) -> str:
    """Write the matrix as a page."""
    style = "table{border-collapse:collapse}td,th{padding:2px 8px;border:1px solid #ccc}.unobserved{background:#fcc}"
    return (
        f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Cells</title><style>{style}</style>'
        f"<h1>Cells</h1><p>{summary(matrix)}</p>{table(matrix)}</html>"
    )


def save(matrix: Matrix, folder: Path) -> None:
    """Write all three."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cells.md").write_text(markdown(matrix))
    (folder / "cells.json").write_text(json.dumps(rows(matrix), indent=1))
    (folder / "cells.html").write_text(page(matrix))
