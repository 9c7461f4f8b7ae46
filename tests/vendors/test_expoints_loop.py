from xml.etree import ElementTree as ET

import pytest

from contract_tests.models._expoints import check_in_xml
from tests.vendors.expoints_desk import (
    JSON,
    XML,
)
from tests.vendors.loop_desk import START, loop_of

CUSTOMER = "/external/api/v3/customer"
COLUMNS = [{"column_id": 1, "name": "CustomerNumber", "display_name": "Customer number"}]
REQUESTS = "http://schemas.datacontract.org/2004/07/Expoints.API.Extern.V3.Requests"
MODELS = "http://schemas.datacontract.org/2004/07/Expoints.API.Extern"
SPACES = {
    "r": f"{MODELS}.V3.Responses",
    "m": f"{MODELS}.V3.Models",
    "c": f"{MODELS}.Models",
    "v1": f"{MODELS}.V1.Responses",
}
EMAIL = "Ada@example.com"
DATUM = {"CustomerDataColumnId": 1, "Value": "7"}


@pytest.fixture
def loop(live):
    with loop_of(live[0], "expoints") as found:
        found.keep(found.state() | {"Column": COLUMNS})
        yield found


def checked(loop, customer, kind=JSON):
    """Whether the check finds a customer opted out."""
    if kind == XML:
        sent = {"content": check_in_xml([customer]), "headers": {"content-type": XML, "accept": XML}}
        (told,) = tree(loop.ask("POST", f"{CUSTOMER}/checkoptouts", **sent))
        return {"true": True, "false": False}[told.findtext("r:OptOut", None, SPACES)]
    return loop.ask("POST", f"{CUSTOMER}/checkoptouts", json={"Customers": [customer]}).json()[0]["OptOut"]


def tree(answer):
    assert answer.headers["content-type"] == f"{XML}; charset=utf-8"
    return ET.fromstring(answer.content)


def page_of(answer, kind):
    """Give address and values of each opt-out, and the next cursor."""
    if kind == JSON:
        read = answer.json()
        rows = [(each["Email"], [datum["Value"] for datum in each["Data"]]) for each in read["OptOuts"]]
        return rows, read["NextCursor"]
    read = tree(answer)
    assert [each.tag for each in read] == [f"{{{MODELS}.V3.Responses}}{name}" for name in ("NextCursor", "OptOuts")]
    rows = [
        (each.findtext("m:Email", None, SPACES) or None, [value.text for value in each.iterfind(".//c:Value", SPACES)])
        for each in read.iterfind("r:OptOuts/m:OptOutCustomer", SPACES)
    ]
    return rows, read.findtext("r:NextCursor", None, SPACES) or None


def listed(loop, kind=JSON, **query):
    """The list of opt-outs, all pages of it: address and values of each."""
    found, cursor = [], ""
    while cursor is not None:
        sent = {"params": {**query, "Cursor": cursor}, "headers": {"accept": kind}}
        rows, cursor = page_of(loop.ask("GET", f"{CUSTOMER}/getoptouts", **sent), kind)
        found += rows
    return found


def columns(loop, kind):
    """The ids of columns by name."""
    answer = loop.ask("GET", "/external/api/v3/customerdatacolumn", headers={"accept": kind})
    if kind == JSON:
        return {each["Name"]: each["Id"] for each in answer.json()["CustomerDataColumns"]}
    rows = tree(answer).iterfind("v1:CustomerDataColumns/c:CustomerDataColumn", SPACES)
    return {each.findtext("c:Name", None, SPACES): int(each.findtext("c:Id", None, SPACES)) for each in rows}


def in_xml(email=None, value=None):
    """The body of a deletion in XML."""
    data = ""
    if value is not None:
        inner = f"<d:CustomerDataColumnId>1</d:CustomerDataColumnId><d:Value>{value}</d:Value>"
        data = f'<Data xmlns:d="{MODELS}.Models"><d:CustomerData>{inner}</d:CustomerData></Data>'
    address = "" if email is None else f"<Email>{email}</Email>"
    return f'<DeleteOptOutRequest xmlns="{REQUESTS}">{data}{address}</DeleteOptOutRequest>'


def delete(loop, kind, email=None, value=None):
    if kind == XML:
        sent = in_xml(email, value).encode()
        return loop.ask("DELETE", f"{CUSTOMER}/deleteoptout", content=sent, headers={"content-type": XML})
    body = {"Email": email} | ({} if value is None else {"Data": [{**DATUM, "Value": value}]})
    return loop.ask("DELETE", f"{CUSTOMER}/deleteoptout", json=body)


@pytest.mark.clause(
    *("EXPOINTS-40", "EXPOINTS-47", "EXPOINTS-48", "EXPOINTS-49", "EXPOINTS-50", "EXPOINTS-51"),
    *("EXPOINTS-C15", "EXPOINTS-C16", "EXPOINTS-C17", "EXPOINTS-C46"),
)
@pytest.mark.parametrize("kind", [JSON, XML])
def test_who_opts_out_is_listed_and_checked_until_the_opt_out_is_deleted(loop, kind):
    assert columns(loop, kind) == {"CustomerNumber": DATUM["CustomerDataColumnId"]}
    assert not checked(loop, {"Email": EMAIL}, kind)
    assert loop.ledger(EMAIL) == {}
    (touched,) = loop.happen("opt_out", email=EMAIL)
    standing = {None: ("opted_out", START, None)}
    assert (touched["email"], loop.ledger(EMAIL)) == (EMAIL, standing)
    loop.wait(advance_s=60)
    assert loop.happen("opt_out", email=EMAIL.upper())[0]["since"] == START
    (touched,) = loop.happen("opt_out", data={"CustomerNumber": "7"})
    assert (touched["email"], touched["data"]) == (None, {"CustomerNumber": "7"})
    assert listed(loop, kind, Limit=1) == [(EMAIL, []), (None, ["7"])]
    assert checked(loop, {"Email": EMAIL.lower()}, kind)
    assert checked(loop, {"CustomerDataColumns": [DATUM]}, kind)
    assert delete(loop, kind, EMAIL, "7").content == b""  # nobody has both
    assert len(listed(loop, kind)) == 2
    answer = delete(loop, kind, EMAIL.lower())
    assert (answer.content, answer.headers.get("content-type")) == (b"", None)
    assert (checked(loop, {"Email": EMAIL}, kind), loop.ledger(EMAIL)) == (False, {})
    delete(loop, kind, EMAIL)
    assert listed(loop, kind) == [(None, ["7"])]
    delete(loop, kind, value="7")
    assert listed(loop, kind) == []
    assert not checked(loop, {"CustomerDataColumns": [DATUM]}, kind)
    loop.wait(advance_s=60)
    (again,) = loop.happen("opt_out", email=EMAIL)
    assert (again["since"], listed(loop, kind)) == ("2026-01-01T00:02:00Z", [(EMAIL, [])])


@pytest.mark.clause("EXPOINTS-42", "EXPOINTS-43", "EXPOINTS-C19")
def test_whoever_is_listed_is_found_by_the_check_page_after_page(loop):
    for number in range(5):
        loop.happen("opt_out", email=f"{number}@example.com")
        loop.wait(advance_s=1)
    rows = loop.state()
    rows["OptOut"].append({"email": "test@example.com", "opt_out_date": START, "is_test": True})
    loop.keep(rows)
    shown = [email for email, _ in listed(loop, Limit=2)]
    assert [email for email, _ in listed(loop, XML, Limit=2)] == shown
    assert shown == [f"{number}@example.com" for number in range(5)]
    assert all(checked(loop, {"Email": each}) for each in shown)
    assert {email for email, _ in listed(loop, IncludeTestRecords="True", limit=2)} == {*shown, "test@example.com"}


@pytest.mark.clause("EXPOINTS-C15")
@pytest.mark.parametrize(
    ("members", "status"),
    [
        ({}, 400),
        ({"email": ""}, 400),
        ({"data": {}}, 400),
        ({"data": {"Nothing": "1"}}, 409),
        ({"data": {"x": 1}}, 400),
    ],
)
def test_an_opt_out_of_nobody_or_by_nothing_known_does_not_happen(loop, members, status):
    before = loop.state()
    loop.happen("opt_out", status, **members)
    assert loop.state() == before
