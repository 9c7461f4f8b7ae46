import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.driver import Driver
from tests.vendors.aimbase_desk import ENCODINGS, PROPERTIES, ask, assert_found, ids, pages, records, switch

NAMES = st.sampled_from([*PROPERTIES, "Foo", "id", "$it"])
TEXTS = ["'a@b.com'", "'O''Brien'", "''", "'", "''''", "null", "true", "datetime'2019-01-01'", "X'00'"]
NUMBERS = ["1519", "-1", "0", "2.5", "1e400", "INF", "NaN", "9" * 40]
MOMENTS = ["2019-11-03T01:30:00-06:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "now()", "12:30"]
SPANS = ["2019-01-01", "0001-01-01", "9999-12-31", "duration'P99999999D'", "duration'-PT1S'"]
LITERALS = st.sampled_from([*TEXTS, *NUMBERS, *MOMENTS, *SPANS])
ONE = "length tolower toupper trim year month day hour minute second fractionalseconds date time round floor ceiling"
TWO = "contains startswith endswith indexof concat substring substringof replace"
BINARY = ["eq", "ne", "gt", "ge", "lt", "le", "and", "or", "add", "sub", "mul", "div", "mod", "in", "has", "EQ", "like"]


def grown(parts):
    """Put expressions together to larger ones, right or wrong."""
    call_1 = st.builds("{}({})".format, st.sampled_from(ONE.split()), parts)
    call_2 = st.builds("{}({},{})".format, st.sampled_from(TWO.split()), parts, parts)
    prefixed = st.builds("{}{}".format, st.sampled_from(["not ", "-", "(", "- "]), parts)
    either = st.builds("{} {} {}".format, parts, st.sampled_from(BINARY), parts)
    return st.builds("({})".format, parts) | call_1 | call_2 | prefixed | either


EXPRESSIONS = st.recursive(NAMES | LITERALS, grown, max_leaves=8)
CONDITIONS = st.builds("{} {} {}".format, EXPRESSIONS, st.sampled_from(BINARY[:6]), EXPRESSIONS)
TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
WHOLE = st.integers(-1, 40).map(str) | st.just("2147483647")
KEYS = st.lists(st.builds("{}{}".format, EXPRESSIONS, st.sampled_from(["", " asc", " desc", " x"])), max_size=3)
PAIRS = st.one_of(
    st.tuples(st.just("$filter"), CONDITIONS | EXPRESSIONS | TEXT),
    st.tuples(st.just("$orderby"), KEYS.map(",".join)),
    st.tuples(st.sampled_from(["$top", "$skip"]), WHOLE | TEXT),
    st.tuples(st.just("$select"), st.lists(NAMES | st.just("*"), max_size=3).map(",".join)),
    st.tuples(st.just("$count"), st.sampled_from(["true", "FALSE", "1", ""])),
    st.tuples(TEXT, TEXT),
)
BASELINE = ["test@test.com", "a@b.com", "o'brien@example.com", "jane+news@example.com", "Sam.Case@Example.com"]
BASELINE += ["100%_sure@example.com", "zoë@example.com"]
ORDERS = st.sampled_from(["Email", "OptInDate desc", "IsOptedIn,UpdateDate desc", "length(OptInSource) desc"])
hundreds = settings(derandomize=True, deadline=None, max_examples=200, database=None)


@pytest.fixture(scope="module")
def room(started):
    made = started.world.create()
    yield made
    started.world.delete(made.name)


@pytest.mark.clause("AIMBASE-02", "AIMBASE-05")
@hundreds
@given(query=st.lists(PAIRS, max_size=4))
def test_any_query_is_answered_or_refused_and_never_a_fault(started, room, query):
    answer = ask(Driver(started.app, sandbox=room.name), query)
    if answer.status == 400:
        assert answer.json["error"]["code"] == ""
        assert answer.json["error"]["message"]
    else:
        assert answer.status == 200
        assert next(iter(answer.json)) == "@odata.context"
        assert len(answer.json["value"]) <= 37


@pytest.mark.clause("AIMBASE-25", "AIMBASE-B17", "AIMBASE-B28")
@hundreds
@given(
    email=st.sampled_from(BASELINE) | st.sampled_from(BASELINE).map(str.swapcase) | TEXT,
    how=st.sampled_from(list(ENCODINGS.values())),
)
def test_an_address_finds_what_a_plain_loop_finds(started, room, email, how):
    driver = Driver(started.app, sandbox=room.name)
    quoted = email.replace("'", "''")
    answer = ask(driver, [("$filter", f"Email eq '{quoted}'")], how=how)
    assert_found(driver, answer, [row for row in records(room).values() if row.email == email])


@pytest.mark.clause("AIMBASE-01", "AIMBASE-B08", "AIMBASE-B10")
@hundreds
@given(
    size=st.integers(1, 40),
    query=st.fixed_dictionaries(
        {},
        optional={
            "$top": st.integers(0, 40).map(str),
            "$skip": st.integers(0, 40).map(str),
            "$orderby": ORDERS,
            "$filter": st.sampled_from(["IsOptedIn eq false", "Email ne 'jane+news@example.com'"]),
        },
    ),
)
def test_pages_of_any_size_together_are_the_whole(started, room, size, query):
    driver = Driver(started.app, sandbox=room.name)
    switch(room)
    whole = ids(ask(driver, list(query.items())))
    switch(room, page_size=size)
    found = [each for answer in pages(driver, ask(driver, list(query.items()))) for each in ids(answer)]
    switch(room)
    assert found == whole
