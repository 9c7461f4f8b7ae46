import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver import pieces
from mockserver.pieces import Listing, ordered, write_json

few = settings(derandomize=True, deadline=None, max_examples=100, database=None)
ROWS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from("abc"), st.integers(0, 99)), max_size=40)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=12) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=30,
)


@pytest.fixture(autouse=True, params=[1, 3, 1000])
def piece(monkeypatch, request):
    """Work in pieces of few rows, or of all."""
    monkeypatch.setattr(pieces, "PIECE", request.param)


def expected(rows, directions):
    """Sort as one call would, key by key from the last."""
    found = list(rows)
    for number, descending in reversed(list(enumerate(directions))):
        found.sort(key=lambda row, number=number: row[number], reverse=descending)
    return found


@few
@given(ROWS, st.lists(st.booleans(), min_size=1, max_size=2), st.none() | st.integers(0, 50))
def test_rows_are_ordered_in_pieces_as_at_once(rows, directions, most):
    keys = [(lambda row, number=number: row[number], down) for number, down in enumerate(directions)]
    assert ordered(rows, keys, most) == expected(rows, directions)[:most]


@few
@given(JSON)
def test_json_is_written_in_pieces_as_at_once(value):
    assert write_json(value) == orjson.dumps(value)


@few
@given(st.lists(st.integers(), max_size=20).filter(lambda rows: all(-(2**53) < each < 2**53 for each in rows)))
def test_a_listing_is_written_as_the_list_of_what_it_makes(rows):
    made = [{"n": each} for each in rows]
    listing = Listing(rows, lambda each: {"n": each})
    assert len(listing) == len(rows)
    for value in ({"a": 1, "value": listing, "b": [2]}, listing, [listing]):
        plain = {"a": 1, "value": made, "b": [2]} if isinstance(value, dict) else made if value is listing else [made]
        assert write_json(value) == orjson.dumps(plain)


def test_what_is_no_json_is_not_written():
    with pytest.raises(TypeError, match="not JSON"):
        write_json({"a": object()})
