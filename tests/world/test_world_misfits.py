import re
from datetime import datetime

import pytest

from mockserver.errors import FixtureError
from mockserver.world.fixture import moment, parse
from tests.world.crockery import FIELDS, KINDS, NOW


def misfit(fixture):
    with pytest.raises(FixtureError) as caught:
        parse(fixture, KINDS, "fixtures/x/acme.yaml: ")
    return str(caught.value).removeprefix("fixtures/x/acme.yaml: "), caught.value.pointer


HANDLE = "a row maps fields to values, it is not 5"
DATE = "is no date-time with a zone, such as '2026-01-01T00:00:00Z'"


@pytest.mark.parametrize(
    ("name", "raw", "reason", "pointer"),
    [
        ("text", 5, "text: 5 is not of type str", "text"),
        ("text", None, "text: None is not of type str", "text"),
        ("number", "5", "number: '5' is not of type int", "number"),
        ("number", True, "number: True is not of type int", "number"),
        ("number", 1.0, "number: 1.0 is not of type int", "number"),
        ("number", -1, "number: a cup has no negative number", ""),
        ("truth", 0, "truth: 0 is not of type bool", "truth"),
        ("truth", "yes", "truth: 'yes' is not of type bool", "truth"),
        ("share", "0.5", "share: '0.5' is not of type float", "share"),
        ("share", True, "share: True is not of type float", "share"),
        ("share", None, "share: None is not of type float", "share"),
        ("moment", "2026-01-01T00:00:00", f"moment: '2026-01-01T00:00:00' {DATE}", "moment"),
        ("moment", datetime(2026, 1, 1), f"moment: '2026-01-01 00:00:00' {DATE}", "moment"),  # noqa: DTZ001 - that is it
        ("moment", NOW.date(), f"moment: '2026-01-01' {DATE}", "moment"),
        ("moment", 5, f"moment: '5' {DATE}", "moment"),
        ("moment", "soon", "moment: Invalid isoformat string: 'soon'", "moment"),
        ("colour", "green", "colour: 'green' is not a valid Colour", "colour"),
        ("colour", ["red"], "colour: ['red'] is not a valid Colour", "colour"),
        ("size", 3, "size: 3 is not a valid Size", "size"),
        ("size", "1", "size: '1' is not a valid Size", "size"),
        ("maybe", 5, "maybe: 5 is not of type str", "maybe"),
        ("late", 5, f"late: '5' {DATE}", "late"),
        ("names", "ab", "names: 'ab' is not a list", "names"),
        ("names", ["a", 5], "names/1: 5 is not of type str", "names/1"),
        ("headers", [], "headers: [] is not a mapping", "headers"),
        ("headers", {"a": "1"}, "headers/a: '1' is not of type int", "headers/a"),
        ("headers", {1: 1}, "headers: 1 is not of type str", "headers"),
        ("handle", 5, f"handle: {HANDLE}", "handle"),
        ("handle", {}, "handle: colour is missing", "handle/colour"),
        ("handle", {"colour": "x"}, "handle/colour: 'x' is not a valid Colour", "handle/colour"),
        ("handle", {"colour": "red", "x": 1}, "handle: x is not a field of Handle (colour, width)", "handle/x"),
        ("handles", [{"colour": "red"}, 5], f"handles/1: {HANDLE}", "handles/1"),
        ("handles", [{"width": 1}], "handles/0: colour is missing", "handles/0/colour"),
        ("owners", {"me": {}}, "owners/me: colour is missing", "owners/me/colour"),
        ("colours", "red", f"colours is not a field of Cup ({FIELDS})", "colours"),
        ("hidden", 5, f"hidden is not a field of Cup ({FIELDS})", "hidden"),
        ("key", 5, f"key is not a field of Cup ({FIELDS})", "key"),
    ],
)
def test_a_value_that_misfits_is_named_with_row_field_and_reason(name, raw, reason, pointer):
    rows = [{"number": 0}, {"number": 1, name: raw}]
    assert misfit({"Cup": rows}) == (f"Cup[1]: {reason}", f"/Cup/1/{pointer}".rstrip("/"))


@pytest.mark.parametrize(
    ("fixture", "reason", "pointer"),
    [
        ([], "a fixture maps record names to lists of rows", ""),
        (None, "a fixture maps record names to lists of rows", ""),
        ({"Mug": []}, "Mug: there is no such record; records are Cup, Saucer", "/Mug"),
        ({5: []}, "5: there is no such record; records are Cup, Saucer", "/5"),
        ({"Cup": {}}, "Cup: a list of rows is expected", "/Cup"),
        ({"Cup": None}, "Cup: a list of rows is expected", "/Cup"),
        ({"Cup": [5]}, "Cup[0]: a row maps fields to values, it is not 5", "/Cup/0"),
        ({"Cup": [{}]}, "Cup[0]: number is missing", "/Cup/0/number"),
        ({"Saucer": [{"name": "a", "width": 1}, {"name": "b"}]}, "Saucer[1]: width is missing", "/Saucer/1/width"),
        (
            {"Saucer": [{"name": "A", "width": 1}, {"name": "a", "width": 2}]},
            "Saucer[1]: a row with the same key (a) stands above",
            "/Saucer/1",
        ),
    ],
)
def test_a_fixture_that_misfits_is_named_with_its_place(fixture, reason, pointer):
    assert misfit(fixture) == (reason, pointer)


@pytest.mark.parametrize(
    ("fixture", "pointer"),
    [
        ({"a/b~c": []}, "/a~1b~0c"),
        ({"Cup": [{"number": 1, "a/b": 1}]}, "/Cup/0/a~1b"),
        ({"Cup": [{"number": 1, "headers": {"x/y": "z"}}]}, "/Cup/0/headers/x~1y"),
        ({"Cup": [{"number": 1, "handle": {"colour": "red", "~": 1}}]}, "/Cup/0/handle/~0"),
    ],
)
def test_the_pointer_of_a_misfit_is_a_json_pointer(fixture, pointer):
    assert misfit(fixture)[1] == pointer


@pytest.mark.parametrize("raw", [True, 1.0, 2.0])
def test_a_number_that_only_equals_the_value_of_an_enum_is_refused(raw):
    assert misfit({"Cup": [{"number": 1, "size": raw}]})[1] == "/Cup/0/size"


def test_a_number_too_great_for_a_float_is_refused():
    assert misfit({"Cup": [{"number": 1, "share": 10**400}]})[1] == "/Cup/0/share"


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-01:00"])
def test_a_moment_that_is_none_in_utc_is_refused(text):
    assert misfit({"Cup": [{"number": 1, "moment": text}]})[1] == "/Cup/0/moment"
    with pytest.raises(ValueError, match=re.escape(text)):
        moment(text)
