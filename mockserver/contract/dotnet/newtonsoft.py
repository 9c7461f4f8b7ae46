"""JSON as Json.NET reads it in Web API: names in any letter case, scalars coerced, errors collected per value.

Its extra syntax (comments, single quotes, bare names, trailing commas) is not mimicked: RFC 8259 only.
"""

from collections.abc import Callable, Mapping
from typing import Any

from mockserver.contract.dotnet.reading import INT32, Path, Reading, Remarks, codec, int32
from mockserver.contract.dotnet.shape import Class, Resolve, Scalar, Sequence, Shape, shape
from mockserver.contract.schema import Schema
from mockserver.contract.text import read_json
from mockserver.errors import DocumentError

Convert = Callable[[Any, Path, Remarks], Any]


class Reader:
    """Reads JSON bodies of one schema."""

    def __init__(self, schema: Schema, resolve: Resolve) -> None:
        """Compile the schema.

        Raises:
            DocumentError: it has what cannot be read so.
        """
        self._convert = _compile(shape(schema, resolve))

    def read(self, raw: bytes, charset: str) -> Reading:
        """Read a body; `null` is None without a violation.

        Raises:
            Unreadable: it is no JSON text.
        """
        parsed = read_json(raw, codec(raw, charset), tuple)  # so an object is a tuple, an array a list
        remarks = Remarks()
        return remarks.reading(self._convert(parsed, (), remarks))


def _compile(kind: Shape) -> Convert:
    match kind:
        case Scalar():
            return SCALARS[kind.kind]
        case Sequence():
            return _list(_compile(kind.item))
        case Class():
            return _class(kind)
        case _:
            raise DocumentError("a map cannot be read as Json.NET does, only written")


def _string(value: Any, path: Path, remarks: Remarks) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, tuple | list):
        remarks.violate(path, value, "a string")
        return None
    remarks.drop(*path)
    if isinstance(value, float):
        return f"{value + 0.0:.15g}".upper()  # as Double.ToString; the sum takes the sign from -0
    return str(value)  # True as .NET has it too


def _integer(value: Any, path: Path, remarks: Remarks) -> int:
    if type(value) is int and value in INT32:
        return value
    if isinstance(value, str) and (number := int32(value)) is not None:
        remarks.drop(*path)
        return number
    remarks.violate(path, value, "an integer of 32 bits")
    return 0


def _boolean(value: Any, path: Path, remarks: Remarks) -> bool:
    if isinstance(value, bool):
        return value
    word = value.strip().lower() if isinstance(value, str) else value
    if word in ("true", "false") or isinstance(word, int | float):
        remarks.drop(*path)
        return word == "true" if isinstance(word, str) else word != 0
    remarks.violate(path, value, "a boolean")
    return False


AS_SENT: Mapping[str, type] = {"string": str, "boolean": bool}  # what needs no conversion
SCALARS: Mapping[str, Convert] = {"string": _string, "integer": _integer, "boolean": _boolean}


def _list(item: Convert) -> Convert:
    def convert(value: Any, path: Path, remarks: Remarks) -> list[Any] | None:
        if isinstance(value, list):
            return [item(each, (*path, index), remarks) for index, each in enumerate(value)]
        _nothing(value, path, remarks, "an array")
        return None

    return convert


def _class(kind: Class) -> Convert:
    defaults = {each.name: each.shape.default for each in kind.members}
    members = {each.name: (each.name, _compile(each.shape), _as_sent(each.shape)) for each in kind.members}
    folded = {name.lower(): member for name, member in members.items()}

    def convert(value: Any, path: Path, remarks: Remarks) -> dict[str, Any] | None:
        if not isinstance(value, tuple):
            _nothing(value, path, remarks, "an object")
            return None
        model, seen = defaults.copy(), set()
        for sent, each in value:
            member = members.get(sent) or (sent.isascii() and folded.get(sent.lower()))
            if not member:
                remarks.drop(*path, sent)
                continue
            name, inner, plain = member
            if sent != name or name in seen:
                remarks.drop(*path, sent)
            seen.add(name)
            model[name] = each if each.__class__ is plain else inner(each, (*path, name), remarks)
        return model

    return convert


def _as_sent(kind: Shape) -> type | None:
    return AS_SENT.get(kind.kind) if isinstance(kind, Scalar) else None


def _nothing(value: Any, path: Path, remarks: Remarks, wanted: str) -> None:
    """Take null, and the empty string in its place, for no list or object; everything else is a violation."""
    if isinstance(value, str) and not value:
        remarks.drop(*path)
    elif value is not None:
        remarks.violate(path, value, wanted)
