"""Asks CURSOR's Opt-In module as its tests do, and compares whole answers and states."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
import yaml

from mockserver.vendors.cursor import Cursor
from mockserver.world.clock import wire
from mockserver.world.fixture import dump

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROOT = "/cursor/rest/api/optin/v1/optins/"
FLOW = "aabbccdd-1234-1234-1234-aabbccddeeff"
JSON = "application/json; charset=UTF-8"
NEWSLETTER, RESEARCH = "C0INFOTYPE_NEWSLETTER", "C0INFOTYPE_MARKETRESEARCH"
CURRENT, PENDING, HISTORIC = (f"C0OPTINSTATUS_{each}" for each in ("CURRENT", "PENDING", "HISTORIC"))
YES, NO = "Zus_C0Approval", "Abl_C0Approval"
EMPTY = {"properties": {}, "optIns": []}
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
PK = re.compile(r"[0-9a-f]{15}mOpIn")
MEMBERS = ("pk", "type", "status", "approval", "channel", "origin", "extRefNo")
MESSAGES = {
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    413: "Request Entity Too Large",
    415: "Unsupported Media Type",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    520: "No contact found for given id.",
    521: "No eligible Opt-Ins found for given extRefNo.",
    522: "Incomplete data given.",
    525: "Error during mail sending.",
}
TABLES = yaml.safe_load(Path(__file__).with_name("cursor.yaml").read_text())


def table(name):
    """Give the rows of a table, each with its name and clauses."""
    return [pytest.param(row, id=row["says"], marks=pytest.mark.clause(*row["clauses"])) for row in TABLES[name]]


def ask(driver, call, send=None, *, headers=None, raw=None, **_):
    """Send what a row says: `call` is `POST new@example.com?approval=false`, or has a path from the root."""
    method, _, target = call.partition(" ")
    path, _, query = target.partition("?")
    kept = {name: each for name, each in {"content-type": JSON, **(headers or {})}.items() if each is not None}
    body = raw.encode() if isinstance(raw, str) else raw or (b"" if send is None else orjson.dumps(send))
    path = path if path.startswith("/") else ROOT + path
    return driver.request(method, path, headers=kept, body=body, query=query.encode())


def create(driver, contact, *given, query=""):
    """Create records, and give the outcome."""
    answer = ask(driver, f"POST {contact}{query}", {"optIns": given})
    assert answer.status == 200, answer
    return answer.json


def answer_all(driver, number, query="?approval=true"):
    """Answer all that waits in a flow."""
    return ask(driver, f"PUT flows/{number}{query}", {"optIns": []})


def assert_answer(answer, status, body, **headers):
    """Compare all of an answer, byte for byte."""
    assert answer.body == orjson.dumps(body)
    assert answer.status == status
    length = str(len(answer.body))
    assert answer.headers == {"content-type": JSON, "content-length": length, **headers}


def assert_refused(answer, status, message=None, **headers):
    """Compare with the one body of refusals."""
    assert_answer(answer, status, {"status": status, "message": message or MESSAGES[status]}, **headers)


def rows(sandbox):
    """Write all records as a fixture."""
    return dump(sandbox.store.records("cursor").tables(), Cursor.kinds())


def records(sandbox):
    """Give the opt-in records by key, as a fixture has them."""
    return {row["pk"]: row for row in rows(sandbox)["OptIn"]}


def shown(driver, target):
    """Give the records of a GET."""
    return ask(driver, f"GET {target}").json["optIns"]


def standings(sandbox, contact):
    """Tell how a contact stands with each type: state, since when, by which request."""
    return {
        each.audience: (each.state, each.stamp and each.stamp.since, each.stamp and each.stamp.request_id)
        for each in sandbox.vendors["cursor"].consents()
        if each.email == contact
    }


def findings(sandbox):
    """Give what the last request was remarked on."""
    return [[each.clause, each.says] for each in sandbox.store.journal.entries()[0][-1].findings]


def put(sandbox, *given):
    """Store records."""
    with sandbox.store.records("cursor").transaction() as tx:
        for each in given:
            tx.put(each)


def wait(sandbox, **span):
    """Move the sandbox's clock on."""
    sandbox.clock.advance(timedelta(**span))


def check_taken(sandbox, driver, row):
    """Expect a row's outcome, and of the state what it says and no more."""
    before, stored = rows(sandbox), records(sandbox)
    answer = ask(driver, **row)
    number, given = answer.json.get("extRefNo", ""), answer.json.get("optIns", [])
    assert number == row["ref"] if "ref" in row else UUID.fullmatch(number)
    pks = [made.get("pk") or each["pk"] for made, each in zip(row["made"], given, strict=True)]
    made = [{**each, "pk": pk, "extRefNo": number} for each, pk in zip(row["made"], pks, strict=True)]
    body = [{name: each[name] for name in MEMBERS if name in each} for each in made]
    assert_answer(answer, 200, {"extRefNo": number, "optIns": body})
    assert all(pk in stored or PK.fullmatch(pk) for pk in pks)
    assert len(set(pks)) == len(pks)
    for each in made:
        default = {"contact": row.get("contact"), "created": wire(NOW)}
        stored[each["pk"]] = {**default, **stored.get(each["pk"], {}), **row_of(each)}
    for pk in row.get("historic", ()):
        stored[pk] = {**stored[pk], "status": HISTORIC}
    assert records(sandbox) == stored
    assert {**rows(sandbox), "OptIn": []} == {**before, "OptIn": []}
    assert findings(sandbox) == row.get("findings", [])


def row_of(shown):
    """Turn a record as it is shown into a fixture's row, but for contact and creation."""
    names = {"extRefNo": "ext_ref_no"}
    return {names.get(name, name): shown.get(name) for name in MEMBERS}


def check_refused(sandbox, driver, row):
    """Expect a row's refusal, and nothing changed."""
    before = rows(sandbox), list(sandbox.vendors["cursor"].consents())
    allow = {"allow": row["allow"]} if "allow" in row else {}
    assert_refused(ask(driver, **row), row["status"], row.get("message"), **allow)
    assert (rows(sandbox), list(sandbox.vendors["cursor"].consents())) == before
