"""XML as DataContractSerializer reads and writes it.

Members are taken in the order of XML only: one that comes after a later one, twice, or in another namespace is ignored
in silence. Any exception of the reader is an Unreadable, so there are no violations.
"""

from collections.abc import Callable, Iterator
from typing import Any

from mockserver.contract.dotnet import markup
from mockserver.contract.dotnet.markup import Node, key
from mockserver.contract.dotnet.reading import Path, Reading, Remarks, int32
from mockserver.contract.dotnet.shape import Class, Resolve, Scalar, Sequence, Shape, named, shape
from mockserver.contract.dotnet.writing import Writer
from mockserver.contract.schema import Schema
from mockserver.errors import DocumentError, Unreadable

__all__ = ["Reader", "Writer"]

BOOLEANS = {"true": True, "1": True, "false": False, "0": False}

Read = Callable[[Node, Path, Remarks], Any]


class Reader:
    """Reads XML bodies of one schema."""

    def __init__(self, schema: Schema, resolve: Resolve) -> None:
        """Compile the schema.

        Raises:
            DocumentError: it has what cannot be read so.
        """
        kind = shape(schema, resolve)
        self._root = named(kind)
        self._read = _reader(kind)
        self._known = frozenset({key(*self._root), *_names(kind)})

    def read(self, raw: bytes, charset: str) -> Reading:
        """Read a body; a root that is nil is None.

        Raises:
            Unreadable: it is no XML, has another root, or a value that cannot be converted.
        """
        root = markup.parse(raw, charset, self._known)
        if root.name != key(*self._root):
            wanted, sent = self._root, root.name.rpartition("\n")
            raise Unreadable(
                f"expecting the element '{wanted.name}' from namespace '{wanted.namespace}', "
                f"not '{sent[2][:80]}' from '{sent[0][:200]}'"
            )
        remarks = Remarks()
        return remarks.reading(self._read(root, (), remarks))


def _names(kind: Shape) -> Iterator[str]:
    match kind:
        case Sequence():
            yield key(*named(kind.item))
            yield from _names(kind.item)
        case Class():
            for each in kind.members:
                yield key(*each.element)
                yield from _names(each.shape)


def _reader(kind: Shape) -> Read:
    match kind:
        case Scalar(kind="string"):
            return _nullable(lambda node, _path, _remarks: node.text())
        case Scalar():
            return _value(BOOLEANS.get if kind.kind == "boolean" else int32, kind.kind)
        case Sequence(joined=None):
            return _read_list(kind)
        case Class():
            return _read_class(kind)
        case _:
            raise DocumentError("a map or joined list cannot be read from XML, only written")


def _nil(node: Node) -> bool:
    """Tell whether a node stands for null; so reads the attributes that every contract knows.

    Raises:
        Unreadable: they are wrong.
    """
    if node.attributes is None:
        return False
    if node.attributes.get(markup.REF):
        raise Unreadable(f"the element '{node.local}' refers to an object that is not there")
    return _boolean(node.attributes.get(markup.NIL, "false"))


def _boolean(text: str) -> bool:
    value = BOOLEANS.get(text.strip(markup.BLANK))
    if value is None:
        raise Unreadable(f"the value '{text[:40]}' cannot be parsed as the type 'Boolean'")
    return value


def _nullable(read: Read, contract: str | None = None) -> Read:
    """Read a reference type; a string has no `contract`, and so does not mind `i:type`."""

    def convert(node: Node, path: Path, remarks: Remarks) -> Any:
        if _nil(node):
            if any(isinstance(each, Node) or each.strip(markup.BLANK) for each in node.content):
                remarks.drop(*path)
            return None
        if node.attributes and contract and node.attributes.get(markup.TYPE, contract) != contract:
            raise Unreadable(f"the element '{node.local}' has an i:type that names no known contract")
        return read(node, path, remarks)

    return convert


def _value(parse: Callable[[str], Any], kind: str) -> Read:
    def convert(node: Node, _path: Path, _remarks: Remarks) -> Any:
        if _nil(node):
            raise Unreadable(f"the value of '{node.local}' cannot be null")
        text = node.text()
        value = parse(text.strip(markup.BLANK))
        if value is None:
            raise Unreadable(f"the value '{text[:40]}' cannot be parsed as the type '{kind}'")
        return value

    return convert


def _read_list(kind: Sequence) -> Read:
    name, item = key(*named(kind.item)), _reader(kind.item)

    def read(node: Node, path: Path, remarks: Remarks) -> list[Any]:
        found: list[Any] = []
        for child in node.children():
            if child.name == name:
                found.append(item(child, (*path, len(found)), remarks))
            else:
                remarks.drop(*path, child.local)
        return found

    namespace, local = kind.item.element
    return _nullable(read, key(namespace, f"ArrayOf{local}"))


def _read_class(kind: Class) -> Read:
    defaults = {each.name: each.shape.default for each in kind.members}
    members = {key(*each.element): (rank, each.name, _reader(each.shape)) for rank, each in enumerate(kind.order)}

    def read(node: Node, path: Path, remarks: Remarks) -> dict[str, Any]:
        model, last = defaults.copy(), -1
        for child in node.children():
            member = members.get(child.name)
            if member is None or member[0] <= last:
                remarks.drop(*path, child.local)
                continue
            last, name, inner = member
            model[name] = inner(child, (*path, name), remarks)
        return model

    return _nullable(read, key(*kind.element))
