"""Where in a file the elements stand: lines and columns of JSON Pointers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from mockserver.contract.tree import DEEPEST, Loader
from mockserver.errors import escape

Mark = tuple[int, int]


@dataclass(slots=True)
class _Level:
    """A mapping or sequence that is open; `key` is that of the member whose value comes next."""

    pointer: str
    is_mapping: bool
    key: str | None = None
    count: int = 0
    keys: set[str] = field(default_factory=set)


class Positions:
    """The places of all elements, as far as the text is YAML: a member's is its key's, an item's its own.

    `repeated` are the keys that stand twice in one mapping, each with its second place. Where the nesting passes the
    deepest that is read, the places end.
    """

    def __init__(self, raw: bytes) -> None:
        """Read the places."""
        self.repeated: list[tuple[str, Mark]] = []
        self._marks: dict[str, Mark] = {"": (1, 1)}
        self._levels: list[_Level] = []
        try:
            self._read(yaml.parse(raw, Loader=Loader))
        except (yaml.YAMLError, ValueError):
            return  # told by whoever reads the values

    def nearest(self, pointer: str) -> tuple[str, Mark]:
        """Find an element, or the nearest around it that exists."""
        while pointer not in self._marks:
            pointer = pointer.rpartition("/")[0]
        return pointer, self._marks[pointer]

    def _read(self, events: Iterator[Any]) -> None:
        for event in events:
            if isinstance(event, yaml.CollectionEndEvent):
                self._levels.pop()
            elif isinstance(event, yaml.NodeEvent):
                pointer = self._place(event)
                if isinstance(event, yaml.CollectionStartEvent):
                    self._levels.append(_Level(pointer, isinstance(event, yaml.MappingStartEvent)))
                if len(self._levels) > DEEPEST:
                    return

    def _place(self, event: Any) -> str:
        """Write down where a node stands, and give its pointer."""
        if not self._levels:
            return ""
        level = self._levels[-1]
        if not level.is_mapping:
            level.count += 1
            return self._write(f"{level.pointer}/{level.count - 1}", event)
        if level.key is None:
            return self._key(level, event)
        level.key, key = None, level.key
        return f"{level.pointer}/{key}"

    def _key(self, level: _Level, event: Any) -> str:
        name = event.value if isinstance(event, yaml.ScalarEvent) else "?"
        if name in level.keys:
            self.repeated.append((name, _mark(event)))
        level.keys.add(name)
        level.key = escape(name)
        return self._write(f"{level.pointer}/{level.key}", event)

    def _write(self, pointer: str, event: Any) -> str:
        self._marks[pointer] = _mark(event)
        return pointer


def _mark(event: Any) -> Mark:
    return event.start_mark.line + 1, event.start_mark.column + 1
