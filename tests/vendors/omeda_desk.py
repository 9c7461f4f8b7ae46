"""Submits to Omeda as its tests do, and compares whole answers and states."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
import yaml

from mockserver.vendors.omeda import Omeda
from mockserver.vendors.omeda.records import Filter
from mockserver.world.fixture import dump, parse

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PATH = "/omeda/webservices/rest/client/{}/optoutfilterqueue/*"
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SUCCESS = "Your submission was successful"
SUMMARY = "There were errors with your submission.  None of the OptOuts submitted in your request were created."
BLOCKED = (
    "ClientOptIn submission: the DeleteOptOut element was not set to delete OptOuts. Email address {} already has an "
    "OptOut and it was not Opted In for deployment type id {}."
)
ONE = {"DeploymentTypeOptOut": [{"EmailAddress": "a@example.com", "DeploymentTypeId": 23}]}
TABLES = yaml.safe_load(Path(__file__).with_name("omeda.yaml").read_text())
PAGE = yaml.safe_load(Path(__file__).with_name("omeda_page.yaml").read_text())
REQUEST = json.loads(PAGE["request"])


def table(name):
    """Give the rows of a table, each with its name and clauses."""
    return [pytest.param(row, id=row["says"], marks=pytest.mark.clause(*row["clauses"])) for row in TABLES[name]]


def submit(driver, send=ONE, *, client="CLNT1", method="POST", path=None, headers=None, raw=None, **_):
    """Send what a row says: with the client's own appid (an unknown client's is CLNT1's) unless it names another."""
    digit = client[-1] if re.fullmatch("CLNT[1-4]", client) else "1"
    sent = {"x-omeda-appid": "-".join(digit * length for length in (8, 4, 4, 4, 12)), **(headers or {})}
    body = json.dumps(send).encode() if raw is None else raw.encode() if isinstance(raw, str) else raw
    kept = {name: value for name, value in sent.items() if value is not None}
    return driver.request(method, path or PATH.format(client), headers=kept, body=body)


def opt_in(driver, body):
    """Send opt-ins as CLNT1."""
    return submit(driver, body, path="/omeda/webservices/rest/client/CLNT1/optinfilterqueue/*")


def flag(driver, body):
    """Flag an address for brand XXP."""
    return submit(driver, body, path="/omeda/webservices/rest/brand/XXP/email/invalid/*")


def look_up(driver, email):
    """Look an address up by brand XXP."""
    return submit(driver, method="GET", path=f"/omeda/webservices/rest/brand/XXP/filter/email/{email}/*", raw=b"")


def keep(sandbox, **tables):
    """Put these rows in the place of those of their kinds."""
    sandbox.store.records("omeda").replace(parse(rows(sandbox) | tables, Omeda.kinds()))


def assert_answer(answer, status, body, **headers):
    """Compare all of an answer, byte for byte."""
    assert answer.body == orjson.dumps(body)
    assert answer.status == status
    length = str(len(answer.body))
    assert answer.headers == {"content-type": "application/json", "content-length": length, **headers}


def assert_taken(answer):
    """Compare with the answer of success."""
    submission = answer.json.get("SubmissionId", "")
    assert_answer(answer, 200, {"SubmissionId": submission, "Success": SUCCESS})
    assert GUID.fullmatch(submission)


def assert_refused(answer, lines, status=400, **headers):
    """Compare with the answer of a failure; `lines` are all but the closing one."""
    submission = answer.json.get("Submission", "")
    errors = [{"Error": line} for line in (*lines, SUMMARY)]
    assert_answer(answer, status, {"Submission": submission, "Errors": errors}, **headers)
    assert GUID.fullmatch(submission)


def rows(sandbox):
    """Write all records as a fixture."""
    return dump(sandbox.store.records("omeda").tables(), Omeda.kinds())


def filters(sandbox):
    """Give the filters by key."""
    return {each.key: each for each in sandbox.store.records("omeda").all(Filter)}


def made(before, after):
    """Tell which opt-outs came to be, address: source: types, and that nothing else changed."""
    assert {**before, "Filter": []} == {**after, "Filter": []}
    found = {}
    for row in (row for row in after["Filter"] if row not in before["Filter"]):
        assert (row["status"], row["changed_date"]) == ("OUT", "2026-01-01T00:00:00Z")
        source = row["source"] if row["promo_code"] is None else f"{row['source']} ({row['promo_code']})"
        found.setdefault(row["email"], {}).setdefault(source, []).append(row["deployment_type_id"])
    return {email: {source: sorted(types) for source, types in by.items()} for email, by in found.items()}


def check_taken(world, sandbox, driver, row):
    """Expect a row's opt-outs, in a sandbox begun as new."""
    world.reset(sandbox, row.get("scenario", "baseline"), None)
    before = rows(sandbox)
    assert_taken(submit(driver, **row))
    assert made(before, rows(sandbox)) == row["made"]


def check_refused(sandbox, driver, row):
    """Expect a row's lines, and nothing changed."""
    before = rows(sandbox), list(sandbox.vendors["omeda"].consents())
    allow = {"allow": "POST"} if row.get("status") == 405 else {}
    assert_refused(submit(driver, **row), row["lines"], row.get("status", 400), **allow)
    assert (rows(sandbox), list(sandbox.vendors["omeda"].consents())) == before
