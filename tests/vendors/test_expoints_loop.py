import pytest

from tests.vendors.expoints_desk import JSON, XML
from tests.vendors.loop_desk import START, loop_of

CUSTOMER = "/external/api/v3/customer"
COLUMNS = [{"column_id": 1, "name": "CustomerNumber", "display_name": "Customer number"}]
REQUESTS = "http://schemas.datacontract.org/2004/07/Expoints.API.Extern.V3.Requests"
MODELS = "http://schemas.datacontract.org/2004/07/Expoints.API.Extern"
EMAIL = "Ada@example.com"
DATUM = {"CustomerDataColumnId": 1, "Value": "7"}


@pytest.fixture
def loop(live):
    with loop_of(live[0], "expoints") as found:
        found.keep(found.state() | {"Column": COLUMNS})
        yield found


def checked(loop, customer):
    """Whether the check finds a customer opted out."""
    return loop.ask("POST", f"{CUSTOMER}/checkoptouts", json={"Customers": [customer]}).json()[0]["OptOut"]


def listed(loop, **query):
    """The list of opt-outs, all pages of it."""
    found, cursor = [], ""
    while cursor is not None:
        answer = loop.ask("GET", f"{CUSTOMER}/getoptouts", params={**query, "Cursor": cursor}).json()
        found, cursor = found + answer["OptOuts"], answer["NextCursor"]
    return found


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
    *("EXPOINTS-40", "EXPOINTS-47", "EXPOINTS-48", "EXPOINTS-49"),
    *("EXPOINTS-C15", "EXPOINTS-C16", "EXPOINTS-C17", "EXPOINTS-C46"),
)
@pytest.mark.parametrize("kind", [JSON, XML])
def test_who_opts_out_is_listed_and_checked_until_the_opt_out_is_deleted(loop, kind):
    assert not checked(loop, {"Email": EMAIL})
    assert loop.ledger(EMAIL) == {}
    (touched,) = loop.happen("opt_out", email=EMAIL)
    standing = {None: ("opted_out", START, None)}
    assert (touched["email"], loop.ledger(EMAIL)) == (EMAIL, standing)
    loop.wait(advance_s=60)
    assert loop.happen("opt_out", email=EMAIL.upper())[0]["since"] == START
    (touched,) = loop.happen("opt_out", data={"CustomerNumber": "7"})
    assert (touched["email"], touched["data"]) == (None, {"CustomerNumber": "7"})
    assert [each["Email"] for each in listed(loop)] == [EMAIL, None]
    assert [checked(loop, each) for each in ({"Email": EMAIL.lower()}, {"CustomerDataColumns": [DATUM]})] == [True] * 2
    assert delete(loop, kind, EMAIL, "7").content == b""  # nobody has both
    assert len(listed(loop)) == 2
    answer = delete(loop, kind, EMAIL.lower())
    assert (answer.content, answer.headers.get("content-type")) == (b"", None)
    assert (checked(loop, {"Email": EMAIL}), loop.ledger(EMAIL)) == (False, {})
    delete(loop, kind, EMAIL)
    assert [each["Data"][0]["Value"] for each in listed(loop)] == ["7"]
    delete(loop, kind, value="7")
    assert listed(loop) == []
    assert not checked(loop, {"CustomerDataColumns": [DATUM]})


@pytest.mark.clause("EXPOINTS-42", "EXPOINTS-43", "EXPOINTS-C19")
def test_whoever_is_listed_is_found_by_the_check_page_after_page(loop):
    for number in range(5):
        loop.happen("opt_out", email=f"{number}@example.com")
        loop.wait(advance_s=1)
    rows = loop.state()
    rows["OptOut"].append({"email": "test@example.com", "opt_out_date": START, "is_test": True})
    loop.keep(rows)
    shown = [each["Email"] for each in listed(loop, Limit=2)]
    assert shown == [f"{number}@example.com" for number in range(5)]
    assert all(checked(loop, {"Email": each}) for each in shown)
    assert {each["Email"] for each in listed(loop, IncludeTestRecords="True", limit=2)} == {*shown, "test@example.com"}


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
