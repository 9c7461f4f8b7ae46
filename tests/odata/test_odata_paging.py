import base64
import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.odata import QueryError
from mockserver.odata.paging import next_query
from tests.odata.odata_desk import PERSON, Person, query
from tests.odata.odata_texts import CALM, CONDITIONS, ORDERS, ROWS
from tests.odata.test_odata_laws import within

SIZES = st.integers(1, 4)
NAN = float("nan")


def follow(rows, pairs, *, entity=PERSON, changed=lambda rows: rows, **sizes):
    """Give the pages that one query's tokens lead to; `changed` makes other rows of them between two pages."""
    found = []
    while True:
        asked = query(*pairs, entity=entity)
        page = asked.run(rows, **sizes)
        found.append(page)
        if page.token is None:
            return found
        assert len(found) <= 20
        rest = None if asked.top is None else asked.top - len(page.rows)
        pairs = parse_qsl(next_query(pairs, page.token, rest))
        sizes.pop("preferred", None)
        rows = changed(rows)


def shown(pages):
    return [row.id for page in pages for row in page.rows]


ASKED = st.fixed_dictionaries(
    {},
    optional={
        "$filter": CONDITIONS,
        "$orderby": ORDERS,
        "$top": st.integers(0, 9).map(str),
        "$skip": st.integers(0, 4).map(str),
        "$select": st.sampled_from(["Id", "Email, Id", "*"]),
        "$count": st.just("true"),
        "x": st.just("a&b=c+d"),
    },
)


@settings(CALM, max_examples=80)
@given(ASKED, ROWS, SIZES, st.sampled_from(["most", "preferred"]))
def test_the_pages_together_are_the_whole(asked, rows, size, whose):
    within(asked.get("$filter", "true"))
    pairs = list(asked.items())
    whole = query(*pairs).run(rows)
    pages = follow(rows, pairs, **{whose: size})
    assert shown(pages) == [row.id for row in whole.rows]
    assert all(len(page.rows) == size for page in pages[:-1])
    assert 0 < len(pages[-1].rows) <= size or len(pages) == 1
    assert {page.count for page in pages} == {whole.count}


@settings(CALM, max_examples=80)
@given(ORDERS, ROWS, SIZES, st.data())
def test_who_is_there_all_the_time_is_shown_once_while_others_come_and_go(order, rows, size, data):
    born = [replace(row, id=row.id + 100) for row in rows]
    asked = query(orderby=order)
    lasting = set(data.draw(st.sets(st.sampled_from([row.id for row in rows])))) if rows else set()

    def changed(present):
        coming = data.draw(st.lists(st.sampled_from(born), max_size=3)) if born else []
        going = data.draw(st.sets(st.sampled_from([row.id for row in present]), max_size=3)) if present else set()
        kept = [row for row in present if row.id in lasting or row.id not in going]
        return list({row.id: row for row in (*coming, *kept)}.values())

    pages = follow(rows, [("$orderby", order)], changed=changed, preferred=size)
    found = shown(pages)
    assert lasting <= set(found)
    assert len(found) == len(set(found))
    everybody = {row.id: row for row in (*rows, *born)}
    assert found == [row.id for row in asked.run([everybody[each] for each in found]).rows]


def test_a_page_goes_on_behind_a_row_that_has_gone():
    rows = [Person(number, "same") for number in range(1, 6)]
    pages = follow(rows, [("$orderby", "Email")], preferred=2, changed=lambda rows: [r for r in rows if r.id != 2])
    assert shown(pages) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("order", "values"),
    [
        ("OptInDate", {"opt_in_date": [None, datetime(2017, 1, 1, tzinfo=UTC), datetime(2017, 1, 1, 0, 0, 1, 5, UTC)]}),
        ("OptInSource", {"opt_in_source": [None, "", "B", "a", "\u00e9\U0001f600'"]}),
        ("Agreed", {"agreed": [None, False, True]}),
        ("Visits", {"visits": [None, -(2**63), 0, 2**63 - 1]}),
        ("Amount", {"amount": [None, Decimal("-1.50"), Decimal("0.1"), Decimal("1E+3")]}),
        ("Ratio", {"ratio": [None, NAN, float("-inf"), -0.1, 0.1 + 0.2, float("inf")]}),
        ("Birthday", {"birthday": [None, date(1, 1, 1), date(9999, 12, 31)]}),
        ("Alarm", {"alarm": [None, time(0), time(23, 59, 59, 999999)]}),
        ("Wait", {"wait": [None, timedelta(-1), timedelta(microseconds=1), timedelta(999999)]}),
        ("null", {"visits": [1, 2]}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.parametrize("direction", ["", " desc"])
def test_pages_go_on_behind_values_of_every_type(order, values, direction):
    ((name, column),) = values.items()
    rows = [Person(number, **{name: value}) for number, value in enumerate(column * 2, 1)]
    order += direction
    assert shown(follow(rows, [("$orderby", order)], preferred=1)) == shown([query(orderby=order).run(rows)])


def test_nan_stands_between_null_and_all_numbers():
    rows = [Person(1, ratio=0.0), Person(2, ratio=NAN), Person(3), Person(4, ratio=float("-inf")), Person(5, ratio=NAN)]
    assert shown([query(orderby="Ratio").run(rows)]) == [3, 2, 5, 4, 1]


def test_pages_follow_the_order_without_case(caseless):
    rows = [Person(1, "b"), Person(2, "A"), Person(3, "a"), Person(4, "B")]
    assert shown(follow(rows, [("$orderby", "Email desc")], entity=caseless, preferred=1)) == [1, 4, 2, 3]


def test_the_smaller_size_counts_and_the_client_s_goes_with_the_token():
    rows = [Person(number) for number in range(9)]
    assert [len(page.rows) for page in follow(rows, [], preferred=4)] == [4, 4, 1]
    assert [len(page.rows) for page in follow(rows, [], preferred=4, most=3)] == [3, 3, 3]
    token = query().run(rows, preferred=4).token
    assert len(query(skiptoken=token).run(rows, most=5).rows) == 4
    assert len(query(skiptoken=token).run(rows, most=2).rows) == 2
    assert len(query(skiptoken=token).run(rows, preferred=1).rows) == 1


def test_a_page_that_is_just_full_is_the_last():
    rows = [Person(1), Person(2)]
    assert query().run(rows, most=2).token is None
    assert query(top="2").run([*rows, Person(3)], most=2).token is None
    assert query(top="0").run(rows, most=1).token is None


FILTERED = {"filter": "Id gt 0", "orderby": "Email,Visits desc"}
TOKEN = query(**FILTERED).run([Person(1), Person(2)], most=1).token
TEXT = json.loads(base64.urlsafe_b64decode(TOKEN + "=="))


def token_of(*parts):
    return base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode().rstrip("=")


FORGED = [
    token_of(TEXT[0] + 1, *TEXT[1:]),
    token_of(TEXT[0], 0, *TEXT[2:]),
    token_of(TEXT[0], -1, *TEXT[2:]),
    token_of(TEXT[0], "1", *TEXT[2:]),
    token_of(TEXT[0], TOKEN != "", *TEXT[2:]),
    token_of(TEXT[0], None, "1", *TEXT[3:]),
    token_of(TEXT[0], None, 2**63, *TEXT[3:]),
    token_of(*TEXT[:3], 1, None),
    token_of(*TEXT[:3], "a"),
    token_of(*TEXT[:3], "a", None, None),
    token_of(*TEXT[:3], "a", 1.5),
    token_of(*TEXT[:3], ["a"], None),
    token_of(),
    base64.urlsafe_b64encode(json.dumps(TEXT).encode()).decode().rstrip("="),
    base64.urlsafe_b64encode(b"[" * 3000).decode(),
    base64.urlsafe_b64encode(b"[" + b"9" * 30_000 + b"]").decode(),
    base64.urlsafe_b64encode(b'{"a":1}').decode().rstrip("="),
    base64.urlsafe_b64encode(b"\xff\xfe").decode().rstrip("="),
    TOKEN + "=",
    TOKEN[:-1],
    TOKEN + "A",
    " " + TOKEN,
    "A",
    "!",
    "\u00e9",
    "null",
]


@pytest.mark.parametrize("text", FORGED, ids=range(len(FORGED)))
def test_a_token_that_was_not_issued_is_refused(text):
    with pytest.raises(QueryError, match="for \\$skiptoken query option found"):
        query(skiptoken=text, **FILTERED)


@pytest.mark.parametrize("changes", [{"filter": "Id gt 1"}, {"orderby": "Email"}, {"orderby": "Visits desc,Email"}])
def test_a_token_is_good_for_its_own_query_only(changes):
    assert query(skiptoken=TOKEN, **FILTERED).after.key == 1
    assert query(skiptoken=TOKEN, **FILTERED, select="Id", top="1", count="true").after.key == 1
    with pytest.raises(QueryError, match="skiptoken"):
        query(skiptoken=TOKEN, **(FILTERED | changes))


VALUES = [("OptInDate", '"2017-01-01T00:00:00"'), ("Amount", '"NaN"'), ("Ratio", '"1.0"'), ("Birthday", '"20170101"')]
VALUES += [("Alarm", '"25:00"'), ("Wait", '"1"'), ("null", "1"), ("Amount", "5"), ("Agreed", "0")]


@pytest.mark.parametrize(("order", "raw"), VALUES)
def test_a_value_that_is_none_of_its_type_is_refused(order, raw):
    issued = query(orderby=order).run([Person(1), Person(2)], most=1).token
    mark = json.loads(base64.urlsafe_b64decode(issued + "=="))[0]
    with pytest.raises(QueryError, match="skiptoken"):
        query(orderby=order, skiptoken=token_of(mark, None, 1, json.loads(raw)))


@settings(CALM, max_examples=300)
@given(st.text(st.sampled_from("ABCxyz019-_="), max_size=30) | st.text(max_size=5) | st.binary(max_size=30))
def test_no_text_whatever_is_a_token(text):
    text = base64.urlsafe_b64encode(text).decode().rstrip("=") if isinstance(text, bytes) else text
    if text.strip():
        with pytest.raises(QueryError, match="skiptoken"):
            query(skiptoken=text)


def test_the_next_query_has_the_words_of_the_first_but_for_what_was_worked_off():
    pairs = [
        ("$filter", "a eq 'b&c+d' "),
        ("$SKIP", "1"),
        ("$top", "5"),
        ("x", ""),
        ("$skiptoken", "old"),
    ]
    assert next_query(pairs, "new", 3) == "$filter=a%20eq%20%27b%26c%2Bd%27%20&x=&$top=3&$skiptoken=new"
    assert next_query([], "new", None) == "$skiptoken=new"
