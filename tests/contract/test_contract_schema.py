import jsonschema_rs
import pytest

from mockserver.contract.schema import Validator, follow, to_draft_4
from mockserver.errors import DocumentError, Unreadable, Violation


def compiled(schema, **schemas):
    return Validator(schema, to_draft_4({"schemas": schemas}))


def paths(found):
    return [each.path for each in found]


def test_a_value_that_matches_violates_nothing():
    assert compiled({"type": "object", "required": ["a"]}).violations({"a": None}, "body") == []


def test_a_violation_says_where_what_and_why():
    schema = {"properties": {"a/b": {"type": "array", "items": {"type": "string"}}}}
    assert compiled(schema).violations({"a/b": ["x", 1]}, "body") == [
        Violation("body", ("a/b", 1), "type", 1, '1 is not of type "string"')
    ]


@pytest.mark.parametrize(
    ("options", "says"),
    [(["a"], '"a"'), (["a", "b", None], '"a", "b" or null'), (["é", 1, 2.5, {"c": []}], '"é", 1, 2.5 or {"c": []}')],
)
def test_an_enumeration_is_told_whole(options, says):
    (found,) = compiled({"enum": options}).violations("x is not one of us", "body")
    assert found.message == f'"x is not one of us" is not one of {says}'


def test_violations_of_a_parameter_begin_with_its_name():
    found = compiled({"type": "string", "minLength": 3}).violations("x", "query", ("email",))
    assert found == [Violation("query", ("email",), "minLength", "x", '"x" is shorter than 3 characters')]


def test_a_missing_member_ends_the_path():
    schema = {"properties": {"a": {"type": "object", "required": ["b"]}}}
    (found,) = compiled(schema).violations({"a": {}}, "body", ("p",))
    assert (found.path, found.keyword, found.value, found.name) == (("p", "a", "b"), "required", {}, "b")


def test_violations_come_in_the_order_of_the_document_not_of_the_value():
    schema = {
        "type": "object",
        "required": ["unlisted", "z", "m"],
        "properties": {"z": {"type": "string"}, "a": {"type": "string"}, "m": {"$ref": "#/components/schemas/M"}},
        "additionalProperties": {"type": "string"},
    }
    inner = {"type": "array", "items": {"allOf": [{"$ref": "#/components/schemas/N"}]}}
    row = {"properties": {"y": {"type": "integer"}, "b": {"type": "integer"}}}
    value = {"m": [{"b": "", "y": ""}] * 11, "other": 1, "a": 1}
    found = paths(compiled({"$ref": "#/components/schemas/S"}, S=schema, M=inner, N=row).violations(value, "body"))
    rows = [("m", number, name) for number in range(11) for name in ("y", "b")]
    assert found[:2] == [("z",), ("a",)]
    assert found[2:-2] == rows
    assert sorted(found[-2:]) == [("other",), ("unlisted",)]


def test_the_order_is_kept_below_a_start():
    schema = {"properties": {"z": {"type": "string"}, "a": {"type": "string"}}}
    assert paths(compiled(schema).violations({"a": 1, "z": 1}, "query", ("x", "y"))) == [
        ("x", "y", "z"),
        ("x", "y", "a"),
    ]


def test_members_of_several_schemas_are_still_all_found():
    parts = [{"properties": {"b": {"type": "string"}}}, {"required": ["a"]}]
    assert sorted(paths(compiled({"allOf": parts}).violations({"b": 1}, "body"))) == [("a",), ("b",)]
    mixed = {"allOf": [{"required": ["c"]}], "properties": {"z": {"type": "string"}, "b": {"type": "string"}}}
    assert paths(compiled(mixed).violations({"b": 1, "z": 1}, "body")) == [("z",), ("b",), ("c",)]


def test_schemas_that_refer_to_each_other_in_a_circle_still_violate():
    circle = {"type": "object", "required": ["a"], "allOf": [{"$ref": "#/components/schemas/A"}]}
    assert set(paths(compiled({"$ref": "#/components/schemas/A"}, A=circle).violations({}, "body"))) == {("a",)}


def test_an_item_of_an_untyped_array_is_found():
    schema = {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}]}
    assert paths(compiled({"items": schema}).violations([["x"], 1, [1]], "body")) == [(1,), (2,)]


def test_integers_of_any_length_are_validated_exactly():
    number = 10**4999 + 1
    assert compiled({"type": "integer"}).violations(number, "body") == []
    assert compiled({"enum": [number]}).violations(number, "body") == []
    (found,) = compiled({"type": "string"}).violations(number, "body")
    assert found.value == number


@pytest.mark.parametrize("value", ["\ud800", ["a", {"b": "\udfff"}], {"\ud800": 1}])
def test_a_value_with_a_lone_surrogate_is_unreadable(value):
    with pytest.raises(Unreadable):
        compiled({"type": "integer"}).violations(value, "body")


def test_a_value_nested_too_deeply_is_unreadable():
    value = []
    for _ in range(2000):
        value = [value]
    with pytest.raises(Unreadable):
        compiled({"type": "object"}).violations(value, "body")


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "nope"},
        {"pattern": "("},
        {"required": []},
        {"minLength": -1},
        {"properties": 5},
        {"$ref": "#/components/schemas/None"},
    ],
)
def test_what_is_no_schema_stops_the_start_with_one_line(schema):
    with pytest.raises(DocumentError, match=r"^a schema cannot be compiled: \S[^\n]*$"):
        compiled(schema)


def test_a_schema_outside_the_document_is_never_fetched(tmp_path):
    outside = tmp_path / "schema.json"
    outside.write_text('{"type": "string"}')
    with pytest.raises(DocumentError):
        compiled({"$ref": outside.as_uri()})


@pytest.mark.parametrize(
    ("schema", "allowed", "refused"),
    [
        ({"type": "string", "nullable": True}, ["x", None], [1]),
        ({"type": "string", "nullable": False}, ["x"], [None, 1]),
        ({"type": "string", "enum": ["a"], "nullable": True}, ["a", None], ["b", 1]),
        ({"type": "string", "enum": ["a", None], "nullable": True}, ["a", None], ["b"]),
        ({"$ref": "#/components/schemas/S", "nullable": True}, ["xx", None], ["x", 1]),
        ({"allOf": [{"$ref": "#/components/schemas/S"}], "nullable": True}, ["xx", None], ["x", 1]),
        ({"type": "array", "items": {"type": "integer", "nullable": True}}, [[1, None]], [None, ["x"]]),
        ({"$ref": "#/components/schemas/N"}, [5, None], ["x"]),
        ({"properties": {"a": {"type": "string", "nullable": True}}}, [{"a": None}], [{"a": 1}]),
        ({"oneOf": [{"type": "string"}, {"type": "integer", "nullable": True}]}, ["x", 1, None], [1.5]),
    ],
)
def test_nullable_means_that_null_matches_too(schema, allowed, refused):
    validator = compiled(schema, S={"type": "string", "minLength": 2}, N={"type": "integer", "nullable": True})
    assert [validator.violations(value, "body") for value in allowed] == [[] for _ in allowed]
    assert all(validator.violations(value, "body") for value in refused)


def test_a_property_called_nullable_is_a_property():
    schema = {"type": "object", "properties": {"nullable": {"type": "string", "nullable": True}}}
    validator = compiled(schema)
    assert validator.violations({"nullable": None}, "body") == []
    assert validator.violations({"nullable": "x"}, "body") == []
    assert paths(validator.violations({"nullable": 1}, "body")) == [("nullable",)]
    assert validator.violations(None, "body") != []


def test_a_property_called_nullable_keeps_its_place_in_the_order():
    schema = {"properties": {"a": {"type": "string"}, "nullable": {"type": "string"}, "b": {"type": "string"}}}
    found = compiled(schema).violations({"b": 1, "nullable": 1, "a": 1}, "body")
    assert paths(found) == [("a",), ("nullable",), ("b",)]


def test_keywords_that_are_true_or_false_stay():
    assert compiled({"additionalProperties": False}).violations({"a": 1}, "body") != []
    assert compiled({"uniqueItems": True}).violations([1, 1], "body") != []
    assert compiled({"minimum": 1, "exclusiveMinimum": True}).violations(1, "body") != []


def test_rewriting_leaves_the_document_as_it_stands():
    schema = {"properties": {"a": {"enum": ["x"], "nullable": True}}, "nullable": True}
    to_draft_4(schema)
    assert schema == {"properties": {"a": {"enum": ["x"], "nullable": True}}, "nullable": True}
    assert to_draft_4("x") == "x"


TREE = {"a": {"b/c": {"d~e": 1}, "list": [{"x": 1}], "~1": 2}}


@pytest.mark.parametrize(
    ("reference", "target"),
    [("#/a/b~1c/d~0e", 1), ("#/a/~01", 2), ("#/a", TREE["a"])],
)
def test_a_reference_is_followed(reference, target):
    assert follow(TREE, reference) == target


@pytest.mark.parametrize("reference", ["#/x", "#/a/b~1c/x", "#/a/list/x", "#/a/b~1c/d~0e/f", "#/"])
def test_a_reference_that_leads_nowhere_is_named(reference):
    with pytest.raises(DocumentError) as caught:
        follow(TREE, reference)
    assert str(caught.value) == f"$ref {reference!r} leads nowhere"


@pytest.mark.parametrize("reference", ["", "#", "#a", "other.yaml#/a", "https://example.com/x"])
def test_a_reference_out_of_the_document_is_refused(reference):
    with pytest.raises(DocumentError) as caught:
        follow(TREE, reference)
    assert str(caught.value) == f"$ref {reference!r}: only references inside the document are supported"


def test_a_schema_keeps_only_the_components_that_it_leads_to(monkeypatch):
    schemas = {
        "First": {"properties": {"next": {"$ref": "#/components/schemas/Second~1"}}},
        "Second/": {"type": "object", "properties": {"back": {"$ref": "#/components/schemas/First"}, "$ref": {}}},
        "Other": {"type": "string"},
    }
    kept, draft_4 = [], jsonschema_rs.Draft4Validator
    monkeypatch.setattr(
        jsonschema_rs, "Draft4Validator", lambda root, **more: kept.append(root) or draft_4(root, **more)
    )
    made = compiled({"$ref": "#/components/schemas/First"}, **schemas)
    assert kept[0]["components"]["schemas"].keys() == {"First", "Second/"}
    assert made.violations({"next": {"back": {"next": 1}}}, "body")[0].path == ("next", "back", "next")
