from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from mockserver.vendors.expoints.records import Datum, OptOut
from mockserver.world.journal import Finding
from mockserver.world.sandbox import Mode
from tests.driver import Driver
from tests.vendors.expoints_desk import put_opt_outs

LIST = "/expoints/external/api/v3/customer/getoptouts"
DELETE = "/expoints/external/api/v3/customer/deleteoptout"
COLUMNS = "/expoints/external/api/v3/customerdatacolumn"
TOKEN = {"authorization": "Bearer expoints-token"}
DAY = datetime(2025, 11, 5, 12, 0, tzinfo=UTC)


def get(driver, path, *pairs):
    return driver.get(path, headers=TOKEN, query=urlencode(pairs).encode())


def put(sandbox, *records):
    with sandbox.store.records("expoints").transaction() as tx:
        for each in records:
            tx.put(each)


def only(sandbox, *records):
    """Leave no other opt-outs than these."""
    put_opt_outs(sandbox, records)


def emails(answer):
    assert answer.status == 200, answer
    return [each["Email"] for each in answer.json["OptOuts"]]


def assert_invalid(answer, name, value, text="The value '{}' is not valid for {}."):
    text = text.format(value, "Int32" if name == "CustomerDataColumnIds" else name.rpartition(".")[2])
    assert (answer.status, answer.json) == (400, {"Message": "The request is invalid.", "ModelState": {name: [text]}})


PEOPLE = [
    OptOut(DAY, "a@x", (Datum(1, "CustomerNumber", "1"),), transaction_date=DAY - timedelta(days=9)),
    OptOut(DAY + timedelta(days=1), "b@x", (Datum(1, "CustomerNumber", "2"), Datum(8, "Voornaam", "Ada"))),
    OptOut(DAY + timedelta(days=2), "c@x", (Datum(8, "Voornaam", "Bea"),), transaction_date=DAY),
]


@pytest.mark.clause("EXPOINTS-41", "EXPOINTS-C21", "EXPOINTS-C43", "EXPOINTS-C48")
@pytest.mark.parametrize(
    ("pairs", "found"),
    [
        ([], "abc"),
        ([("OptOutDateFilter.From", "2025-11-06T12:00:00Z")], "bc"),
        ([("optoutdatefilter.to", "2025-11-06T13:00:00+01:00")], "ab"),
        ([("OptOutDateFilter.To", "2025-11-06T13:00:00")], "ab"),
        ([("OptOutDateFilter.To", "2025-11-06 12:59")], "a"),
        ([("OptOutDateFilter.To", " 2025-11-06T12:59:59.9999999+01:00 ")], "a"),
        ([("OptOutDateFilter.From", "2025-11-06"), ("OptOutDateFilter.To", "2025-11-07")], "b"),
        ([("TransactionDateFilter.From", "2025-11-01")], "c"),
        ([("TransactionDateFilter.To", "2025-11-01")], "a"),
        ([("TransactionDateFilter.To", ""), ("OptOutDateFilter.From", "")], "abc"),
        ([("DataFilters[0].CustomerDataColumnId", "1")], "ab"),
        ([("DataFilters[0].CustomerDataColumnId", "0"), ("DataFilters[0].Name", "Voornaam")], "bc"),
        ([("datafilters[0].name", "Voornaam"), ("DataFilters[0].Values[0]", "Ada")], "b"),
        (
            [
                ("DataFilters[0].Name", "Voornaam"),
                ("DataFilters[0].Values[0]", "x"),
                ("DataFilters[0].Values[1]", "Bea"),
            ],
            "c",
        ),
        ([("DataFilters[0].CustomerDataColumnId", "1"), ("DataFilters[1].CustomerDataColumnId", "8")], "b"),
        ([("DataFilters[0].Name", "voornaam")], ""),
        ([("DataFilters[0].Name", "Voornaam"), ("DataFilters[0].Values", "Ada"), ("DataFilters[0].Values", "x")], "b"),
        ([("DataFilters[0][Name]", "Voornaam"), ("DataFilters[0][Values][]", "Bea")], "c"),
        ([("DataFilters[0].Name", "Voornaam"), ("DataFilters[0].Values[0]", "")], ""),
        ([("DataFilters[1].Name", "Voornaam")], "abc"),
        ([("DataFilters", "Voornaam")], ""),
        ([("OptOutDateFilter[From]", "2025-11-06T12:00:00Z"), ("OptOutDateFilter.From", "x")], "bc"),
        ([("Unknown", "1")], "abc"),
    ],
)
def test_the_list_has_those_for_whom_all_filters_hold(sandbox, driver, pairs, found):
    only(sandbox, *PEOPLE)
    assert emails(get(driver, LIST, *pairs)) == [f"{each}@x" for each in found]


@pytest.mark.clause("EXPOINTS-44", "EXPOINTS-C18")
@pytest.mark.parametrize(("limit", "shown"), [(None, 100), ("100", 100), ("1000", 100), ("+007 ", 7)])
def test_a_page_has_a_hundred_at_most(sandbox, driver, limit, shown):
    only(sandbox, *(OptOut(DAY, f"{number}@x") for number in range(101)))
    answer = get(driver, LIST, *([] if limit is None else [("Limit", limit)]))
    assert len(emails(answer)) == shown
    assert answer.json["NextCursor"]


@pytest.mark.clause("EXPOINTS-43", "EXPOINTS-C19", "EXPOINTS-C44")
@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_pages_have_everybody_once_while_the_list_changes(sandbox, driver, size):
    people = [OptOut(DAY + timedelta(seconds=number // 3), f"{number}@x") for number in range(10)]
    only(sandbox, *people)
    seen, cursor, first = [], "", True
    while cursor is not None:
        answer = get(driver, LIST, ("Limit", size), ("Cursor", cursor))
        seen += emails(answer)
        cursor = answer.json["NextCursor"]
        if first:
            first = False
            put(sandbox, OptOut(DAY - timedelta(days=1), "early@x"), OptOut(DAY + timedelta(days=1), "late@x"))
            with sandbox.store.records("expoints").transaction() as tx:
                tx.delete(OptOut, ("0@x", ()))
    assert len(seen) == len(set(seen))
    assert {f"{number}@x" for number in range(1, 10)} <= {*seen}
    assert ("late@x" in seen) == (size < 10)


@pytest.mark.clause("EXPOINTS-46", "EXPOINTS-C14")
def test_dates_have_the_tenant_s_offset_and_no_zeros_at_the_end(sandbox, driver):
    summer, winter = datetime(2025, 7, 1, 12, 0, 0, 120000, tzinfo=UTC), datetime(2025, 12, 1, 12, 0, 0, 7, tzinfo=UTC)
    only(sandbox, OptOut(summer, "a@x", transaction_date=winter, survey_closed_date=DAY), OptOut(winter, "b@x"))
    one, two = get(driver, LIST).json["OptOuts"]
    assert one["OptOutDate"] == "2025-07-01T14:00:00.12+02:00"
    assert (one["TransactionDate"], one["SurveyClosedDate"]) == (
        "2025-12-01T13:00:00.000007+01:00",
        "2025-11-05T13:00:00+01:00",
    )
    assert (two["TransactionDate"], two["SurveyClosedDate"]) == (None, None)


@pytest.mark.clause("EXPOINTS-C18", "EXPOINTS-C20", "EXPOINTS-C45")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Limit", "0"),
        ("Limit", "-1"),
        ("Limit", "x"),
        ("Limit", "1.5"),
        ("IncludeTestRecords", "yes"),
        ("IncludeTestRecords", "1"),
        ("OptOutDateFilter.From", "yesterday"),
        ("TransactionDateFilter.To", "2025-13-01"),
        ("TransactionDateFilter.To", "20251101"),
        ("TransactionDateFilter.To", "2025-W45-4"),
        ("DataFilters[0].CustomerDataColumnId", "x"),
        ("Cursor", "x"),
        ("Cursor", "W10="),
        ("Cursor", "WzEsMixbXV0="),
        ("Cursor", "é"),
        ("Cursor", "bnVsbA=="),
    ],
)
def test_a_parameter_that_cannot_be_read_is_named(driver, name, value):
    assert_invalid(get(driver, LIST, (name, value)), name, value)


@pytest.mark.clause("EXPOINTS-C45")
@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("Limit", "2147483648", "An error has occurred."),
        ("Limit", "9" * 30, "An error has occurred."),
        ("Limit", "", "A value is required."),
        ("IncludeTestRecords", " ", "A value is required."),
        ("DataFilters[0].CustomerDataColumnId", "", "A value is required."),
    ],
)
def test_a_parameter_out_of_range_or_missed_is_told_in_the_framework_s_words(driver, name, value, text):
    assert_invalid(get(driver, LIST, (name.upper(), value)), name, value, text)


@pytest.mark.clause("EXPOINTS-C43", "EXPOINTS-C45")
def test_of_several_values_the_first_is_bound_and_all_are_told(driver):
    assert len(emails(get(driver, LIST, ("Limit", "1"), ("limit", "x")))) == 1
    assert_invalid(get(driver, LIST, ("Limit", "x"), ("limit", "1")), "Limit", "x,1")


@pytest.mark.clause("EXPOINTS-C20")
def test_a_cursor_is_good_for_its_filters_only(driver):
    cursor = get(driver, LIST, ("Limit", "1")).json["NextCursor"]
    assert get(driver, LIST, ("Limit", "2"), ("cursor", cursor)).status == 200
    assert_invalid(get(driver, LIST, ("Cursor", cursor), ("IncludeTestRecords", "true")), "Cursor", cursor)


@pytest.mark.clause("EXPOINTS-50", "EXPOINTS-C48")
@pytest.mark.parametrize(
    ("pairs", "ids"),
    [
        ([], [1, 2, 8, 9, 10, 11]),
        ([("Required", "true")], [1]),
        ([("required", "False"), ("Archived", "")], [2, 8, 9, 10, 11]),
        ([("Archived", "true")], [9]),
        ([("Archived", "false"), ("CustomerDataColumnIds", "9"), ("customerdatacolumnids", "8")], [8]),
        ([("CustomerDataColumnIds", "")], []),
        ([("CustomerDataColumnIds[]", "2"), ("CustomerDataColumnIds", "-5")], [2]),
        ([("CustomerDataColumnIds[0]", "2"), ("CustomerDataColumnIds[1]", "8")], [2, 8]),
    ],
)
def test_columns_are_those_for_which_all_filters_hold(driver, pairs, ids):
    assert [each["Id"] for each in get(driver, COLUMNS, *pairs).json["CustomerDataColumns"]] == ids


@pytest.mark.clause("EXPOINTS-C45")
@pytest.mark.parametrize(("name", "value"), [("Required", "yes"), ("Archived", "null"), ("CustomerDataColumnIds", "x")])
def test_a_filter_of_columns_that_cannot_be_read_is_named(driver, name, value):
    assert_invalid(get(driver, COLUMNS, (name, value)), name, value)


def delete(driver, raw):
    return driver.request("DELETE", DELETE, headers=TOKEN | {"content-type": "application/json"}, body=raw)


@pytest.mark.clause("EXPOINTS-C47")
@pytest.mark.parametrize("raw", [b"{}", b'{"Email":null,"Data":null}', b'{"Email":"","Data":[]}', b"null"])
def test_a_deletion_of_nobody_is_refused(driver, raw):
    assert (delete(driver, raw).status, delete(driver, raw).json) == (400, {"Message": "The request is invalid."})


@pytest.mark.clause("EXPOINTS-C16")
def test_a_deletion_that_finds_nobody_is_a_finding_and_strictly_a_refusal(sandbox, driver, fresh):
    raw = b'{"Email":"in@example.com"}'
    assert delete(driver, raw).status == 200
    assert sandbox.store.journal.entries()[0][-1].findings == [
        Finding("EXPOINTS-C16", "there is no such opt-out to delete")
    ]
    strict = Driver(fresh(mode=Mode.STRICT).app)
    assert (delete(strict, raw).status, delete(strict, raw).json) == (400, {"Message": "The request is invalid."})


@pytest.mark.clause("EXPOINTS-C04", "EXPOINTS-C17")
@pytest.mark.parametrize(
    ("body", "left"),
    [
        (b'{"Email":"A@x"}', "bc"),
        (b'{"Data":[{"CustomerDataColumnId":1,"Value":"2"}]}', "ac"),
        (b'{"Data":[{"Name":"Voornaam","Value":"Bea"}]}', "ab"),
        (b'{"Data":[{"Name":"Voornaam","Value":"bea"}]}', "abc"),
        (b'{"Data":[{"Value":"Bea"}]}', "abc"),
        (b'{"Data":[{"CustomerDataColumnId":1,"Value":"2"},{"CustomerDataColumnId":8,"Value":"Ada"}]}', "ac"),
        (b'{"Email":"b@x","Data":[{"Name":"Voornaam","Value":"Ada"}]}', "ac"),
        (b'{"Email":"b@x","Data":[{"Name":"Voornaam","Value":"Bea"}]}', "abc"),
    ],
)
def test_a_deletion_ends_the_opt_outs_that_it_selects_and_no_others(sandbox, driver, body, left):
    only(sandbox, *PEOPLE)
    assert (delete(driver, body).status, delete(driver, body).body) == (200, b"")
    assert emails(get(driver, LIST)) == [f"{each}@x" for each in left]
