"""The description of a service for its clients: CSDL 4.0 in XML."""

from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from mockserver.odata import wording
from mockserver.odata.model import EntityType, Primitive, Property
from mockserver.odata.rendering import EntitySet

EDMX = "http://docs.oasis-open.org/odata/ns/edmx"
EDM = "http://docs.oasis-open.org/odata/ns/edm"
NAMESPACES: Any = {None: EDM}  # the stubs know no default namespace
VERSION = "4.0"
CONTAINER = "Container"


def hold_format(asked: Mapping[str, str]) -> None:
    """See that `$format` asks for XML, if for anything.

    Raises:
        QueryError: it asks for another format.
    """
    if asked.get("$format", "xml").lower() not in {"xml", "application/xml"}:
        raise wording.bad_format(asked["$format"], "'xml' and 'application/xml'")


def write(namespace: str, sets: Sequence[EntitySet]) -> str:
    """Write one schema with the types of these sets and the container that holds them."""
    root = etree.Element(f"{{{EDMX}}}Edmx", Version=VERSION, nsmap={"edmx": EDMX})
    services = etree.SubElement(root, f"{{{EDMX}}}DataServices")
    schema = etree.SubElement(services, f"{{{EDM}}}Schema", Namespace=namespace, nsmap=NAMESPACES)
    for entity in {each.entity.name: each.entity for each in sets}.values():
        _describe(entity, schema)
    container = etree.SubElement(schema, f"{{{EDM}}}EntityContainer", Name=CONTAINER)
    for each in sets:
        etree.SubElement(container, f"{{{EDM}}}EntitySet", Name=each.name, EntityType=each.entity.full_name)
    return f'<?xml version="1.0" encoding="utf-8"?>{etree.tostring(root, encoding="unicode")}'


def _describe(entity: EntityType, schema: etree._Element) -> None:
    described = etree.SubElement(schema, f"{{{EDM}}}EntityType", Name=entity.name)
    key = etree.SubElement(described, f"{{{EDM}}}Key")
    etree.SubElement(key, f"{{{EDM}}}PropertyRef", Name=entity.key)
    for each in entity.properties.values():
        etree.SubElement(described, f"{{{EDM}}}Property", _facets(each))


def _facets(described: Property) -> dict[str, str]:
    facets = {"Name": described.name, "Type": str(described.type)}
    if not described.nullable:
        facets["Nullable"] = "false"  # the default is true
    if described.precision is not None:
        facets["Precision"] = str(described.precision)
    if described.type is Primitive.DECIMAL:
        facets["Scale"] = "variable"  # the default is nothing after the point
    return facets
