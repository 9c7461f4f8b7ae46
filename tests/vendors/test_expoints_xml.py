import re
from datetime import UTC, datetime

import pytest

from contract_tests.models._expoints import INSTANCE, INVALID, REQUESTS, check_in_xml
from mockserver.server import Server, Settings
from mockserver.world.sandbox import Mode, Start
from tests.driver import Driver
from tests.vendors.expoints_desk import (
    XML,
    ask,
    assert_invalid,
    assert_refused,
    assert_told,
    document,
    findings,
    table,
    unchanged,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
OUT = [{"Email": "out@example.com"}]
ROOT = f'<GetCheckOptOutRequest xmlns:i="{INSTANCE}" xmlns="{REQUESTS}"'
DEEP = 100_000
ENTITIES = "".join(f'<!ENTITY a{number} "{f"&a{number - 1};" * 10}">' for number in range(1, 20))
BOMB = f'<!DOCTYPE b [<!ENTITY a0 "ha">{ENTITIES}]>{ROOT}><Customers/>&a19;</GetCheckOptOutRequest>'
FILE = f'<!DOCTYPE b [<!ENTITY a SYSTEM "file:///etc/passwd">]>{ROOT}>&a;</GetCheckOptOutRequest>'
BYTES = {
    "an entity bomb": BOMB.encode(),
    "an external entity": FILE.encode(),
    "an external DTD": f'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">{ROOT}/>'.encode(),
    "deep elements": f"{ROOT}>".encode() + b"<a>" * DEEP + b"</a>" * DEEP + b"</GetCheckOptOutRequest>",
    "deep elements without an end": b"<a>" * DEEP,
    "deep customers": f"{ROOT}>".encode() + b"<Customers>" * DEEP,
    "no UTF-8": check_in_xml([{"Email": "ü"}]).encode("latin-1"),
    "NUL": f"{ROOT}/>\0".encode(),
    "raw control characters": check_in_xml([{"Email": "\x01"}]).encode(),
    "a blank before the declaration": f' <?xml version="1.0"?>{ROOT}><Customers/></GetCheckOptOutRequest>'.encode(),
    "text after the root": f"{ROOT}><Customers/></GetCheckOptOutRequest>x".encode(),
    "two roots": f"{ROOT}><Customers/></GetCheckOptOutRequest>{ROOT}/>".encode(),
    "half a document": check_in_xml(OUT).encode()[:-1],
    "an attribute given twice": f'{ROOT} a="1" a="2"/>'.encode(),
    "UTF-16 told to be UTF-8": check_in_xml(OUT).encode("utf-16-le"),
}


@pytest.fixture(scope="module")
def strict():
    return Server(Settings(start=Start(now=NOW, mode=Mode.STRICT)))


def lost(row):
    """Give the findings that a row of what is lost leaves."""
    found = [("EXPOINTS-66", f"passed over or converted: {', '.join(row['dropped'])}")]
    nobody = ("EXPOINTS-C05", "Customers[0] has neither Email nor CustomerDataColumns")
    return [*found, nobody] if row.get("nobody") else found


@pytest.mark.parametrize("row", table("loose_xml"))
def test_what_is_out_of_place_is_lost_with_a_finding(sandbox, driver, row):
    with unchanged(sandbox):
        assert_told(ask(driver, document(row), XML), row["customers"], row["opt_outs"], XML)
    assert findings(sandbox) == lost(row)


@pytest.mark.clause("EXPOINTS-C38")
@pytest.mark.parametrize("row", table("loose_xml"))
def test_what_is_out_of_place_is_refused_strictly(strict, row):
    with unchanged(strict.world.find("default")):
        assert_invalid(ask(Driver(strict.app), document(row), XML), XML, places=row["places"])


@pytest.mark.parametrize("row", table("exact_xml"))
def test_xml_is_read_as_the_serializer_does(sandbox, driver, row):
    assert_told(ask(driver, document(row), XML), row["customers"], row["opt_outs"], XML)
    assert findings(sandbox) == []


@pytest.mark.clause("EXPOINTS-C38")
@pytest.mark.parametrize("row", table("exact_xml"))
def test_nothing_of_that_is_refused_strictly(strict, row):
    assert_told(ask(Driver(strict.app), document(row), XML), row["customers"], row["opt_outs"], XML)


@pytest.mark.clause("EXPOINTS-30", "EXPOINTS-C25", "EXPOINTS-C31")
@pytest.mark.parametrize("kind", [XML, "text/xml"])
@pytest.mark.parametrize("row", table("no_xml"))
def test_what_the_serializer_gives_up_on_is_refused_as_a_whole(sandbox, driver, row, kind):
    with unchanged(sandbox):
        assert_invalid(ask(driver, document(row), kind), kind)


@pytest.mark.clause("EXPOINTS-71", "EXPOINTS-C25", "EXPOINTS-C31")
@pytest.mark.parametrize("raw", BYTES.values(), ids=BYTES)
def test_hostile_xml_is_refused_as_a_whole(sandbox, driver, raw):
    with unchanged(sandbox):
        assert_invalid(ask(driver, raw, XML), XML)


@pytest.mark.clause("EXPOINTS-12", "EXPOINTS-C31")
@pytest.mark.parametrize(("levels", "taken"), [(253, True), (254, False)])
def test_elements_may_be_256_deep(driver, levels, taken):
    # below the root, Customers and a customer
    inside = "<x>" * levels + "</x>" * levels
    answer = ask(driver, document({"customer": inside + "<m:Email>out@example.com</m:Email>"}), XML)
    if taken:
        assert_told(answer, OUT, [True], XML)
    else:
        assert_invalid(answer, XML)


@pytest.mark.clause("EXPOINTS-06", "EXPOINTS-63", "EXPOINTS-C31")
@pytest.mark.parametrize("inside", ["", '<Customers i:nil="true"/>', '<Customers xmlns=""/>', "<customers/>"])
def test_customers_are_required(sandbox, driver, inside):
    with unchanged(sandbox):
        answer = ask(driver, document({"root": inside}), XML)
        assert_invalid(answer, XML, places=["request.Customers"], message="The Customers field is required.")


@pytest.mark.clause("EXPOINTS-C07")
@pytest.mark.parametrize("raw", [f'{ROOT} i:nil="true"/>', b""], ids=["nil", "no body"])
def test_a_root_that_is_nil_and_no_body_are_no_request(sandbox, driver, raw):
    with unchanged(sandbox):
        assert_refused(ask(driver, raw, XML), 400, INVALID, XML)


@pytest.mark.clause("EXPOINTS-64", "EXPOINTS-C27", "EXPOINTS-C31")
def test_a_nil_item_is_refused(sandbox, driver):
    columns = '<m:CustomerDataColumns><c:CustomerData i:nil="1"/></m:CustomerDataColumns>'
    inside = f'<m:CheckOptOutCustomer i:nil="true"/><m:CheckOptOutCustomer>{columns}</m:CheckOptOutCustomer>'
    with unchanged(sandbox):
        answer = ask(driver, document({"list": inside}), XML)
        assert_invalid(answer, XML, places=["request.Customers[0]", "request.Customers[1].CustomerDataColumns[0]"])
    names = re.findall(rb"<(request\.[^>]*)>", answer.body)
    item = b"request.Customers_x005B_1_x005D_.CustomerDataColumns_x005B_0_x005D_"
    assert names == [b"request.Customers_x005B_0_x005D_", item]


@pytest.mark.clause("EXPOINTS-C31")
def test_a_place_of_json_is_an_encoded_name_in_xml(driver):
    answer = ask(driver, [{"CustomerDataColumns": [{"CustomerDataColumnId": "abc"}]}], accept=XML)
    place = "request.Customers_x005B_0_x005D_.CustomerDataColumns_x005B_0_x005D_.CustomerDataColumnId"
    assert answer.body.decode() == (
        "<Error><Message>The request is invalid.</Message><ModelState>"
        f"<{place}>An error has occurred.</{place}></ModelState></Error>"
    )


@pytest.mark.clause("EXPOINTS-C09")
@pytest.mark.parametrize("declaration", ["", '<?xml version="1.0"?>', '<?xml version="1.0" encoding="utf-16"?>'])
@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
def test_xml_may_be_utf_16(driver, declaration, codec):
    mark = "\ufeff" if codec == "utf-16-be" else ""
    raw = (mark + declaration + check_in_xml(OUT)).encode(codec)
    assert_told(ask(driver, raw, f"{XML}; charset=utf-16"), OUT, [True], XML, charset="utf-16")


@pytest.mark.clause("EXPOINTS-C09")
def test_a_byte_order_mark_is_no_part_of_the_xml(driver):
    assert_told(ask(driver, b"\xef\xbb\xbf" + check_in_xml(OUT).encode(), XML), OUT, [True], XML)


@pytest.mark.clause("EXPOINTS-C31")
def test_utf_16_that_is_declared_as_utf_8_is_refused(driver):
    raw = ('<?xml version="1.0" encoding="utf-8"?>' + check_in_xml(OUT)).encode("utf-16")
    assert_invalid(ask(driver, raw, f"{XML}; charset=utf-16"), XML, charset="utf-16")
