from datetime import UTC, datetime
from decimal import Decimal

import pytest

from mockserver.odata import EntityType, Page, Primitive, Property
from tests.odata.odata_desk import PERSON, Person, ids, keeps, query, refusal

ROWS = [
    Person(3, "c@x.com", is_opted_in=True, opt_in_source="web", visits=2),
    Person(1, "a@x.com", opt_in_source=None, visits=1),
    Person(2, "b@x.com", is_opted_in=True, opt_in_source="app", visits=None),
    Person(4, "B@x.com", opt_in_source="web", visits=2),
]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Id", [1, 2, 3, 4]),
        ("Id desc", [4, 3, 2, 1]),
        ("Id asc", [1, 2, 3, 4]),
        ("Email", [4, 1, 2, 3]),
        ("OptInSource", [1, 2, 3, 4]),
        ("OptInSource desc", [3, 4, 2, 1]),
        ("IsOptedIn", [1, 4, 2, 3]),
        ("IsOptedIn desc", [2, 3, 1, 4]),
        ("Visits", [2, 1, 3, 4]),
        ("Visits desc,Id desc", [4, 3, 1, 2]),
        ("IsOptedIn desc , Visits\tdesc", [3, 2, 4, 1]),
        ("tolower(Email) desc,Id desc", [3, 4, 2, 1]),
        ("Id mod 2,Id", [2, 4, 1, 3]),
        ("contains(OptInSource,'w') desc", [3, 4, 2, 1]),
        ("null", [1, 2, 3, 4]),
        ("Id,Id,Id,Id,Id", [1, 2, 3, 4]),
        ("-Id", [4, 3, 2, 1]),
        ("Id in (3,4) desc", [3, 4, 1, 2]),
    ],
)
def test_rows_come_in_the_order_asked_for_nulls_lowest_and_ties_by_key(text, found):
    assert ids(ROWS, orderby=text) == found


def test_rows_come_by_key_where_no_order_is_asked_for():
    assert ids(ROWS) == [1, 2, 3, 4]
    assert ids(ROWS, filter="IsOptedIn") == [2, 3]
    assert [row.id for row in ROWS] == [3, 1, 2, 4]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"top": "2"}, [1, 2]),
        ({"skip": "3"}, [4]),
        ({"top": "2", "skip": "1"}, [2, 3]),
        ({"top": "0"}, []),
        ({"top": "2147483647"}, [1, 2, 3, 4]),
        ({"skip": "2147483647"}, []),
        ({"top": "00", "skip": "00"}, []),
        ({"top": "1", "filter": "IsOptedIn", "orderby": "Id desc"}, [3]),
    ],
)
def test_top_and_skip_cut_a_page(asked, found):
    assert ids(ROWS, **asked) == found


def test_the_count_is_taken_after_the_filter_and_before_the_page():
    page = query(filter="IsOptedIn", top="1", skip="1").run(ROWS)
    assert page == Page([ROWS[0]], 2)


@pytest.mark.parametrize(("text", "said"), [("true", True), ("TRUE", True), ("False", False), ("false", False)])
def test_the_count_is_asked_for_by_a_boolean_in_any_case(text, said):
    assert query(count=text).count is said


def test_a_query_tells_what_was_asked_for():
    found = query(filter="Email eq 'x'", top="5", skip="1", select="Email,Id", orderby="Id")
    assert set(found.options) == {"$filter", "$top", "$skip", "$select", "$orderby"}
    assert (found.top, found.skip, found.count) == (5, 1, False)


def test_a_query_without_options_asks_for_everything():
    found = query()
    assert (dict(found.options), found.top, found.skip, found.count, found.select) == ({}, None, 0, False, None)
    assert found.properties == tuple(PERSON.properties)
    assert (found.properties_used, found.equals) == ((), {})
    assert found.run([]) == Page([], 0)


@pytest.mark.parametrize(
    ("text", "asked", "rendered"),
    [
        ("Email,Id", ("Email", "Id"), ("Id", "Email")),
        ("Id , \tEmail", ("Id", "Email"), ("Id", "Email")),
        ("Id,Id", ("Id",), ("Id",)),
        ("*", ("*",), tuple(PERSON.properties)),
        ("Email,*", ("Email", "*"), tuple(PERSON.properties)),
    ],
)
def test_a_selection_is_told_as_asked_and_rendered_in_the_entity_types_order(text, asked, rendered):
    found = query(select=text)
    assert (found.select, found.properties) == (asked, rendered)


def test_json_is_the_one_format():
    assert refusal(format="json") is None


def test_properties_used_are_those_of_the_filter_in_order_each_once():
    found = query(filter="contains(Email,'a') and (Id eq 1 or Id in (2)) and not IsOptedIn", orderby="Visits")
    assert found.properties_used == ("Email", "Id", "IsOptedIn")


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("Email eq 'x'", {"Email": "x"}),
        ("'x' eq Email", {"Email": "x"}),
        ("(Email eq concat('x','y'))", {"Email": "xy"}),
        ("Id eq 5.0", {"Id": 5}),
        ("Email eq 'x' and Id gt 5", {"Email": "x"}),
        ("Email eq 'x' and Id eq 5 and Id gt 1 and IsOptedIn eq true", {"Email": "x", "Id": 5}),
        ("Email eq 'x' and (Id eq 5 and Id gt 1)", {"Email": "x", "Id": 5}),
        ("Id eq 5 and Id eq 6", {"Id": 5}),
        ("OptInDate eq 2017-10-13", {"OptInDate": datetime(2017, 10, 13, 5, tzinfo=UTC)}),
        ("Amount eq 1", {"Amount": Decimal(1)}),
        ("Id gt 5 and Email eq 'x'", {}),
        ("Email eq 'x' or Id eq 5", {}),
        ("not (Email eq 'x')", {}),
        ("Email ne 'x'", {}),
        ("Email eq null", {}),
        ("Email eq tolower(null)", {}),
        ("Email eq OptInSource", {}),
        ("tolower(Email) eq 'x'", {}),
        ("Email in ('x')", {}),
        ("-Id eq 5", {}),
        ("Amount eq 1e0", {}),
        ("(Email eq 'x') eq true", {}),
        ("1 eq 1", {}),
        ("true and Email eq 'x'", {}),
    ],
)
def test_a_filter_that_begins_with_property_eq_literal_can_use_an_index(text, pairs):
    assert query(filter=text).equals == pairs


def test_an_index_is_asked_for_case_folded_strings_where_strings_are_compared_so(caseless):
    assert query(filter="Email eq 'ẞX' and tolower(Email) eq 'a'", entity=caseless).equals == {"Email": "ssx"}


def test_names_may_have_any_case_in_lenient_queries():
    pairs = [("$FILTER", "CONTAINS(email,'@X') EQ FALSE AND Not (iD In (1,4)) OR Now() eq NULL"), ("$Top", "1")]
    pairs += [("$OrderBy", "ID Desc,email ASC"), ("$SELECT", "email,ID"), ("$Count", "True"), ("$FORMAT", "JSON")]
    found = query(*pairs, any_case=True)
    assert [row.id for row in found.run(ROWS).rows] == [3]
    assert (found.select, found.properties_used, found.count) == (("Email", "Id"), ("Email", "Id"), True)
    assert set(found.options) == {"$filter", "$top", "$orderby", "$select", "$count", "$format"}


@pytest.mark.parametrize("text", ["Foo EQ 1", "Id EQX 1", "Id Has 1", "Id eq INF1"])
def test_lenient_queries_know_no_other_names(text):
    assert refusal(filter=text, any_case=True) is not None


def test_lenient_queries_still_take_an_option_once():
    assert "more than once" in refusal(("$top", "1"), ("$TOP", "1"), any_case=True)


def test_an_option_without_its_dollar_sign_is_ignored_in_lenient_queries_too():
    assert query(("FILTER", "("), any_case=True).filter is None


def test_rows_may_be_anything_that_the_getters_read():
    pair = EntityType(
        "Pair",
        "Test.Pair",
        "K",
        {"K": Property("K", Primitive.STRING, nullable=False), "V": Property("V", Primitive.INT32)},
        {"K": lambda row: row[0], "V": lambda row: row[1]},
    )
    found = query(filter="V gt 1", orderby="V desc", entity=pair).run([("a", 1), ("b", 2), ("c", 3), ("d", None)])
    assert found == Page([("c", 3), ("b", 2)], 2)


def test_a_query_can_be_run_again_over_other_rows():
    asked = query(filter="Id gt 1")
    assert [asked.run(rows).count for rows in (ROWS, [], ROWS[:2])] == [3, 0, 1]


def test_a_row_needs_no_copy_to_be_kept():
    assert query(top="1").run(ROWS).rows[0] is ROWS[1]
    assert keeps("true", ROWS[0])
