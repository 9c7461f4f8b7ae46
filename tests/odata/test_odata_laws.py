import string
from contextlib import suppress
from dataclasses import replace
from itertools import chain

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mockserver.odata import QueryError
from tests.odata.odata_desk import PERSON, PLAIN, ids, query, refusal
from tests.odata.odata_texts import CALM, COMPARED, CONDITIONS, MOMENT_TEXTS, NUMBERS, ORDERS, ROWS, STRINGS, of

SIZES = st.integers(0, 10)
TOKENS = """
    eq ne gt and or not in has add div mod desc asc ( ) , ' - / * $it/ @p 'a' 0 1 1.5 1e400 null true NaN ٣
    9223372036854775807 2017-01-01 2017-01-01T00:00Z 12:30 duration'P1D' now() maxdatetime()
    contains( length( substring( year( round( date( totalseconds(
"""
FRAGMENTS = st.sampled_from([*PERSON.properties, *TOKENS.split(), "\ud800", "\x00", "\n"])
NOISE = st.one_of(
    st.lists(FRAGMENTS, max_size=12).map(" ".join),
    st.lists(FRAGMENTS, max_size=12).map("".join),
    st.text(string.printable, max_size=40),
    st.text(max_size=20),
)


def within(text):
    """Leave out what is over the limits."""
    assume("node count" not in (refusal(filter=text) or ""))


@CALM
@given(CONDITIONS, ROWS)
def test_a_filter_its_opposite_and_its_null_part_share_the_rows_out(text, rows):
    within(f"not ({text}) and ({text}) eq null")
    parts = [ids(rows, filter=each) for each in (text, f"not ({text})", f"({text}) eq null")]
    assert sorted(chain(*parts)) == ids(rows)


@CALM
@given(CONDITIONS, CONDITIONS, ROWS)
def test_and_is_the_intersection_or_the_union(one, other, rows):
    within(f"{one} and {other}")
    left, right = set(ids(rows, filter=one)), set(ids(rows, filter=other))
    assert set(ids(rows, filter=f"{one} and {other}")) == left & right
    assert set(ids(rows, filter=f"{one} or {other}")) == left | right


@CALM
@given(
    st.one_of(
        *(
            (each.flatmap(lambda left, each=each: st.tuples(st.just(left), each)))
            for each in (NUMBERS, STRINGS, MOMENT_TEXTS)
        )
    ),
    ROWS,
)
def test_the_inclusive_comparisons_differ_from_the_others_by_the_equal_rows(pair, rows):
    left, right = pair
    above, from_there, below, up_to, equal, other = (
        set(ids(rows, filter=f"{left} {operator} {right}")) for operator in ("gt", "ge", "lt", "le", "eq", "ne")
    )
    null = set(ids(rows, filter=f"{left} eq null or {right} eq null"))
    assert from_there - above == up_to - below == equal - null
    assert above & below == set()
    assert above | below | equal | null == equal | other == set(ids(rows))
    assert above == set(ids(rows, filter=f"{right} lt {left}"))


@CALM
@given(CONDITIONS, ORDERS, ROWS, SIZES, SIZES)
def test_top_and_skip_give_slices_of_the_whole(condition, order, rows, top, skip):
    within(condition)
    whole = query(filter=condition, orderby=order).run(rows)
    page = query(filter=condition, orderby=order, top=str(top), skip=str(skip)).run(rows)
    assert page.rows == whole.rows[skip : skip + top]
    assert page.count == whole.count == len(whole.rows)


SPANS = st.sampled_from(["duration'PT0S'", "duration'P1DT2H3M4.5S'", "duration'-PT36H'", "(-(Wait))", "Wait"])


@CALM
@given(st.sampled_from(["OptInDate", "2017-06-01T12:00Z", "now()"]), SPANS, ROWS)
def test_a_moment_that_is_moved_is_away_by_the_span_and_comes_back(moment, span, rows):
    known = ids(rows, filter=f"{moment} ne null and {span} ne null")
    for text in (
        f"({moment} add {span}) sub {moment} eq {span}",
        f"{moment} add {span} sub {span} eq {moment}",
        f"{moment} sub {span} eq {moment} add -({span})",
        f"({moment} add {span} gt {moment}) eq ({span} gt duration'PT0S')",
    ):
        assert ids(rows, filter=f"{moment} ne null and {span} ne null and {text}") == known


@CALM
@given(ORDERS, ROWS, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_how_the_rows_arrive(order, rows, random):
    found = ids(rows, orderby=order)
    shuffled = random.sample(rows, len(rows))
    assert ids(shuffled, orderby=order) == found
    assert sorted(found) == ids(shuffled)


@CALM
@given(st.one_of(NUMBERS, STRINGS, MOMENT_TEXTS), ROWS)
def test_descending_is_ascending_backwards(text, rows):
    assert ids(rows, orderby=f"{text} desc,Id desc") == ids(rows, orderby=f"{text},Id")[::-1]


@CALM
@given(st.one_of(NUMBERS, STRINGS, MOMENT_TEXTS), ROWS)
def test_nulls_are_first_ascending(text, rows):
    nulls = ids(rows, filter=f"{text} eq null")
    assert ids(rows, orderby=text)[: len(nulls)] == nulls


@CALM
@given(CONDITIONS, ROWS, st.lists(st.sampled_from([*PERSON.properties, "*"]), min_size=1, max_size=4))
def test_a_selection_changes_no_row_and_names_each_property_once(text, rows, names):
    within(text)
    found = query(filter=text, select=",".join(names))
    assert found.run(rows) == query(filter=text).run(rows)
    assert len(set(found.properties)) == len(found.properties)
    assert set(found.properties) == (set(PERSON.properties) if "*" in names else set(names))


@CALM
@given(
    st.lists(
        st.sampled_from(["Id eq 1", "2 eq Id", "Email eq 'a'", "Visits eq 1.0", "Id gt 0"]) | CONDITIONS,
        min_size=1,
        max_size=3,
    ).map(" and ".join),
    ROWS,
)
def test_the_rows_of_an_index_give_the_same_page(text, rows):
    within(text)
    found = query(filter=text)
    indexed = [row for row in rows if all(PERSON.getters[name](row) == value for name, value in found.equals.items())]
    assert found.run(indexed) == found.run(rows)


@CALM
@given(CONDITIONS, ROWS)
def test_more_parentheses_and_a_double_negation_change_nothing(text, rows):
    within(f"not (not ({text}))")
    assert ids(rows, filter=f"(({text}))") == ids(rows, filter=text) == ids(rows, filter=f"not (not ({text}))")


@CALM
@given(of(NUMBERS, COMPARED, NUMBERS) | CONDITIONS, ROWS)
def test_letter_case_is_all_that_lenient_queries_add(text, rows):
    within(text)
    assert ids(rows, filter=text, any_case=True) == ids(rows, filter=text)


@settings(CALM, max_examples=800)
@given(st.sampled_from(["$filter", "$orderby", "$select", "$top", "$skip", "$count", "$format"]), NOISE, st.booleans())
def test_no_text_whatever_raises_anything_but_a_query_error(name, text, any_case):
    with suppress(QueryError):
        query((name, text), any_case=any_case).run([PLAIN, replace(PLAIN, id=0, visits=0)])


@pytest.mark.parametrize("opening", ["(", "not (", "-", "-(", "contains(", "1 add (", "Id in (", "'", "concat('a',"])
@pytest.mark.parametrize("name", ["$filter", "$orderby", "$select"])
def test_no_depth_raises_anything_but_a_query_error(name, opening):
    with pytest.raises(QueryError):
        query((name, opening * 99_999))
