import json
from datetime import UTC, datetime

import pytest

from contract_tests.models._expoints import INVALID
from mockserver.server import Server, Settings
from mockserver.world.sandbox import Mode, Start
from tests.driver import Driver
from tests.vendors.expoints_desk import (
    JSON,
    TABLES,
    ask,
    assert_invalid,
    assert_refused,
    assert_told,
    findings,
    table,
    unchanged,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
REQUIRED = "The Customers field is required."
CONVERTED = [(member, *pair) for member, pairs in TABLES["converted"].items() for pair in pairs]
NOT_CONVERTED = [(member, sent) for member, values in TABLES["not_converted"].items() for sent in values]
DEEP = 100_000


@pytest.fixture(scope="module")
def strict():
    return Server(Settings(start=Start(now=NOW, mode=Mode.STRICT)))


def with_member(member, value):
    """Write a request with one member, given as JSON; also say where it stands, and what the customer is around it."""
    if member in {"Email", "CustomerDataColumns"}:
        return f'{{"Customers":[{{"{member}":{value}}}]}}', f"Customers[0].{member}", lambda read: {member: read}
    return (
        f'{{"Customers":[{{"CustomerDataColumns":[{{"{member}":{value}}}]}}]}}',
        f"Customers[0].CustomerDataColumns[0].{member}",
        lambda read: {"CustomerDataColumns": [{member: read}]},
    )


def pointer(place):
    return "/" + place.replace("[", "/").replace("].", "/").replace(".", "/")


@pytest.mark.clause("EXPOINTS-61", "EXPOINTS-C10", "EXPOINTS-C14")
@pytest.mark.parametrize(("member", "value", "read"), CONVERTED)
def test_a_scalar_of_another_type_is_converted(sandbox, driver, member, value, read):
    raw, place, customer = with_member(member, value)
    assert_told(ask(driver, raw), [customer(read)], [False])
    assert ("EXPOINTS-61", f"passed over or converted: {pointer(place)}") in findings(sandbox)


@pytest.mark.clause("EXPOINTS-61", "EXPOINTS-C38")
@pytest.mark.parametrize(("member", "value", "read"), CONVERTED)
def test_a_scalar_of_another_type_is_refused_strictly(strict, member, value, read):
    raw, place, _ = with_member(member, value)
    with unchanged(strict.world.find("default")):
        assert_invalid(ask(Driver(strict.app), raw), places=[f"request.{place}"])


@pytest.mark.clause("EXPOINTS-10", "EXPOINTS-30", "EXPOINTS-61", "EXPOINTS-C08", "EXPOINTS-C14", "EXPOINTS-C25")
@pytest.mark.parametrize(("member", "value"), NOT_CONVERTED)
def test_what_cannot_be_converted_is_named(sandbox, driver, member, value):
    raw, place, _ = with_member(member, value)
    with unchanged(sandbox):
        assert_invalid(ask(driver, raw), places=[f"request.{place}"])


@pytest.mark.clause("EXPOINTS-61", "EXPOINTS-C14")
def test_what_a_column_leaves_out_has_its_default_and_no_finding(sandbox, driver):
    customers = [{"Email": "in@example.com", "CustomerDataColumns": [{"Value": "x"}]}]
    assert_told(ask(driver, customers), customers, [False])
    assert findings(sandbox) == []


@pytest.mark.clause("EXPOINTS-61")
@pytest.mark.parametrize(
    ("number", "expected"), [(2**31 - 1, True), (-(2**31), True), (2**31, False), (-(2**31) - 1, False)]
)
def test_an_id_has_32_bits(driver, number, expected):
    raw, place, customer = with_member("CustomerDataColumnId", number)
    if expected:
        assert_told(ask(driver, raw), [customer(number)], [False])
    else:
        assert_invalid(ask(driver, raw), places=[f"request.{place}"])


@pytest.mark.clause("EXPOINTS-30", "EXPOINTS-C08", "EXPOINTS-C25", "EXPOINTS-C31")
def test_all_places_are_named_in_order(sandbox, driver):
    good = {"Email": "out@example.com"}
    bad = {"CustomerDataColumns": [{"IsEncrypted": "yes", "CustomerDataColumnId": "abc"}, {"Name": []}], "Email": {}}
    places = [
        "request.Customers[1].CustomerDataColumns[0].IsEncrypted",
        "request.Customers[1].CustomerDataColumns[0].CustomerDataColumnId",
        "request.Customers[1].CustomerDataColumns[1].Name",
        "request.Customers[1].Email",
        "request.Customers[2]",
    ]
    with unchanged(sandbox):
        assert_invalid(ask(driver, [good, bad, 5]), places=places)


@pytest.mark.clause("EXPOINTS-06", "EXPOINTS-07", "EXPOINTS-30", "EXPOINTS-63", "EXPOINTS-C08")
@pytest.mark.parametrize("raw", ["{}", '{"Customers":null}', '{"Email":"out@example.com"}', '{"Customers":""}'])
def test_customers_are_required(sandbox, driver, raw):
    with unchanged(sandbox):
        assert_invalid(ask(driver, raw), places=["request.Customers"], message=REQUIRED)


@pytest.mark.clause("EXPOINTS-05", "EXPOINTS-C25")
@pytest.mark.parametrize("value", ["{}", '{"Email":"out@example.com"}', "5", "true", '"x"'])
def test_customers_of_another_kind_cannot_be_converted(sandbox, driver, value):
    with unchanged(sandbox):
        assert_invalid(ask(driver, f'{{"Customers":{value}}}'), places=["request.Customers"])


@pytest.mark.clause("EXPOINTS-65", "EXPOINTS-C07")
@pytest.mark.parametrize("raw", ["null", " null\n", '""'])
def test_null_is_no_request(sandbox, driver, raw):
    with unchanged(sandbox):
        assert_refused(ask(driver, raw), 400, INVALID)


@pytest.mark.clause("EXPOINTS-04", "EXPOINTS-17", "EXPOINTS-C08", "EXPOINTS-C25")
@pytest.mark.parametrize("raw", ["[]", '[{"Email":"out@example.com"}]', "5", "false", '"x"'])
def test_a_body_of_another_kind_cannot_be_converted(sandbox, driver, raw):
    with unchanged(sandbox):
        assert_invalid(ask(driver, raw))


@pytest.mark.clause("EXPOINTS-64", "EXPOINTS-C27")
def test_a_null_item_is_refused(sandbox, driver):
    raw = [None, {"CustomerDataColumns": [{"CustomerDataColumnId": 1, "Value": "10042"}, None]}, None]
    places = ["request.Customers[0]", "request.Customers[1].CustomerDataColumns[1]", "request.Customers[2]"]
    with unchanged(sandbox):
        assert_invalid(ask(driver, raw), places=places)


@pytest.mark.parametrize("row", table("loose_json"))
def test_what_is_loose_is_taken_with_a_finding(sandbox, driver, row):
    with unchanged(sandbox):
        assert_told(ask(driver, row["raw"]), row["customers"], row["opt_outs"])
    assert findings(sandbox) == [("EXPOINTS-61", f"passed over or converted: {', '.join(row['dropped'])}")]


@pytest.mark.clause("EXPOINTS-C38")
@pytest.mark.parametrize("row", table("loose_json"))
def test_what_is_loose_is_refused_strictly(strict, row):
    with unchanged(strict.world.find("default")):
        assert_invalid(ask(Driver(strict.app), row["raw"]), places=row["places"])


@pytest.mark.clause("EXPOINTS-60")
@pytest.mark.parametrize("raw", TABLES["exact_json"])
def test_members_come_in_any_order(sandbox, driver, raw):
    column = {"CustomerDataColumnId": 1, "Value": "10042"}
    assert_told(ask(driver, raw), [{"CustomerDataColumns": [column]}], [True])
    assert findings(sandbox) == []


@pytest.mark.clause("EXPOINTS-30", "EXPOINTS-C25", "EXPOINTS-C28", "EXPOINTS-C31")
@pytest.mark.parametrize(
    "raw",
    [
        *(each.encode() for each in TABLES["no_json"]),
        b'{"Customers":[{"Email":"\xff"}]}',
        b'{"Customers":[]}\x00',
        b"[" * DEEP,
        b'{"Customers":' * DEEP,
        b'{"Customers":[{"x":' + b"[" * DEEP + b"]" * DEEP + b"}]}",
        b'{"Customers":[{"Email":' + b"9" * 20_000 + b"}]}",
    ],
    ids=lambda raw: repr(raw[:20]),
)
def test_what_is_no_json_is_refused_as_a_whole(sandbox, driver, raw):
    with unchanged(sandbox):
        assert_invalid(ask(driver, raw))


@pytest.mark.clause("EXPOINTS-C09")
def test_a_byte_order_mark_is_no_part_of_the_json(driver):
    customers = [{"Email": "out@example.com"}]
    text = json.dumps({"Customers": customers})
    assert_told(ask(driver, b"\xef\xbb\xbf" + text.encode()), customers, [True])
    assert_told(ask(driver, text.encode("utf-16"), f"{JSON}; charset=utf-16"), customers, [True], charset="utf-16")
