import base64
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from mockserver.vendors.expoints.records import OptOut
from tests.vendors.expoints_desk import put_opt_outs, unchanged

LIST = "/expoints/external/api/v3/customer/getoptouts"
TOKEN = {"authorization": "Bearer expoints-token"}
DAY = datetime(2025, 11, 5, tzinfo=UTC)


def get(driver, *pairs):
    return driver.get(LIST, headers=TOKEN, query=urlencode(pairs).encode())


@pytest.fixture
def cursor(sandbox, driver):
    put_opt_outs(sandbox, [OptOut(DAY, f"{number}@x") for number in range(3)])
    return get(driver, ("Limit", 1), ("OptOutDateFilter.From", "2025-11-05T00:00:00Z")).json["NextCursor"]


@pytest.mark.clause("EXPOINTS-43", "EXPOINTS-C20")
@pytest.mark.parametrize(
    "pairs",
    [
        [("OptOutDateFilter.From", "2025-11-05T00:00:00Z")],
        [("optoutdatefilter.FROM", "2025-11-05T01:00:00+01:00"), ("Limit", 2)],
        [
            ("OptOutDateFilter.From", "2025-11-05T01:00:00"),
            ("includeTestRecords", "False"),
            ("OptOutDateFilter.To", ""),
        ],
        [("OptOutDateFilter.From", "2025-11-05T00:00:00Z"), ("_", "1730000000")],
    ],
)
def test_a_cursor_goes_on_with_the_same_filters_however_they_are_written(driver, cursor, pairs):
    answer = get(driver, ("Cursor", cursor), *pairs)
    assert (answer.status, len(answer.json.get("OptOuts", []))) == (200, 2)


@pytest.mark.clause("EXPOINTS-C20")
@pytest.mark.parametrize(
    "pairs",
    [
        [],
        [("OptOutDateFilter.To", "2025-11-05T00:00:00Z")],
        [("TransactionDateFilter.From", "2025-11-05T00:00:00Z")],
        [("OptOutDateFilter.From", "2025-11-05T00:00:01Z")],
        [("OptOutDateFilter.From", "2025-11-05T00:00:00Z"), ("IncludeTestRecords", "true")],
        [("OptOutDateFilter.From", "2025-11-05T00:00:00Z"), ("DataFilters[0].Name", "Voornaam")],
    ],
)
def test_a_cursor_is_refused_with_other_filters(driver, cursor, pairs):
    answer = get(driver, ("Cursor", cursor), *pairs)
    assert (answer.status, [*answer.json["ModelState"]]) == (400, ["Cursor"])


@pytest.mark.clause("EXPOINTS-C20")
def test_a_cursor_that_was_changed_anywhere_is_refused(driver, cursor):
    filters = ("OptOutDateFilter.From", "2025-11-05T00:00:00Z")
    for place in range(len(cursor)):
        other = "A" if cursor[place] != "A" else "B"
        changed = f"{cursor[:place]}{other}{cursor[place + 1 :]}"
        assert get(driver, filters, ("Cursor", changed)).status == 400, place
    for changed in (f"{cursor}!", f"!{cursor}", cursor[:-1], f"{cursor}=", f" {cursor}", f"{cursor}AAAA"):
        assert get(driver, filters, ("Cursor", changed)).status == 400, changed


@pytest.mark.clause("EXPOINTS-C20")
def test_a_cursor_tells_nobody_s_address_and_needs_no_escape(cursor):
    assert urlencode({"c": cursor}) == f"c={cursor}"
    assert b"@x" not in base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))


@pytest.mark.clause("EXPOINTS-46")
@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        (datetime(9999, 12, 31, 23, 30, tzinfo=UTC), "9999-12-31T23:30:00+00:00"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:19:32+00:19"),
    ],
)
def test_a_date_at_the_end_of_time_is_shown(sandbox, driver, stored, shown):
    put_opt_outs(sandbox, [OptOut(stored, "a@x")])
    assert [each["OptOutDate"] for each in get(driver).json["OptOuts"]] == [shown]


@pytest.mark.clause("EXPOINTS-C21")
@pytest.mark.parametrize("end", ["0001-01-01", "9999-12-31T23:59:59.9999999-14:00", "0001-01-01T00:00:00+14:00"])
def test_a_filter_at_the_end_of_time_is_no_error(driver, end):
    for name in ("OptOutDateFilter.From", "OptOutDateFilter.To"):
        assert get(driver, (name, end)).status == 200


@pytest.mark.clause("EXPOINTS-C45")
@pytest.mark.parametrize(
    ("query", "status"),
    [
        (b"Cursor=%00", 400),
        (b"Cursor=%FF%FE", 400),
        (b"Cursor=" + b"A" * 8000, 400),
        (b"Limit=%D9%A3", 400),
        (b"OptOutDateFilter.From=%00", 400),
        (b"OptOutDateFilter.From=2025-11-06T13:00:00+01:00", 400),
        (b"DataFilters[0].Name=%00&DataFilters[0].Values=%FF", 200),
        (b"DataFilters[99999999999999999999].Name=x&DataFilters[-1].Name=x&[=&]=&&=", 200),
        (b"&".join(b"DataFilters[%d].CustomerDataColumnId=1" % number for number in range(1000)), 200),
    ],
    ids=range(9),
)
def test_odd_queries_are_answered_and_change_nothing(sandbox, driver, query, status):
    with unchanged(sandbox):
        assert driver.get(LIST, headers=TOKEN, query=query).status == status
