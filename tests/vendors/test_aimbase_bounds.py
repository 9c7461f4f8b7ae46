import asyncio
from datetime import datetime

import pytest

from mockserver.engine.intake import Bounds
from mockserver.errors import FixtureError
from mockserver.server import Server, Settings
from mockserver.vendors.aimbase import Aimbase
from mockserver.world.fixture import parse
from mockserver.world.sandbox import Start
from tests.driver import Driver
from tests.vendors.aimbase_desk import (
    ALWAYS,
    INVALID,
    NOW,
    ask,
    assert_answer,
    assert_refused,
    ids,
    person,
    state,
    store,
)

KIB = 1024
QUOTE = "'"
NODES = (
    "The node count limit of '100' has been exceeded. To increase the limit, "
    "set the 'MaxNodeCount' property on EnableQueryAttribute or ODataValidationSettings."
)
KEYS = (
    "The number of clauses in $orderby query option exceeded the maximum number allowed. "
    "The maximum number of $orderby clauses allowed is 5."
)
WHOLE = "Invalid value '{}' for $top query option found. The $top query option requires a non-negative integer value."


@pytest.mark.clause("AIMBASE-02", "AIMBASE-B08", "AIMBASE-B09", "AIMBASE-B28")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ([("$filter", f"Email eq '{'a' * 60 * KIB}'")], []),
        ([("$filter", f"Email eq '{QUOTE * 60 * KIB}' or Email eq 'a@b.com'")], [1520]),
        ([("$filter", "Email in ('a@b.com'" + f",'{'a' * 600}'" * 97 + ")")], [1520]),
        ([("$filter", f"Email{' ' * 30 * KIB}eq{' ' * 30 * KIB}'a@b.com'")], [1520]),
        ([("$filter", "Email eq 'a@b.com'"), ("$select", ",".join(["Id"] * 20 * KIB))], [1520]),
        ([("$filter", "Email eq 'a@b.com'"), ("x" * 30 * KIB, "y" * 30 * KIB)], [1520]),
        ([("$filter", "Email eq 'a@b.com'"), *[("x", "1")] * 15 * KIB], [1520]),
    ],
    ids=["text", "quotation marks", "list", "blanks", "select", "unknown option", "unknown options"],
)
def test_a_query_of_60_kb_within_the_limits_is_answered(driver, query, expected):
    assert ids(ask(driver, query)) == expected


@pytest.mark.clause("AIMBASE-05", "AIMBASE-B37")
@pytest.mark.parametrize(
    ("query", "text"),
    [
        ({"$filter": " or ".join(["IsOptedIn"] * 5000)}, NODES),
        ({"$filter": f"Id in ({','.join(['1'] * 30_000)})"}, NODES),
        ({"$filter": "(" * 60 * KIB}, "Recursion limit reached."),
        ({"$filter": "not " * 15 * KIB + "IsOptedIn"}, "Recursion limit reached."),
        ({"$filter": f"Id eq {'9' * 60 * KIB}"}, "Value was either too large or too small for the type 'Edm.Decimal'."),
        (
            {"$orderby": ",".join(["Id"] * 20 * KIB)},
            KEYS,
        ),
        (
            {"$top": "9" * 60 * KIB},
            WHOLE.format("9" * 60 * KIB),
        ),
    ],
    ids=["chain", "list", "parentheses", "nots", "digits", "orderby", "top"],
)
def test_a_query_of_60_kb_past_the_limits_is_a_400(driver, query, text):
    assert_refused(ask(driver, list(query.items())), 400, INVALID + text)


@pytest.mark.clause("AIMBASE-04")
@pytest.mark.parametrize("content_type", [None, "application/json", "text/xml", "nonsense", ""])
def test_a_body_is_not_looked_at(driver, content_type):
    assert_answer(ask(driver, body=b"<", content_type=content_type), 200, ask(driver).body, **ALWAYS)


@pytest.mark.clause("AIMBASE-B11", "AIMBASE-B34", "AIMBASE-B35", "AIMBASE-B36", "AIMBASE-B44")
def test_a_body_may_have_two_mib_and_no_more(driver):
    assert ask(driver, body=b" " * 2048 * KIB).status == 200
    answer = ask(driver, body=b" " * (2048 * KIB + 1))
    assert_refused(answer, 413, "Maximum request length exceeded.", connection="close")


@pytest.mark.clause("AIMBASE-B34", "AIMBASE-B35")
def test_header_fields_over_32_kib_are_a_431(driver):
    assert ask(driver, x="y" * 32 * 1000).status == 200
    answer = ask(driver, x="y" * 32 * KIB)
    assert_refused(answer, 431, "The request headers are too large.", connection="close")


@pytest.mark.clause("AIMBASE-B34", "AIMBASE-B35")
def test_a_body_that_does_not_arrive_in_time_is_a_408():
    server = Server(Settings(start=Start(now=NOW), bounds=Bounds(body_timeout_s=0.01)))

    async def silent():
        await asyncio.Event().wait()

    async def stalled(scope, receive, send):
        await server.app(scope, silent, send)

    answer = ask(Driver(stalled), body=b"?")
    assert_refused(answer, 408, "The request was not received in time.", connection="close")


@pytest.mark.clause("AIMBASE-38", "AIMBASE-40", "AIMBASE-42", "AIMBASE-B05")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", 2**31),
        ("id", -(2**31) - 1),
        ("country_code", "USA"),
        ("country_code", "us"),
        ("country_code", ""),
        ("opt_in_date", "0001-01-01T00:00:00Z"),
        ("create_date", "0001-01-01T00:00:00Z"),
        ("update_date", "1883-12-31T23:59:59.999Z"),
    ],
)
def test_a_fixture_has_no_value_that_no_answer_can_show(sandbox, field, value):
    row = state(sandbox)["Subscriber"][0]
    with pytest.raises(FixtureError, match=f"{field}: "):
        parse({"Subscriber": [{**row, field: value}]}, Aimbase.kinds())


@pytest.mark.clause("AIMBASE-38", "AIMBASE-40")
@pytest.mark.parametrize(
    ("number", "moment", "text"),
    [
        (-(2**31), "1884-01-01T00:00:00Z", "1883-12-31T18:00:00-06:00"),
        (2**31 - 1, "9999-12-31T23:59:59.999Z", "9999-12-31T17:59:59.999-06:00"),
    ],
)
def test_the_ends_of_what_a_fixture_may_have_are_shown(sandbox, driver, number, moment, text):
    at = datetime.fromisoformat(moment)
    store(sandbox, person(number, create_date=at, update_date=at))
    (row,) = ask(driver).json["value"]
    assert (row["Id"], row["CreateDate"], row["UpdateDate"]) == (number, text, text)
