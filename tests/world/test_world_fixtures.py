from dataclasses import dataclass

import pytest

from mockserver.world.fixture import dump, parse
from tests.world.crockery import KINDS, NOW, Colour, Cup, Handle, Saucer, Size


def cup(**row):
    (found,) = parse({"Cup": [{"number": 1, **row}]}, KINDS)[Cup].values()
    return found


def test_rows_become_records_under_their_keys_in_order():
    tables = parse({"Saucer": [{"name": "B", "width": 2}, {"name": "a", "width": 1}], "Cup": []}, KINDS)
    assert tables == {Saucer: {"b": Saucer("B", 2), "a": Saucer("a", 1)}, Cup: {}}
    assert list(tables[Saucer]) == ["b", "a"]
    assert parse({}, KINDS) == {}


def test_what_a_row_leaves_out_has_its_default():
    assert cup() == Cup(1)
    assert cup().hidden == 7


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("text", "", ""),
        ("number", 2**63 - 1, 2**63 - 1),
        ("truth", True, True),
        ("share", 0.25, 0.25),
        ("share", 3, 3.0),
        ("moment", "2026-01-01T02:00:00+02:00", NOW),
        ("moment", NOW, NOW),
        ("colour", "blue", Colour.BLUE),
        ("size", 2, Size.LARGE),
        ("maybe", None, None),
        ("maybe", "x", "x"),
        ("late", None, None),
        ("late", "2026-01-01T00:00:00Z", NOW),
        ("either", 1, Size.SMALL),
        ("either", None, None),
        ("names", [], ()),
        ("names", ["a", "b"], ("a", "b")),
        ("headers", {"a": 1}, {"a": 1}),
        ("handle", {"colour": "red"}, Handle(Colour.RED)),
        ("handles", [{"colour": "red"}, {"colour": "blue", "width": 2}], (Handle(Colour.RED), Handle(Colour.BLUE, 2))),
        ("owners", {"me": {"colour": "red"}}, {"me": Handle(Colour.RED)}),
        ("anything", {"a": [1, None]}, {"a": [1, None]}),
    ],
)
def test_a_value_is_read_by_its_type(name, raw, value):
    read = getattr(cup(**{name: raw}), name)
    assert read == value
    assert type(read) is type(value)


def test_the_same_name_for_two_kinds_confuses_nobody():
    @dataclass(frozen=True)
    class Cup:
        handle: str

        @property
        def key(self):
            return self.handle

    Cup.__qualname__ = "Cup"
    for _ in range(2):
        assert list(parse({"Cup": [{"handle": "x"}]}, {"Cup": Cup})[Cup].values()) == [Cup("x")]
        assert cup() == globals()["Cup"](1)


def test_a_dump_has_the_types_of_json_and_all_kinds():
    full = Cup(
        1,
        colour=Colour.BLUE,
        size=Size.LARGE,
        names=("a",),
        headers={"a": 1},
        handle=Handle(Colour.RED),
        handles=(Handle(Colour.BLUE, 2),),
        owners={"me": Handle(Colour.RED)},
        anything={"a": (NOW, [1])},
        hidden=9,
    )
    shown = dump({Cup: {1: full}}, KINDS)
    assert shown == {
        "Cup": [
            {
                "number": 1,
                "text": "t",
                "truth": False,
                "share": 0.5,
                "moment": "2026-01-01T00:00:00Z",
                "colour": "blue",
                "size": 2,
                "maybe": None,
                "late": None,
                "either": None,
                "names": ["a"],
                "headers": {"a": 1},
                "handle": {"colour": "red", "width": 1},
                "handles": [{"colour": "blue", "width": 2}],
                "owners": {"me": {"colour": "red", "width": 1}},
                "anything": {"a": ["2026-01-01T00:00:00Z", [1]]},
            }
        ],
        "Saucer": [],
    }
    assert type(shown["Cup"][0]["colour"]) is str
    assert type(shown["Cup"][0]["size"]) is int
