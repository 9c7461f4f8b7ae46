"""XML of every schema of every document: written, read back, and looked at by another library."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from mockserver.contract import document
from mockserver.contract.dotnet.datacontract import Reader, Writer

NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
FEW = settings(derandomize=True, deadline=None, max_examples=60, database=None)
ANY = st.characters(codec="utf-8", exclude_characters="\r")  # which is written as a line end, and so comes back as \n
PLAIN = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff") | st.just("\n")


def contents(read):
    """Give the media type objects of all requests and answers."""
    for operation in read.operations:
        node = read.tree["paths"][operation.path][operation.method.lower()]
        for each in (node.get("requestBody", {}), *node["responses"].values()):
            yield from read.resolve(each).get("content", {}).items()


def schemas():
    """Give each schema that is written as XML once, with its document."""
    for read in map(document.load, document.names()):
        found = {
            id(node): node
            for media_type, content in contents(read)
            if media_type.endswith("xml") and "xml" in (node := read.resolve(content["schema"]))
        }
        yield from (pytest.param(read, node, id=f"{read.name}: {node['xml']['name']}") for node in found.values())


SCHEMAS = list(schemas())
READABLE = [each for each in SCHEMAS if each.values[1]["xml"].get("namespace")]  # a plain root is written only


def values(read, node, characters):
    """Make values of a schema: all members, null where it is allowed."""
    node = read.resolve(node)
    kind = {
        "string": lambda: st.sampled_from(node["enum"]) if "enum" in node else st.text(characters, max_size=8),
        "integer": lambda: st.integers(-(2**31), 2**31 - 1),
        "boolean": st.booleans,
        "array": lambda: st.lists(values(read, node["items"], characters), max_size=3),
        "object": lambda: objects(read, node, characters),
    }[node["type"]]()
    return st.none() | kind if node.get("nullable") else kind


def objects(read, node, characters):
    if "properties" not in node:
        names = st.text(characters, min_size=1, max_size=8)
        return st.dictionaries(names, values(read, node["additionalProperties"], characters), max_size=3)
    return st.fixed_dictionaries({name: values(read, each, characters) for name, each in node["properties"].items()})


@pytest.mark.clause("EXPOINTS-14", "EXPOINTS-16", "EXPOINTS-27", "EXPOINTS-70")
@pytest.mark.parametrize(("read", "node"), READABLE)
def test_what_is_written_is_read_back(read, node):
    writer, reader = Writer(node, read.resolve), Reader(node, read.resolve)

    @FEW
    @given(values(read, node, ANY), st.sampled_from(["utf-8", "utf-16"]))
    def trip(value, charset):
        reading = reader.read(writer.write(value).decode().encode(charset), charset)
        assert (reading.value, reading.violations, reading.dropped) == (value, [], [])

    trip()


@pytest.mark.parametrize(("read", "node"), READABLE)
def test_the_same_document_in_other_markup_is_read_alike(read, node):
    writer, reader = Writer(node, read.resolve), Reader(node, read.resolve)

    @FEW
    @given(values(read, node, PLAIN))
    def trip(value):
        tree = etree.fromstring(writer.write(value))
        for raw in (etree.tostring(tree, method="c14n"), etree.tostring(tree, xml_declaration=True, encoding="UTF-8")):
            assert reader.read(raw, "utf-8").value == value

    trip()


def name_of(node, default="", namespace=""):
    own = node.get("xml", {})
    space = own.get("namespace", namespace)
    return f"{{{space}}}{own.get('name', default)}" if space else own.get("name", default)


def decoded(name):
    """Undo the encoding of a name that is a key of a map."""
    return re.sub("_x([0-9A-F]{8}|[0-9A-F]{4})_", lambda match: chr(int(match[1], 16)), name)


def told(read, node, name, value):
    """Tell from schema and value alone what a document must hold: name, whether it is nil, text, children."""
    node = read.resolve(node)
    if value is None:
        return name, name.startswith("{"), "", []  # below a plain root null is but empty
    if node["type"] == "array" and "x-xml-joined" not in node:
        item = name_of(read.resolve(node["items"]))
        return name, False, "", [told(read, node["items"], item, each) for each in value]
    if node["type"] == "object" and "properties" in node:
        members = node["properties"]
        names = {key: name_of(each, key, node["xml"].get("namespace", "")) for key, each in members.items()}
        order = node.get("x-xml-order", sorted(members))
        return name, False, "", [told(read, members[key], names[key], value[key]) for key in order if key in value]
    if node["type"] == "object":
        inner = node["additionalProperties"]
        return name, False, "", [told(read, inner, key, each) for key, each in value.items()]
    if node["type"] == "array":
        return name, False, node["x-xml-joined"].join(value), []
    return name, False, str(value).lower() if node["type"] == "boolean" else str(value), []


def seen(element, *, keys=False):
    """Tell the same of what lxml has read; the children of an element without namespace may be keys of a map."""
    children = [seen(each, keys=not each.tag.startswith("{")) for each in element]
    text = "" if children else element.text or ""
    name = decoded(element.tag) if keys else element.tag
    return name, element.get(NIL) == "true", text, children


@pytest.mark.clause("EXPOINTS-26", "EXPOINTS-27", "EXPOINTS-28", "EXPOINTS-C31")
@pytest.mark.parametrize(("read", "node"), SCHEMAS)
def test_another_library_finds_what_the_schema_says(read, node):
    writer = Writer(node, read.resolve)

    @FEW
    @given(values(read, node, PLAIN))
    def look(value):
        assert seen(etree.fromstring(writer.write(value))) == told(read, node, name_of(node), value)

    look()
