"""Builds plain values from YAML's events, in one pass: no tree of nodes in between, no alias, no key twice.

PyYAML makes a node of everything first: to read all documents took it 1.8 times as long.
"""

from functools import lru_cache
from typing import Any

import yaml

from mockserver.errors import DocumentError

DEEPEST = 100  # levels: aliases explode, deep nesting crashes, and no file here needs either
TEXT = "tag:yaml.org,2002:str"
COLLECTIONS = (None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Tree:
    """The value of one file's only document."""

    def __init__(self, raw: bytes, where: str) -> None:
        """Begin to read; `where` names the file."""
        self._loader = Loader(raw)
        self._next = self._loader.get_event
        self._where = where

    def value(self) -> Any:
        """Read all of it; nothing at all is None.

        Raises:
            DocumentError: it has an alias, or is nested too deeply.
            yaml.YAMLError, ValueError, ArithmeticError, AttributeError, LookupError: it is no YAML, or a tag misfits.
        """
        self._next()  # the stream begins
        if self._next().__class__ is yaml.StreamEndEvent:
            return None
        value = self._node(self._next(), 1)
        self._next()  # the document ends
        if (behind := self._next()).__class__ is not yaml.StreamEndEvent:
            raise yaml.MarkedYAMLError(problem="a second document begins", problem_mark=behind.start_mark)
        return value

    def _node(self, event: Any, depth: int) -> Any:
        kind = event.__class__
        if kind is yaml.ScalarEvent:
            return self._scalar(event)
        if kind is yaml.AliasEvent:
            raise DocumentError(
                f"{place(self._where, event.start_mark)}: aliases are not supported; write the value out"
            )
        if depth > DEEPEST:
            raise DocumentError(
                f"{place(self._where, event.start_mark)}: this is nested more than {DEEPEST} levels deep"
            )
        if event.tag not in COLLECTIONS:
            raise _no_constructor(event)
        return self._mapping(depth) if kind is yaml.MappingStartEvent else self._sequence(depth)

    def _sequence(self, depth: int) -> list[Any]:
        items = []
        while (event := self._next()).__class__ is not yaml.SequenceEndEvent:
            items.append(self._node(event, depth + 1))
        return items

    def _mapping(self, depth: int) -> dict[Any, Any]:
        built: dict[Any, Any] = {}
        seen = set()  # as written: JSON has no other keys than texts
        while (event := self._next()).__class__ is not yaml.MappingEndEvent:
            key = self._node(event, depth + 1)
            if isinstance(key, dict | list):
                raise yaml.MarkedYAMLError(problem="found unhashable key", problem_mark=event.start_mark)
            if event.value in seen or key in built:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {event.value!r} stands twice", problem_mark=event.start_mark
                )
            seen.add(event.value)
            built[key] = self._node(self._next(), depth + 1)
        return built

    def _scalar(self, event: Any) -> Any:
        tag = event.tag
        if tag is None or tag == "!":
            tag = _plain_tag(event.value) if event.implicit[0] else TEXT
        if tag == TEXT:
            return event.value
        if tag not in self._loader.yaml_constructors:
            raise _no_constructor(event, tag)
        return self._loader.construct_object(yaml.ScalarNode(tag, event.value, event.start_mark, event.end_mark))


@lru_cache(4096)
def _plain_tag(text: str) -> str:
    """Tell what a scalar without quotes is; documents repeat few."""
    tag: str = RESOLVER.resolve(yaml.ScalarNode, text, (True, False))
    return tag


RESOLVER: Any = Loader(b"")


def _no_constructor(event: Any, tag: str | None = None) -> yaml.MarkedYAMLError:
    says = f"could not determine a constructor for the tag {tag or event.tag!r}"
    return yaml.MarkedYAMLError(problem=says, problem_mark=event.start_mark)


def place(where: str, mark: Any) -> str:
    """Write a place as `file:line:column`."""
    return f"{where}:{mark.line + 1}:{mark.column + 1}" if mark else where
