import pytest
from lxml import etree

from mockserver.odata import EntitySet, Metadata, QueryError, Rendering, csdl
from mockserver.odata.formats import json_level
from tests.odata.odata_desk import PERSON, TYPES, Person, query, wire_name

PEOPLE = EntitySet("People", PERSON, lambda row, name: str(PERSON.getters[name](row)))
EDMX = "{http://docs.oasis-open.org/odata/ns/edmx}"
EDM = "{http://docs.oasis-open.org/odata/ns/edm}"


def outline(element):
    """An element as (tag, attributes, children), without the names of its namespaces' prefixes."""
    return element.tag, dict(element.attrib), [outline(each) for each in element]


def test_a_description_has_the_structure_of_csdl_4_0():
    text = csdl.write("Test.Models", [PEOPLE, EntitySet("Friends", PERSON, PEOPLE.show)])
    assert text.startswith('<?xml version="1.0" encoding="utf-8"?><edmx:Edmx ')
    tag, attributes, services = outline(etree.fromstring(text.encode()))
    assert (tag, attributes) == (f"{EDMX}Edmx", {"Version": "4.0"})
    ((tag, attributes, schemas),) = services
    assert (tag, attributes) == (f"{EDMX}DataServices", {})
    ((tag, attributes, (entity, container)),) = schemas
    assert (tag, attributes) == (f"{EDM}Schema", {"Namespace": "Test.Models"})
    sets = [
        (f"{EDM}EntitySet", {"Name": name, "EntityType": "Test.Models.Person"}, []) for name in ("People", "Friends")
    ]
    assert container == (f"{EDM}EntityContainer", {"Name": "Container"}, sets)
    tag, attributes, (key, *properties) = entity
    assert (tag, attributes) == (f"{EDM}EntityType", {"Name": "Person"})
    assert key == (f"{EDM}Key", {}, [(f"{EDM}PropertyRef", {"Name": "Id"}, [])])
    described = []
    for name, kind in TYPES.items():
        facets = {"Name": wire_name(name), "Type": str(kind)}
        if name in {"id", "email", "is_opted_in"}:
            facets["Nullable"] = "false"
        if kind == "Edm.Decimal":
            facets["Scale"] = "variable"
        described.append((f"{EDM}Property", facets, []))
    assert properties == described


@pytest.mark.parametrize("asked", [{}, {"$format": "xml"}, {"$format": "Application/XML"}])
def test_a_description_can_be_had_in_xml(asked):
    csdl.hold_format(asked)


def test_a_description_can_be_had_in_nothing_else():
    with pytest.raises(QueryError, match=r"'json' for \$format query option found. Valid values are 'xml' and"):
        csdl.hold_format({"$format": "json"})


def test_full_metadata_names_the_types_that_json_does_not_tell():
    rendering = Rendering("http://x/s", Metadata.FULL)
    body = rendering.collection(query().run([Person(7)]), query(), PEOPLE, None)
    (row,) = body["value"]
    assert row["@odata.type"] == "#Test.Models.Person"
    assert row["@odata.id"] == row["@odata.editLink"] == "http://x/s/People(7)"
    typed = {name.removesuffix("@odata.type"): value for name, value in row.items() if name[1:].endswith("@odata.type")}
    kinds = {wire_name(name): kind.removeprefix("Edm.") for name, kind in TYPES.items()}
    told = {"Boolean", "Int32", "Double", "String"}
    assert typed == {name: f"#{kind}" for name, kind in kinds.items() if kind not in told}


def test_a_page_tells_its_count_and_the_way_on():
    asked = query(count="true", select="Id")
    body = Rendering("http://x/s", Metadata.NONE).collection(asked.run([Person(7)]), asked, PEOPLE, "http://x/next")
    assert [(name, list(each) if name == "value" else each) for name, each in body.items()] == [
        ("@odata.count", 1),
        ("value", [{"Id": "7"}]),
        ("@odata.nextLink", "http://x/next"),
    ]


def test_the_service_document_lists_every_set():
    found = Rendering("http://x/s").service([PEOPLE])
    people = {"name": "People", "kind": "EntitySet", "url": "People"}
    assert found == {"@odata.context": "http://x/s/$metadata", "value": [people]}


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("json", "minimal"),
        ("application/json", "minimal"),
        ("APPLICATION/json ; odata.metadata=Full", "full"),
        ("application/json;odata.streaming=true;odata.metadata=none ", "none"),
        ("application/json;charset=utf-8", "minimal"),
        ("application/json;charset=latin-1", None),
        ("application/json;odata.metadata=", None),
        ("application/json;", None),
        ("application/json;x", None),
        ("application/json;odata.metadata=none,text/html", None),
        ("JSON", None),
        ("xml", None),
        ("", None),
    ],
)
def test_the_level_of_metadata_is_read_from_a_format(text, level):
    assert json_level(text) == level


def test_the_short_name_may_have_any_case_where_names_may():
    assert json_level("JSON", any_case=True) is Metadata.MINIMAL
