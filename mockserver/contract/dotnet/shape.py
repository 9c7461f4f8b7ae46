"""A document's schemas as types of .NET: classes, lists and scalars, with their names in XML."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from mockserver.contract.schema import Schema
from mockserver.errors import DocumentError

Resolve = Callable[[Any], Any]  # follows a `$ref`

DEFAULTS: Mapping[str, Any] = {"string": None, "integer": 0, "boolean": False}


class Element(NamedTuple):
    """The name of an element; the namespace `""` is none."""

    namespace: str
    name: str


@dataclass(frozen=True, slots=True)
class Scalar:
    """A string, an Int32 or a Boolean."""

    element: Element
    kind: Literal["string", "integer", "boolean"]

    @property
    def default(self) -> Any:
        """What .NET has where nothing was sent."""
        return DEFAULTS[self.kind]


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list. `joined` is the text between its items where XML has them in one (`x-xml-joined`)."""

    element: Element
    item: "Shape"
    joined: str | None
    default: None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A property of a class, with the element that it is."""

    name: str
    element: Element
    shape: "Shape"


@dataclass(frozen=True, slots=True)
class Class:
    """A class. `members` stand in the document's order, `order` in that of XML."""

    element: Element
    members: tuple[Member, ...]
    order: tuple[Member, ...]
    default: None = None


@dataclass(frozen=True, slots=True)
class Map:
    """Values by names that no schema knows."""

    element: Element
    value: "Shape"
    default: None = None


Shape = Scalar | Sequence | Class | Map


def named(kind: Shape) -> Element:
    """Give the name of an element that no class names.

    Raises:
        DocumentError: its schema has none.
    """
    if not kind.element.name:
        raise DocumentError("a schema that is a root or an item in XML needs a name (`xml: {name: …}`)")
    return kind.element


def shape(schema: Schema, resolve: Resolve, outer: tuple[Any, ...] = ()) -> Shape:
    """Make a type of a schema; `outer` are the schemas that it is inside of.

    Raises:
        DocumentError: .NET's serializers, as far as they are mimicked here, have no such type.
    """
    node = resolve(schema)
    if any(each is node for each in outer):
        raise DocumentError("a schema that holds itself cannot be read as .NET does")
    element = Element(node.get("xml", {}).get("namespace", ""), node.get("xml", {}).get("name", ""))
    match node:
        case {"type": "integer", "format": str(width)} if width != "int32":
            raise DocumentError(f"an integer of format {width!r} cannot be read as .NET does, only int32")
        case {"type": "string" | "integer" | "boolean" as kind}:
            return Scalar(element, kind)
        case {"type": "array", "items": items}:
            return Sequence(element, shape(items, resolve, (*outer, node)), node.get("x-xml-joined"))
        case {"type": "object", "additionalProperties": dict(value)} if "properties" not in node:
            return Map(element, shape(value, resolve, (*outer, node)))
        case {"type": "object"}:
            return _class(node, element, resolve, (*outer, node))
    raise DocumentError(f"a schema of type {node.get('type')!r} cannot be read as .NET does")


def _class(node: Schema, element: Element, resolve: Resolve, outer: tuple[Any, ...]) -> Class:
    members = {}
    for name, each in node.get("properties", {}).items():
        own = each.get("xml", {})  # not the referenced schema's: a member is named by its class
        place = Element(own.get("namespace", element.namespace), own.get("name", name))
        members[name] = Member(name, place, shape(each, resolve, outer))
    order = node.get("x-xml-order", sorted(members))
    if sorted(order) != sorted(members):
        raise DocumentError(f"x-xml-order {order} must have each of the properties {list(members)} once")
    return Class(element, tuple(members.values()), tuple(members[name] for name in order))
