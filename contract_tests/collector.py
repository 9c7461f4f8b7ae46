"""What was seen in a run: every answer's cell, and what no document describes; merged over processes by files."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from contract_tests.cells import Cell, Misfit, cell_of, cells
from contract_tests.target import Answer, Request
from mockserver.contract.document import Document

NOT_FOUND = 404
REACHED, FORCED, WAIVED, UNOBSERVED = "reached", "forced", "waived", "unobserved"


class Collector:
    """The answers of one process."""

    def __init__(self) -> None:
        self.seen: dict[Cell, str] = {}
        self.misfits: dict[str, dict[str, str]] = {}

    def note(self, document: Document, request: Request, answer: Answer) -> None:
        """Note an answer; an injected one makes its cell *forced*, never *reached*."""
        if answer.status == NOT_FOUND and not all(request.path.values()):
            return  # an empty segment may make a path of another shape, which is no operation's
        try:
            cell = cell_of(document, request.operation, answer)
        except Misfit as misfit:
            asked = {"vendor": document.name, "operation_id": request.operation.operation_id}
            self.misfits.setdefault(f"{document.name}: {misfit}", asked | {"asked": request.shown(document)})
            return
        kind = FORCED if "preference-applied" in answer.headers else REACHED
        if self.seen.get(cell) != REACHED:
            self.seen[cell] = kind

    def save(self, folder: Path) -> None:
        """Leave what was seen to whoever merges."""
        rows = [asdict(cell) | {"seen": kind} for cell, kind in self.seen.items()]
        text = json.dumps({"cells": rows, "misfits": self.misfits})
        (folder / f"cells-{os.getpid()}.json").write_text(text)

    def merge(self, folder: Path) -> None:
        """Take in what other processes left."""
        for path in sorted(folder.glob("cells-*.json")):
            left = json.loads(path.read_text())
            self.misfits |= left["misfits"]
            for row in left["cells"]:
                kind = row.pop("seen")
                cell = Cell(**row)
                if self.seen.get(cell) != REACHED:
                    self.seen[cell] = kind

    def matrix(self, documents: Iterable[Document]) -> dict[Cell, str]:
        """Tell of every documented cell how it was seen; *forced* counts for those that nothing else reaches."""
        found = {}
        for document in documents:
            for cell, forced in cells(document):
                kind = self.seen.get(cell, UNOBSERVED)
                found[cell] = UNOBSERVED if kind == FORCED and not forced else kind
        return found


COLLECTOR = Collector()
"""The one of this process: every answer that the suite's own client gets passes it."""
