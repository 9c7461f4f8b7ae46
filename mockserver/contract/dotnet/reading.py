"""What comes of reading a body: the value, what could not be converted, what was let pass in silence."""

import json
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from dataclasses import dataclass, field
from typing import Any, Protocol

from mockserver.errors import Violation, pointer_to

Path = tuple[str | int, ...]

MOST = 1_000  # remarks of a kind; two MiB hold a million occasions, and nobody reads as many
INT32 = range(-(2**31), 2**31)
NUMERAL = re.compile(r"[\t-\r ]*([+-]?)0*([0-9]{1,10})[\t-\r ]*")  # white space as .NET's AllowLeadingWhite has it


@dataclass(frozen=True, slots=True)
class Reading:
    """A body as .NET sees it.

    `value` is the whole model: each object has all properties of its schema, in the document's order, with .NET's
    defaults where nothing was sent, and no others. What could not be converted is its default too, and a violation
    with the keyword `type`. `dropped` are JSON Pointers of what was ignored, or taken although it is not quite what the
    schema says.
    """

    value: Any
    violations: list[Violation]
    dropped: list[str]


class Reader(Protocol):
    """Reads bodies of one schema."""

    def read(self, raw: bytes, charset: str) -> Reading:
        """Read a body; the charset is `utf-8` or `utf-16`, and a byte order mark of UTF-16 decides before it.

        Raises:
            Unreadable: the bytes are no text of the media type, or .NET's reader gives up.
        """
        ...


@dataclass(slots=True)
class Remarks:
    """What is remarked while one body is read."""

    violations: list[Violation] = field(default_factory=list)
    dropped: dict[str, None] = field(default_factory=dict)

    def violate(self, path: Path, value: Any, wanted: str) -> None:
        """Remark that a value cannot be converted; of a list or an object only an empty list is kept."""
        if len(self.violations) < MOST:
            nested = isinstance(value, tuple | list)
            shown = "a list or an object" if nested else json.dumps(value, ensure_ascii=False)[:40]
            kept = [] if nested else value
            self.violations.append(Violation("body", path, "type", kept, f"{shown} cannot be read as {wanted}"))

    def drop(self, *path: str | int) -> None:
        """Remark that something was let pass in silence."""
        if len(self.dropped) < MOST:
            self.dropped[pointer_to(*path)] = None

    def reading(self, value: Any) -> Reading:
        """Close the reading."""
        return Reading(value, self.violations, list(self.dropped))


def codec(raw: bytes, charset: str) -> str:
    """Name the codec of a body; UTF-16 without a mark is little-endian."""
    if raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "utf-16"
    return "utf-16-le" if charset == "utf-16" else charset


def int32(text: str) -> int | None:
    """Read a numeral as Int32.Parse does, None if it is none or too large."""
    match = NUMERAL.fullmatch(text)
    number = int(match[1] + match[2]) if match else INT32.stop
    return number if number in INT32 else None
