from html import escape
from pathlib import Path

import pytest
import yaml

from tests.driver import Driver
from tests.vendors.expoints_desk import JSON, PATH, ask

ROWS = [
    pytest.param(row, id=row["says"], marks=pytest.mark.clause(*row["clauses"]))
    for row in yaml.safe_load(Path(__file__).with_name("expoints_golden.yaml").read_text())
]
URL = "http://127.0.0.1:8080"


@pytest.mark.parametrize("kind", ["application/json", "text/json", "application/xml", "text/xml"])
@pytest.mark.parametrize("row", ROWS)
def test_a_body_is_written_to_the_byte(started, row, kind):
    made = started.world.create(scenario=row.get("scenario"))
    driver, path = Driver(started.app, sandbox=made.name), row.get("path", PATH)
    authorization = f"Bearer {row.get('token', 'expoints-token')}"
    answer = ask(
        driver,
        row["send"],
        row.get("type", JSON),
        method=row.get("method", "POST"),
        path=path,
        accept=kind,
        authorization=authorization,
    )
    started.world.delete(made.name)
    url = f"{URL}/~{made.name}{path}"
    shown = escape(url, quote=False) if kind.endswith("xml") else url
    expected = row[kind.rpartition("/")[2]].replace("{url}", shown).replace("{tab}", "\t")
    assert (answer.status, answer.body.decode()) == (row["status"], expected)
    assert answer.headers["content-type"] == f"{kind}; charset=utf-8"
