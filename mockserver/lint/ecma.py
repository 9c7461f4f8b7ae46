"""Regular expressions as ECMA-262 has them, read into trees; the grammar of the standard, without its Annex B.

Characters are bits of a number: one for each of ASCII, and one for all others together.
"""

import re
import string
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NoReturn

MOST_CHARACTERS = 4096
DEEPEST = 100
OTHERS = 1 << 128
ALL = (1 << 129) - 1


def _mask(characters: Iterable[str]) -> int:
    mask = 0
    for each in characters:
        mask |= 1 << min(ord(each), 128)
    return mask


DIGITS, SPACES = _mask(string.digits), _mask(" \t\n\r\f\v")
WORD = _mask(string.ascii_letters + string.digits + "_")
CLASSES = {"d": DIGITS, "D": ALL & ~DIGITS, "w": WORD, "W": ALL & ~WORD, "s": SPACES, "S": ALL & ~SPACES}
CONTROLS = {"f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "0": "\0"}
NO_DOT = _mask("\n\r")
QUANTIFIER = re.compile(r"[*+?]|\{(\d+)(?:(,)(\d*))?\}")
GROUP = re.compile(r"\((?:\?(?:(?P<ahead>[:=!]|<[=!])|<(?P<name>[A-Za-z_$][\w$]*)>)|(?!\?))")
ESCAPES = re.compile(r"x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|u\{[0-9A-Fa-f]{1,6}\}|c[A-Za-z]")
PROPERTY = re.compile(r"[pP]\{\w+(?:=\w+)?\}")


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a pattern: characters, a sequence, a choice, or a part repeated `least` to `most` times."""

    kind: str
    mask: int = 0
    parts: tuple["Node", ...] = ()
    least: int = 0
    most: int | None = None


NOTHING = Node("sequence")


class PatternError(Exception):
    """What is no regular expression; the text says where and why."""


@dataclass
class Reader:
    """Reads one pattern; `around` are the insides of what looks ahead or behind."""

    text: str
    at: int = 0
    depth: int = 0
    around: list[Node] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def read(self) -> Node:
        """Read all of it.

        Raises:
            PatternError: it is none.
        """
        if len(self.text) > MOST_CHARACTERS:
            self.fail(f"more than {MOST_CHARACTERS} characters")
        node = self._choice()
        if self.at < len(self.text):
            self.fail("a ) closes nothing")
        missing = {each for each in re.findall(r"\\k<(\w+)>", self.text) if each not in self.names}
        if missing:
            self.fail(f"no group is called {min(missing)}")
        return node

    def fail(self, reason: str) -> NoReturn:
        """Refuse the pattern."""
        raise PatternError(f"{reason}, at character {self.at + 1}")

    def _peek(self, text: str) -> bool:
        return self.text.startswith(text, self.at)

    def _take(self, text: str) -> bool:
        found = self._peek(text)
        self.at += len(text) * found
        return found

    def _choice(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            self.fail("groups are nested too deeply")
        parts = [self._sequence()]
        while self._take("|"):
            parts.append(self._sequence())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Node("choice", parts=tuple(parts))

    def _sequence(self) -> Node:
        parts = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            parts.append(self._term())
        return Node("sequence", parts=tuple(parts))

    def _term(self) -> Node:
        if self.text[self.at] in "^$" or self._peek("\\b") or self._peek("\\B"):
            self.at += 1 + self._peek("\\")
            return self._unrepeated()
        if self._peek("("):
            return self._group()
        if QUANTIFIER.match(self.text, self.at):
            self.fail("there is nothing to repeat")
        return self._repeated(self._atom())

    def _unrepeated(self) -> Node:
        if QUANTIFIER.match(self.text, self.at):
            self.fail("a place, which has no characters, cannot be repeated")
        return NOTHING

    def _group(self) -> Node:
        opened = GROUP.match(self.text, self.at)
        if not opened:
            self.fail(f"ECMA-262 has no group {self.text[self.at : self.at + 3]}")
        if opened["name"]:
            if opened["name"] in self.names:
                self.fail(f"two groups are called {opened['name']}")
            self.names.add(opened["name"])
        self.at = opened.end()
        inside = self._choice()
        if not self._take(")"):
            self.fail("a ( is not closed")
        if opened["ahead"] in {None, ":"}:
            return self._repeated(inside)
        self.around.append(inside)
        return self._unrepeated()

    def _repeated(self, node: Node) -> Node:
        found = QUANTIFIER.match(self.text, self.at)
        if not found:
            return node
        self.at = found.end()
        self._take("?")
        if QUANTIFIER.match(self.text, self.at):
            self.fail("ECMA-262 has no possessive or doubled quantifiers")
        sign = found[0]
        if found[1] is None:
            return Node("repeat", parts=(node,), least=int(sign == "+"), most=1 if sign == "?" else None)
        least, most = int(found[1][:6]), int(found[3][:6]) if found[3] else None if found[2] else int(found[1][:6])
        if most is not None and most < least:
            self.fail(f"{sign} is out of order")
        return Node("repeat", parts=(node,), least=least, most=most)

    def _atom(self) -> Node:
        sign = self.text[self.at]
        if sign == "[":
            return Node("characters", self._class())
        if sign in "]{}":
            self.fail(f"a {sign} stands alone; write \\{sign}")
        if sign == "\\":
            return self._escaped()
        self.at += 1
        return Node("characters", ALL & ~NO_DOT if sign == "." else _mask(sign))

    def _escaped(self) -> Node:
        found = re.compile(r"\\(?:[1-9]\d*|k<\w+>)").match(self.text, self.at)
        if found:  # what a group has matched before: how long, is not known
            self.at = found.end()
            return NOTHING
        return Node("characters", self._escape())

    def _escape(self) -> int:
        """Read what stands behind a backslash, and give the characters that it means."""
        self.at += 1
        rest = self.text[self.at : self.at + 64]
        if not rest:
            self.fail("a \\ escapes nothing")
        found = ESCAPES.match(rest)
        if found:
            self.at += found.end()
            sign = found[0]
            return 1 << min(ord(sign[1]) % 32 if sign[0] == "c" else int(sign[1:].strip("{}"), 16), 128)
        if found := PROPERTY.match(rest):
            self.at += found.end()
            return ALL
        self.at += 1
        if rest[0] in CLASSES:
            return CLASSES[rest[0]]
        if rest[0] in CONTROLS and not (rest[0] == "0" and rest[1:2].isdecimal()):
            return _mask(CONTROLS[rest[0]])
        if rest[0].isalnum():
            self.at -= 1
            self.fail(f"ECMA-262 has no \\{rest[0]}")
        return _mask(rest[0])

    def _class(self) -> int:
        self.at += 1
        is_negated = self._take("^")
        mask = 0
        while not self._take("]"):
            low = self._member()
            if self._peek("-") and not self._peek("-]"):
                self.at += 1
                mask |= self._range(low, self._member())
            else:
                mask |= low
        return ALL & ~mask if is_negated else mask

    def _member(self) -> int:
        if self.at >= len(self.text):
            self.fail("a [ is not closed")
        if self._take("\\b"):
            return _mask("\b")
        if self._peek("\\"):
            return self._escape()
        self.at += 1
        return _mask(self.text[self.at - 1])

    def _range(self, low: int, high: int) -> int:
        if low.bit_count() > 1 or high.bit_count() > 1:
            self.fail("a class of characters cannot begin or end a range")
        if low > high:
            self.fail("a range is out of order")
        return (high << 1) - low
