"""XML as DataContractSerializer writes it through XmlWriter: prefixes, declarations and blanks to the byte.

All tags are made when the schema is compiled. A namespace not yet in scope becomes the default where an element is in
it, and gets a prefix (`d3p1`: the depth, and a counter that is always 1 here) where the elements below it are.
A root without namespace is written plain, as Web API's HttpError writes itself: no declarations, no `i:nil`. A scalar
as root declares its own namespace only. Where the schema says `x-xml-declaration`, the declaration of XML comes first.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape as quoted
from typing import Any

from mockserver.contract.dotnet.markup import INSTANCE, encode_name, escape
from mockserver.contract.dotnet.shape import Class, Element, Map, Resolve, Scalar, Sequence, Shape, named, shape
from mockserver.contract.schema import Schema
from mockserver.errors import DocumentError

Write = Callable[[Any, list[str]], None]
Scope = Mapping[str, str]  # namespaces by prefix, the default's is ""
DECLARATION = '<?xml version="1.0"?>'


class Writer:
    """Writes XML bodies of one schema."""

    def __init__(self, schema: Schema, resolve: Resolve) -> None:
        """Compile the schema.

        Raises:
            DocumentError: it has what cannot be written so.
        """
        root = shape(schema, resolve)
        scope = {"": ""} if not root.element.namespace else {} if isinstance(root, Scalar) else {"i": INSTANCE}
        self._prolog = DECLARATION if resolve(schema).get("x-xml-declaration") else ""
        self._write = _element(named(root), root, 1, scope)

    def write(self, value: Any) -> bytes:
        """Write a value that matches the schema: UTF-8; absent members are left out.

        Raises:
            ValueError: it has a lone surrogate, or an empty name in a map.
        """
        out = [self._prolog]
        self._write(value, out)
        return "".join(out).encode()


@dataclass(frozen=True, slots=True)
class Tags:
    """The tags of an element, wherever it stands."""

    start: str
    empty: str
    null: str
    end: str


def _tags(element: Element, below: str, depth: int, scope: Scope) -> tuple[Tags, Scope]:
    """Make the tags, and the scope inside; `below` is the namespace that elements below are in."""
    declared = f' xmlns:i="{INSTANCE}"' if depth == 1 and "i" in scope else ""
    default = ""
    prefix = next((prefix for prefix, each in scope.items() if each == element.namespace), None)
    if prefix is None:
        prefix, default = "", f' xmlns="{quoted(element.namespace)}"'
        scope = {**scope, "": element.namespace}
    if below and below not in scope.values():
        declared += f' xmlns:d{depth}p1="{quoted(below)}"'
        scope = {**scope, f"d{depth}p1": below}
    name = f"{prefix}:{element.name}" if prefix else element.name
    null = ' i:nil="true"' if "i" in scope else ""
    start = f"<{name}{declared}"
    return Tags(f"{start}{default}>", f"{start}{default} />", f"{start}{null}{default} />", f"</{name}>"), scope


def _element(element: Element, kind: Shape, depth: int, scope: Scope) -> Write:
    match kind:
        case Scalar() | Sequence(joined=str()):
            return _leaf(_tags(element, "", depth, scope)[0], _text(kind))
        case Sequence():
            tags, inner = _tags(element, kind.item.element.namespace, depth, scope)
            return _list(tags, _element(named(kind.item), kind.item, depth + 1, inner))
        case Class():
            tags, inner = _tags(element, kind.element.namespace, depth, scope)
            return _class(
                tags, {each.name: _element(each.element, each.shape, depth + 1, inner) for each in kind.order}
            )
    return _map(_tags(element, "", depth, scope)[0], kind, scope)


def _text(kind: Shape) -> Callable[[Any], str]:
    match kind:
        case Scalar(kind="string"):
            return escape
        case Scalar(kind="integer"):
            return str
        case Scalar():
            return lambda value: "true" if value else "false"
        case Sequence(item=Scalar(kind="string"), joined=str(joined)):
            return lambda value: escape(joined.join(value))
        case _:
            raise DocumentError("only scalars and joined lists of strings can be written as text in XML")


def _leaf(tags: Tags, text: Callable[[Any], str]) -> Write:
    def write(value: Any, out: list[str]) -> None:
        out.append(tags.null if value is None else f"{tags.start}{text(value)}{tags.end}")

    return write


def _list(tags: Tags, item: Write) -> Write:
    def write(value: Any, out: list[str]) -> None:
        if not value:
            out.append(tags.null if value is None else tags.empty)
            return
        out.append(tags.start)
        for each in value:
            item(each, out)
        out.append(tags.end)

    return write


def _class(tags: Tags, members: Mapping[str, Write]) -> Write:
    def write(value: Any, out: list[str]) -> None:
        present = [] if value is None else [name for name in members if name in value]
        if not present:
            out.append(tags.null if value is None else tags.empty)
            return
        out.append(tags.start)
        for name in present:
            members[name](value[name], out)
        out.append(tags.end)

    return write


def _map(tags: Tags, kind: Map, scope: Scope) -> Write:
    if scope != {"": ""}:
        raise DocumentError("a map can be written below a root without namespace only")
    text = _text(kind.value)

    def write(value: Any, out: list[str]) -> None:
        if not value:
            out.append(tags.empty)
            return
        out.append(tags.start)
        for name, each in value.items():
            encoded = encode_name(name)
            out.append(f"<{encoded} />" if each is None else f"<{encoded}>{text(each)}</{encoded}>")
        out.append(tags.end)

    return write
