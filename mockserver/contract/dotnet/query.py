"""Queries as ASP.NET Web API binds them to an object, by a document's parameters.

Names have any letter case, and brackets where jQuery writes them (`ids[]`, `Filter[From]`). Of several values the first
counts, but a parameter of type array takes all. A parameter whose name has `[0]` stands for a list that counts up:
`Filters[0].Name`, `Filters[0].Values[0]` make one argument `Filters`, a list of objects. A value of blanks is none.

All of it was measured on the framework. Not mimicked: numbers in hexadecimal (`0x10`), indexes by `Filters.index`, and
that a name with an open bracket is a 500; such a name is nobody's here.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from mockserver.contract.dotnet.reading import int32
from mockserver.contract.schema import Schema, Validator
from mockserver.errors import Violation

BINDING = "binding"
"""The keyword of a violation whose message is the framework's own."""
NOT_VALID = "The value '{}' is not valid for {}."
NO_VALUE = "A value is required."
FAILED = "An error has occurred."  # in the place of an exception's text
LONGEST = 200  # characters of a name: longer ones, which no document has, would take long to take apart
NUMERAL = re.compile(r"\s*[+-]?[0-9]+\s*", re.ASCII)
TYPES = {"integer": "Int32", "boolean": "Boolean"}
DEFAULTS = {"integer": 0, "boolean": False}
Pairs = Iterable[tuple[str, str]]


class Named(Protocol):
    """A parameter of a query, as the document has it."""

    @property
    def name(self) -> str:
        """Its name there."""

    @property
    def required(self) -> bool:
        """Whether it must be sent."""

    @property
    def schema(self) -> Schema:
        """What its value is, references followed."""

    @property
    def validator(self) -> Validator:
        """The schema, compiled."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value. `called` is what texts call it; `parameter` is None for an item of a list, which no document names."""

    schema: Schema
    called: str
    parameter: Named | None = None


@dataclass(frozen=True, slots=True)
class Many:
    """A list, each of whose items is such a node."""

    item: "Node"


@dataclass(frozen=True, slots=True)
class Group:
    """An object."""

    members: Mapping[str, "Node"]


Node = Leaf | Many | Group


class Reader:
    """Reads the queries of one operation. `names` are those of the arguments that it makes."""

    def __init__(self, parameters: Sequence[Named]) -> None:
        """Compile the parameters."""
        self._tree = _tree((each.name, each) for each in parameters)
        self.names = tuple(self._tree)

    def read(self, pairs: Pairs) -> tuple[dict[str, Any], list[Violation]]:
        """Read a query: arguments by name, None for what was not sent, and what could not be bound."""
        reading = _Reading(pairs)
        found = {name: reading.bind(node, name) for name, node in self._tree.items()}
        return found, reading.violations


def _tree(parameters: Iterable[tuple[str, Named]]) -> dict[str, Node]:
    found: dict[str, Node] = {}
    lists: dict[str, list[tuple[str, Named]]] = {}
    for name, parameter in parameters:
        head, counted, rest = name.partition("[0]")
        if counted:
            lists.setdefault(head, []).append((rest.removeprefix("."), parameter))
        elif parameter.schema.get("type") == "array":
            found[head] = Many(Leaf(parameter.schema["items"], _called(parameter.schema["items"])))
        else:
            called = name.rpartition(".")[2] or _called(parameter.schema)
            found[head] = Leaf(parameter.schema, called, parameter)
    for head, inner in lists.items():
        members = _tree(inner)
        found[head] = Many(members.get("") or Group(members))
    return found


def _called(schema: Schema) -> str:
    """Name an item of a list: by its type."""
    return TYPES.get(schema["type"], "String")


def _plain(name: str) -> str:
    """Write a name of jQuery's in the framework's own way."""

    def rewrite(match: re.Match[str]) -> str:
        inside = match[1]
        return match[0] if inside[:1].isdigit() else inside and f".{inside}"

    return re.sub(r"\[([^\]]*)\]", rewrite, name)


class _Reading:
    """One query, while it is read."""

    def __init__(self, pairs: Pairs) -> None:
        self.violations: list[Violation] = []
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            if len(name) <= LONGEST:
                self._values.setdefault(_plain(name).casefold(), []).append(value)
        self._known = {name[: match.start()] for name in self._values for match in re.finditer(r"[.\[]|$", name)}

    def bind(self, node: Node, name: str) -> Any:
        if isinstance(node, Group):
            return {member: self.bind(each, f"{name}.{member}") for member, each in node.members.items()}
        if isinstance(node, Many):
            return list(self._items(node.item, name)) if self._has(name) else None
        return self._value(node, name, self._values.get(name.casefold()))

    def _has(self, name: str) -> bool:
        """Tell whether there is a value of this name, or of anything in it."""
        return name.casefold() in self._known

    def _items(self, item: Node, name: str) -> Iterator[Any]:
        """Give the items: one for each value of the list's own name, or else one after another from `[0]` on."""
        own = self._values.get(name.casefold())
        places = itertools.repeat(name, len(own)) if own else (f"{name}[{number}]" for number in itertools.count())
        for number, place in enumerate(places):
            if not self._has(place):
                return
            if isinstance(item, Leaf):
                yield self._item(item, place, own[number : number + 1] if own else self._values.get(place.casefold()))
            else:
                yield self.bind(item, place)

    def _item(self, leaf: Leaf, name: str, values: list[str] | None) -> Any:
        """Read an item of a list: one of blanks is the type's default, without a word."""
        blank = not values or not values[0].strip()
        return DEFAULTS.get(leaf.schema["type"]) if blank else self._value(leaf, name, values)

    def _value(self, leaf: Leaf, name: str, values: list[str] | None) -> Any:
        if values is None:
            if leaf.parameter and leaf.parameter.required:
                self.violations.append(Violation("query", (name,), "required", None, "is required"))
            return None
        kind, text = leaf.schema["type"], values[0]
        if not text.strip():
            if kind in DEFAULTS and not leaf.schema.get("nullable", False):
                self._violate(name, text, NO_VALUE)
            return None
        return self._checked(leaf, name, self._converted(leaf, name, values))

    def _converted(self, leaf: Leaf, name: str, values: list[str]) -> Any:
        kind, text = leaf.schema["type"], values[0]
        word = text.strip().lower()
        if kind == "boolean" and word in {"true", "false"}:
            return word == "true"
        if kind == "integer" and (number := int32(text)) is not None:
            return number
        if kind == "string":
            return text
        exceeds = kind == "integer" and NUMERAL.fullmatch(text)
        self._violate(name, text, FAILED if exceeds else NOT_VALID.format(",".join(values), leaf.called))
        return None

    def _checked(self, leaf: Leaf, name: str, value: Any) -> Any:
        if value is not None and leaf.parameter is not None:
            self.violations += leaf.parameter.validator.violations(value, "query", (name,))
        return value

    def _violate(self, name: str, value: str, message: str) -> None:
        self.violations.append(Violation("query", (name,), BINDING, value, message))
