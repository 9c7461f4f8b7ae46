"""Asks Expoints as its tests do, writes bodies by templates of its own, and compares whole answers."""

import json
import re
from contextlib import contextmanager
from pathlib import Path
from xml.sax.saxutils import escape

import orjson
import pytest
import yaml

from mockserver.vendors.expoints import Expoints, OptOut
from mockserver.world.fixture import dump

PATH = "/expoints/external/api/v3/customer/checkoptouts"
JSON, XML = "application/json", "application/xml"
KINDS = [JSON, "text/json", XML, "text/xml"]
INVALID, FAILED = "The request is invalid.", "An error has occurred."
DENIED = "Authorization has been denied for this request."
FORBIDDEN = "Server refuses to authorize the request."
TIMEOUT = "The server timed out waiting for the request."
TOO_MANY = "Too many requests in a given amount of time."
UNAVAILABLE = "The server is unable to proces the request at the moment, try again later."
TOO_LARGE = "Maximum request length exceeded."
HEADERS_TOO_LARGE = "The request header fields are too long."
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
ROOT = "GetCheckOptOutRequest"
CLR = "http://schemas.datacontract.org/2004/07/Expoints.API.Extern."
REQUESTS, RESPONSES, CUSTOMER, COLUMN = f"{CLR}V3.Requests", f"{CLR}V3.Responses", f"{CLR}V3.Models", f"{CLR}Models"
DEFAULTS = {
    "CustomerDataColumnId": 0,
    "Name": None,
    "Value": None,
    "IsEncrypted": False,
    "CertificateThumbprint": None,
    "EncryptionKey": None,
}
TABLES = yaml.safe_load(Path(__file__).with_name("expoints.yaml").read_text())
PAGE = yaml.safe_load(Path(__file__).with_name("expoints_page.yaml").read_text())


def table(name):
    """Give the rows of a table, each with its name and clauses."""
    return [pytest.param(row, id=row["says"], marks=pytest.mark.clause(*row["clauses"])) for row in TABLES[name]]


def squeeze(xml):
    """Take the blanks between elements away."""
    return re.sub(r">\s+<", "><", xml.strip())


def whole(customer):
    """Give a customer as it is echoed: what was left out has .NET's default."""
    columns = customer.get("CustomerDataColumns")
    echoed = None if columns is None else [DEFAULTS | column for column in columns]
    return {"Email": customer.get("Email"), "CustomerDataColumns": echoed}


def _leaf(name, value, declared=""):
    if value is None:
        return f'<{name} i:nil="true"{declared} />'
    return f"<{name}{declared}>{escape(value if isinstance(value, str) else json.dumps(value))}</{name}>"


def _list(name, prefix, columns, before, after=""):
    """Write the columns of a customer, of each what it has, in alphabetical order."""
    if columns is None:
        return f'<{name}{before} i:nil="true"{after} />'
    items = [
        f"<{prefix}:CustomerData>{''.join(_leaf(f'{prefix}:{key}', column[key]) for key in sorted(column))}"
        f"</{prefix}:CustomerData>"
        for column in columns
    ]
    return f"<{name}{before}{after}>{''.join(items)}</{name}>" if items else f"<{name}{before}{after} />"


def request_xml(customers):
    """Write a request as the page does; members that a customer does not have are left out."""
    items = ""
    for customer in customers:
        items += "<d2p1:CheckOptOutCustomer>"
        if "CustomerDataColumns" in customer:
            declared = f' xmlns:d4p1="{COLUMN}"'
            items += _list("d2p1:CustomerDataColumns", "d4p1", customer["CustomerDataColumns"], declared)
        if "Email" in customer:
            items += _leaf("d2p1:Email", customer["Email"])
        items += "</d2p1:CheckOptOutCustomer>"
    declared = f'xmlns:i="{INSTANCE}" xmlns="{REQUESTS}"'
    return f'<{ROOT} {declared}><Customers xmlns:d2p1="{CUSTOMER}">{items}</Customers></{ROOT}>'


def answer_xml(items):
    """Write an answer as the page does."""
    root = f'ArrayOfGetCheckOptOutResponse xmlns:i="{INSTANCE}" xmlns="{RESPONSES}"'
    inside = "".join(
        "<GetCheckOptOutResponse>"
        + _list(
            "CustomerDataColumns",
            "d3p1",
            item["CustomerDataColumns"],
            f' xmlns:d3p1="{COLUMN}"',
            f' xmlns="{CUSTOMER}"',
        )
        + _leaf("Email", item["Email"], f' xmlns="{CUSTOMER}"')
        + _leaf("OptOut", item["OptOut"])
        + "</GetCheckOptOutResponse>"
        for item in items
    )
    return f"<{root}>{inside}</ArrayOfGetCheckOptOutResponse>" if items else f"<{root} />"


def refusal(kind, message, state):
    """Write the body of a refusal; `state` has the messages by place."""
    if kind.endswith("json"):
        return orjson.dumps({"Message": message} | ({"ModelState": state} if state else {}))
    places = ""
    for place, messages in (state or {}).items():
        name = re.sub(r"[^\w.]", lambda match: f"_x{ord(match[0]):04X}_", place)
        places += _leaf(name, " ".join(messages))
    return f"<Error>{_leaf('Message', message)}{places and f'<ModelState>{places}</ModelState>'}</Error>".encode()


def ask(driver, body=b"", kind=JSON, *, method="POST", path=PATH, query=b"", **headers):
    """Send customers, or a raw body, with a good token; a kind or header of None is left out."""
    if isinstance(body, list):
        body = request_xml(body) if kind.endswith("xml") else json.dumps({"Customers": body})
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
    body = answer_xml(items).encode() if kind.endswith("xml") else orjson.dumps(items)
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
