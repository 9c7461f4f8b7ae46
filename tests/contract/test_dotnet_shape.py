import pytest

from mockserver.contract.dotnet import READERS
from mockserver.contract.dotnet.datacontract import Writer
from mockserver.contract.dotnet.shape import shape
from mockserver.errors import DocumentError, Unreadable
from tests.contract.dotnet_sample import COLUMN, SCHEMAS, resolve

NAMED = {"type": "object", "xml": {"name": "A", "namespace": "urn:a"}}


def test_members_of_a_class_are_in_its_namespace_and_ordinal_order_unless_they_say_otherwise():
    kind = shape({**NAMED, "properties": {
        "b": {"type": "string"}, "a": {"type": "integer", "xml": {"namespace": "", "name": "x"}},
        "B": {"type": "boolean", "xml": {}},
    }}, resolve)  # fmt: skip
    assert [each.element for each in kind.order] == [("urn:a", "B"), ("", "x"), ("urn:a", "b")]
    assert [each.name for each in kind.members] == ["b", "a", "B"]


def test_a_member_that_is_a_class_is_named_by_its_property_and_namespaced_by_its_owner():
    kind = shape({**NAMED, "properties": {"Column": {"$ref": "#/schemas/CustomerData"}}}, resolve)
    (member,) = kind.members
    assert member.element == ("urn:a", "Column")
    assert member.shape.element == (COLUMN["xml"]["namespace"], "CustomerData")


@pytest.mark.parametrize(
    ("schema", "says"),
    [
        ({"type": "number"}, "'number' cannot be read"),
        ({}, "None cannot be read"),
        ({"type": "array"}, "'array' cannot be read"),
        ({"type": "integer", "format": "int64"}, "only int32"),
        ({**NAMED, "properties": {"a": {"oneOf": []}}}, "None cannot be read"),
        ({**NAMED, "x-xml-order": ["a"], "properties": {"a": {"type": "string"}, "b": {"type": "string"}}}, "once"),
        ({**NAMED, "x-xml-order": ["a", "a"], "properties": {"a": {"type": "string"}}}, "once"),
    ],
)
@pytest.mark.parametrize("use", [*READERS.values(), Writer])
def test_what_dotnet_does_not_have_is_refused_at_start(use, schema, says):
    with pytest.raises(DocumentError, match=says):
        use(schema, resolve)


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_a_charset_that_nobody_knows_is_unreadable(reader):
    with pytest.raises(Unreadable):
        reader(NAMED, resolve).read(b"{}", "no-such")


@pytest.mark.parametrize("use", [*READERS.values(), Writer])
def test_a_schema_that_holds_itself_is_refused_at_start(use):
    node = {**NAMED, "properties": {"inner": {"type": "array", "items": {"$ref": "#"}}}}
    with pytest.raises(DocumentError, match="holds itself"):
        use(node, lambda each: node if "$ref" in each else each)


@pytest.mark.parametrize("use", [READERS["datacontract"], Writer])
@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {}},
        {**NAMED, "properties": {"a": {"type": "array", "items": {"type": "string"}}}},
    ],
)
def test_a_root_or_an_item_without_a_name_is_refused_at_start(use, schema):
    with pytest.raises(DocumentError, match="needs a name"):
        use(schema, resolve)


@pytest.mark.parametrize(
    ("reader", "says"), [("newtonsoft", "a map cannot be read"), ("datacontract", "a map or joined list cannot")]
)
def test_what_can_only_be_written_has_no_reader(reader, says):
    with pytest.raises(DocumentError, match=says):
        READERS[reader](SCHEMAS["Error"], resolve)
