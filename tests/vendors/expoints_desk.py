"""Asks Expoints as its tests do, and compares whole answers."""

import json
import re
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from contract_tests.models._expoints import (
    COLUMN,
    CUSTOMER,
    FAILED,
    INSTANCE,
    INVALID,
    REQUESTS,
    check_in_xml,
    in_json,
    is_xml,
    refusal,
    told_in_xml,
    whole,
)
from mockserver.vendors.expoints import Expoints, OptOut
from mockserver.world.fixture import dump

PATH = "/expoints/external/api/v3/customer/checkoptouts"
JSON, XML = "application/json", "application/xml"
DENIED = "Authorization has been denied for this request."
FORBIDDEN = "Server refuses to authorize the request."
TIMEOUT = "The server timed out waiting for the request."
TOO_MANY = "Too many requests in a given amount of time."
UNAVAILABLE = "The server is unable to proces the request at the moment, try again later."
TOO_LARGE = "Maximum request length exceeded."
HEADERS_TOO_LARGE = "The request header fields are too long."
ROOT = "GetCheckOptOutRequest"
TABLES = yaml.safe_load(Path(__file__).with_name("expoints.yaml").read_text())
PAGE = yaml.safe_load(Path(__file__).with_name("expoints_page.yaml").read_text())


def table(name):
    """Give the rows of a table, each with its name and clauses."""
    return [pytest.param(row, id=row["says"], marks=pytest.mark.clause(*row["clauses"])) for row in TABLES[name]]


def squeeze(xml):
    """Take the blanks between elements away."""
    return re.sub(r">\s+<", "><", xml.strip())


def ask(driver, body=b"", kind=JSON, *, method="POST", path=PATH, query=b"", **headers):
    """Send customers, or a raw body, with a good token; a kind or header of None is left out."""
    if isinstance(body, list):
        body = check_in_xml(body) if is_xml(kind) else json.dumps({"Customers": body})
    raw = body.encode() if isinstance(body, str) else body
    sent = {"authorization": "Bearer expoints-token", "content-type": kind, **headers}
    kept = {name.replace("_", "-"): value for name, value in sent.items() if value is not None}
    return driver.request(method, path, headers=kept, body=raw, query=query)


def assert_answer(answer, status, body, kind=JSON, *, charset="utf-8", **headers):
    """Compare all of an answer, byte for byte; the body is given in UTF-8."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if charset == "utf-16":
        body = b"\xff\xfe" + body.decode().encode("utf-16-le")
    fixed = {"content-type": f"{kind}; charset={charset}", "content-length": str(len(body))}
    assert answer.body == body
    assert (answer.status, answer.headers) == (status, fixed | named)


def assert_told(answer, customers, opt_outs, kind=JSON, *, charset="utf-8"):
    """Compare with the answer for these customers, of whom these have opted out."""
    items = [{"OptOut": out, **whole(each)} for each, out in zip(customers, opt_outs, strict=True)]
    body = told_in_xml(items).encode() if is_xml(kind) else in_json(items)
    assert_answer(answer, 200, body, kind, charset=charset)


def assert_refused(answer, status, message, kind=JSON, *, state=None, **headers):
    """Compare with the answer of a refusal."""
    assert_answer(answer, status, refusal(kind, message, state), kind, **headers)


def assert_invalid(answer, kind=JSON, *, places=None, message=FAILED, charset="utf-8"):
    """Compare with the 400 that says this of each place."""
    state = {place: [message] for place in places or ["request"]}
    assert_refused(answer, 400, INVALID, kind, state=state, charset=charset)


def put(sandbox, record):
    """Store a record."""
    with sandbox.store.records("expoints").transaction() as tx:
        tx.put(record)


def put_opt_outs(sandbox, opt_outs):
    """Let these be all opt-outs."""
    records = sandbox.store.records("expoints")
    records.replace(records.tables() | {OptOut: {each.key: each for each in opt_outs}})


def rows(sandbox):
    """Write all records as a fixture."""
    return dump(sandbox.store.records("expoints").tables(), Expoints.kinds())


def findings(sandbox):
    """Give what the journal remarks on the last request."""
    return [(each.clause, each.says) for each in sandbox.store.journal.entries()[0][-1].findings]


@contextmanager
def unchanged(sandbox):
    """Expect that all records and consents are the same at the end."""
    before = rows(sandbox), list(sandbox.vendors["expoints"].consents())
    yield
    assert (rows(sandbox), list(sandbox.vendors["expoints"].consents())) == before


WRAPS = {
    "column": ("customer", "<m:CustomerDataColumns><c:CustomerData>{}</c:CustomerData></m:CustomerDataColumns>"),
    "customer": ("list", "<m:CheckOptOutCustomer>{}</m:CheckOptOutCustomer>"),
    "list": ("root", "<Customers>{}</Customers>"),
    "root": (
        "document",
        f'<{ROOT} xmlns:i="{INSTANCE}" xmlns="{REQUESTS}" xmlns:m="{CUSTOMER}" xmlns:c="{COLUMN}">{{}}</{ROOT}>',
    ),
}


def document(row):
    """Write the XML that a row gives, with all that is around it."""
    inside = next(name for name in [*WRAPS, "document"] if name in row)
    xml = row[inside]
    while inside != "document":
        inside, wrap = WRAPS[inside]
        xml = wrap.replace("{}", xml)
    return xml
