from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.contract.dotnet.query import BINDING, FAILED, NO_VALUE, Reader
from mockserver.contract.schema import Schema, Validator

TEXT, FLAG, NUMBER = {"type": "string"}, {"type": "boolean"}, {"type": "integer", "format": "int32", "minimum": -5}


@dataclass(frozen=True)
class Parameter:
    name: str
    schema: Schema
    required: bool = False

    @property
    def validator(self):
        return Validator(self.schema, {})


READER = Reader(
    [
        Parameter("text", TEXT),
        Parameter("Number", NUMBER),
        Parameter("flag", FLAG),
        Parameter("maybe", {**FLAG, "nullable": True}),
        Parameter("must", TEXT, required=True),
        Parameter("Range.From", NUMBER),
        Parameter("ids", {"type": "array", "items": NUMBER}),
        Parameter("words", {"type": "array", "items": TEXT}),
        Parameter("counted[0]", NUMBER),
        Parameter("Filters[0].Id", NUMBER),
        Parameter("Filters[0].Values[0]", TEXT),
        Parameter("Filters[0].In[0].Name", TEXT),
    ]
)
EMPTY = dict.fromkeys(READER.names)


def read(*pairs):
    """Bind, with `must` sent; gives what was bound, without what was not sent."""
    found, violations = READER.read([("must", "x"), *pairs])
    assert violations == []
    assert found.pop("must") == "x"
    assert found.keys() == EMPTY.keys() - {"must"}
    return {name: value for name, value in found.items() if value is not None}


def wrong(*pairs):
    _, violations = READER.read([("must", "x"), *pairs])
    assert {(each.where, each.keyword) for each in violations} <= {("query", BINDING)}
    return {each.name: each.message for each in violations}


def test_an_argument_is_made_of_each_name_or_of_the_list_that_it_counts():
    assert READER.names == (
        *("text", "Number", "flag", "maybe", "must", "Range.From"),
        "ids",
        "words",
        "counted",
        "Filters",
    )


@pytest.mark.parametrize(
    ("pairs", "bound"),
    [
        ([], {}),
        ([("TEXT", " a ")], {"text": " a "}),
        ([("text", "a"), ("Text", "b")], {"text": "a"}),
        ([("number", " +07\t")], {"Number": 7}),
        ([("Number", "2147483647"), ("number", "x")], {"Number": 2147483647}),
        ([("flag", " tRUE ")], {"flag": True}),
        ([("FLAG", "False")], {"flag": False}),
        ([("text", ""), ("maybe", " ")], {}),
        ([("Range.From", "1")], {"Range.From": 1}),
        ([("range[from]", "1")], {"Range.From": 1}),
        ([("Range", "1"), ("From", "1"), ("Range.From.x", "1")], {}),
        ([("text[]", "a")], {"text": "a"}),
        ([("text[", "a"), ("text]", "a"), ("[text]", "a")], {}),
        ([("x" * 100_000, "1"), ("ids" + "[0]" * 50, "1")], {"ids": [0]}),
    ],
)
def test_a_value_is_bound_by_its_name(pairs, bound):
    assert read(*pairs) == bound


@pytest.mark.parametrize(
    ("pairs", "bound"),
    [
        ([("ids", "1")], {"ids": [1]}),
        ([("ids", "1"), ("IDS[]", "2")], {"ids": [1, 2]}),
        ([("ids[0]", "1"), ("ids[1]", "2"), ("ids[3]", "4")], {"ids": [1, 2]}),
        ([("ids[1]", "2")], {"ids": []}),
        ([("ids", ""), ("ids", "3")], {"ids": [0, 3]}),
        ([("words", " "), ("words", "a")], {"words": [None, "a"]}),
        ([("counted", "1"), ("counted", "2")], {"counted": [1, 2]}),
        ([("counted[0]", "1")], {"counted": [1]}),
        ([("Filters[0].Id", "1")], {"Filters": [{"Id": 1, "Values": None, "In": None}]}),
        ([("filters[0][id]", "1")], {"Filters": [{"Id": 1, "Values": None, "In": None}]}),
        (
            [("Filters[1].Values", "b"), ("Filters[0].Values[0]", "a"), ("Filters[1].Values", "c")],
            {"Filters": [{"Id": None, "Values": ["a"], "In": None}, {"Id": None, "Values": ["b", "c"], "In": None}]},
        ),
        (
            [("Filters[0].In[0].Name", "a"), ("Filters[0].In[1].Name", "b")],
            {"Filters": [{"Id": None, "Values": None, "In": [{"Name": "a"}, {"Name": "b"}]}]},
        ),
        ([("Filters", "x")], {"Filters": [{"Id": None, "Values": None, "In": None}]}),
        ([("Filters[1].Id", "1")], {"Filters": []}),
        ([("Filtersx[0].Id", "1")], {}),
    ],
)
def test_a_list_takes_what_is_repeated_or_counted(pairs, bound):
    assert read(*pairs) == bound


@pytest.mark.parametrize(
    ("pairs", "texts"),
    [
        ([("NUMBER", "x")], {"Number": "The value 'x' is not valid for Number."}),
        ([("number", "1.0"), ("Number", "2")], {"Number": "The value '1.0,2' is not valid for Number."}),
        ([("number", "٣")], {"Number": "The value '٣' is not valid for Number."}),
        ([("number", "2147483648")], {"Number": FAILED}),
        ([("number", "-" + "9" * 5000)], {"Number": FAILED}),
        ([("number", "")], {"Number": NO_VALUE}),
        ([("flag", " ")], {"flag": NO_VALUE}),
        ([("flag", "1")], {"flag": "The value '1' is not valid for flag."}),
        ([("maybe", "null")], {"maybe": "The value 'null' is not valid for maybe."}),
        ([("Range.From", "x")], {"Range.From": "The value 'x' is not valid for From."}),
        ([("ids", "1"), ("ids", "x")], {"ids": "The value 'x' is not valid for Int32."}),
        ([("ids[0]", "x")], {"ids[0]": "The value 'x' is not valid for Int32."}),
        ([("COUNTED[0]", "x")], {"counted[0]": "The value 'x' is not valid for Int32."}),
        ([("filters[0].id", "x")], {"Filters[0].Id": "The value 'x' is not valid for Id."}),
        (
            [("Filters[0].Id", "1"), ("Filters[1].Id", "x"), ("flag", "x")],
            {"flag": "The value 'x' is not valid for flag.", "Filters[1].Id": "The value 'x' is not valid for Id."},
        ),
    ],
)
def test_what_cannot_be_bound_is_told_by_its_place(pairs, texts):
    assert wrong(*pairs) == texts


def test_a_parameter_that_must_be_sent_is_missed():
    _, (violation,) = READER.read([])
    assert (violation.path, violation.keyword) == (("must",), "required")


@pytest.mark.parametrize("name", ["Number", "Range.From", "Filters[0].Id", "counted[0]"])
def test_a_value_that_its_schema_does_not_allow_is_told_with_its_keyword(name):
    _, (violation,) = READER.read([("must", "x"), (name, "-6")])
    assert (violation.where, violation.path, violation.keyword) == ("query", (name,), "minimum")


NAMES = st.sampled_from(
    ["text", "Number", "ids", "Filters[0]", "Filters[1].Id", "Range.From", "[", "]", ".", "[0]", ""]
)
ODD = st.lists(
    st.tuples(st.lists(NAMES | st.text(max_size=4), max_size=3).map("".join), st.text(max_size=5)), max_size=6
)


@settings(derandomize=True, deadline=None, max_examples=100, database=None)
@given(pairs=ODD)
def test_no_query_whatever_raises_anything(pairs):
    found, _ = READER.read(pairs)
    assert found.keys() == EMPTY.keys()


def test_a_query_of_many_names_is_read_in_little_time():
    pairs = [(f"ids[{number}]", "1") for number in range(20_000)]
    assert len(read(*pairs)["ids"]) == 20_000
