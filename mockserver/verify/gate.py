"""What a run as a whole must not leave open: cells that nothing reached, answers that no document describes."""

from collections.abc import Iterator

from contract_tests import outcome
from contract_tests.collector import COLLECTOR, UNOBSERVED, WAIVED
from contract_tests.ground import Ground
from mockserver.verify.curl import Secrets
from mockserver.verify.finding import Finding, Result, paragraph
from mockserver.verify.waivers import Waivers


def judge(ground: Ground, result: Result, waivers: Waivers, secrets: Secrets) -> Iterator[Finding]:
    """Put the matrix into a result, and give the findings; a vendor's own server is not held to reach every cell."""
    cells = COLLECTOR.matrix(ground.documents)
    result.cells = cells
    if not ground.is_mock:
        return
    gated = {each.name for each in ground.documents if outcome.table(each.name).exists()}
    for cell, seen in cells.items():
        if cell.vendor in gated and seen == UNOBSERVED:
            waived = waivers.reason("cell", str(cell))
            if waived is not None:
                cells[cell] = WAIVED
            yield Finding(cell.vendor, cell.operation_id, "cells", (), f"{cell} was not observed", "", waived)
    for says, asked in COLLECTOR.misfits.items():
        detail = paragraph(secrets.redact(f"{says} (asked by {asked['asked']})"))
        waived = waivers.reason("test", "answers")
        yield Finding(asked["vendor"], asked["operation_id"], "answers", (), detail, "", waived)
