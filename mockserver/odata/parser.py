"""Text to syntax: a scanner that knows whether an operand or an operator comes next, and precedence climbing.

The grammar is OData 4.0's to the letter (with `in` from 4.01): no blanks at either end, blanks round operators,
none before an opening parenthesis. What is taken here, any service of 4.0 should take.
"""

import re
from typing import TypeVar

from mockserver.odata import literals, wording
from mockserver.odata.literals import Literal
from mockserver.odata.syntax import (
    BINARY,
    FOREIGN,
    PRECEDENCE,
    Call,
    Membership,
    Name,
    Node,
    Operation,
    Prefixed,
    Unary,
)

MAX_NODES = 100
MAX_DEPTH = 100
MAX_KEYS = 5

BLANKS = {" ", "\t"}
WORD = re.compile(r"[\w.:+\-/$@*]+")
NAME = re.compile(r"[^\W\d][\w.]*(/[\w.$@]+)*")
STRING = re.compile(r"'((?:[^']|'')*+)'")
OPERATOR = re.compile(r"[ \t]+([^\W\d]\w*)")
ENDS_OPERAND = " \t(),"

N = TypeVar("N", bound=Node)


class Parser:
    """Reads one text; refuses it at the first fault."""

    def __init__(self, text: str, *, any_case: bool = False) -> None:
        """Begin at the first character; `any_case` takes names of operators in any letter case."""
        self.text = text
        self.any_case = any_case
        self._at = self._ahead = 0
        self._depth = 0
        self._nodes = 0

    def condition(self) -> Node:
        """Read the whole text as one expression."""
        node = self._expression()
        self._end()
        return node

    def keys(self) -> list[tuple[Node, bool]]:
        """Read the whole text as keys to order by, each with whether it descends."""
        found = []
        while True:
            node = self._expression()
            direction = self._peek()
            if direction in {"asc", "desc"}:
                self._operator()
            found.append((node, direction == "desc"))
            if len(found) > MAX_KEYS:
                raise wording.too_many_keys(MAX_KEYS)
            if not self._comma():
                break
        self._end()
        return found

    def _expression(self, floor: int = 0) -> Node:
        left = self._prefixed()
        while (kind := BINARY.get(self._peek())) and PRECEDENCE[kind] >= floor:
            self._operator()
            self._blank()
            left = self._node(Operation(kind, left, self._expression(PRECEDENCE[kind] + 1)))
        return left

    def _prefixed(self) -> Node:
        """Read an operand with what binds closest to it: unary operators before it, `in` behind it."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise wording.too_deep()
        start = self._at
        word = self._word()
        if self._folded(word) == "not":
            self._blank()
            node: Node = self._node(Prefixed(Unary.NOT, self._prefixed()))
        elif word.startswith("-") and self._literal(word) is None:
            self._at = start + 1
            self._skip()
            node = self._node(Prefixed(Unary.NEGATE, self._prefixed()))
        else:
            node = self._operand(word, start)
            while self._peek() == "in":
                self._operator()
                self._blank()
                node = self._node(Membership(node, self._items()))
        self._depth -= 1
        return node

    def _operand(self, word: str, start: int) -> Node:
        if self._next("'"):
            return self._quoted(word, start)
        if self._next("("):
            return self._call(word, start) if word else self._group()
        self._delimited()
        if not word:
            raise wording.expression_expected(start, self.text)
        if word[0] in "$@":
            raise wording.unsupported_term(word)
        if literal := self._literal(word):
            return self._node(literal)
        if not NAME.fullmatch(word):
            raise wording.syntax_error(start, self.text)
        return self._node(Name(word))

    def _quoted(self, prefix: str, start: int) -> Literal:
        found = STRING.match(self.text, self._at)
        if not found:
            raise wording.unterminated_string(self._at, self.text)
        self._at = found.end()
        literal = literals.quoted(prefix, found[1].replace("''", "'"))
        if literal is None:
            raise wording.bad_literal("Edm.String", self.text[start : self._at], start, self.text)
        self._delimited()
        return self._node(literal)

    def _group(self) -> Node:
        self._at += 1
        self._skip()
        node = self._expression()
        self._close("')' or operator")
        return node

    def _call(self, name: str, start: int) -> Node:
        if "/" in name or name[0] in "$@":
            raise wording.unsupported_term(name)
        if not NAME.fullmatch(name):
            raise wording.syntax_error(start, self.text)
        self._at += 1
        self._skip()
        arguments: list[Node] = []
        if not self._next(")"):
            arguments.append(self._expression())
            while self._comma():
                arguments.append(self._expression())
        self._close("')' or ','")
        return self._node(Call(name, tuple(arguments)))

    def _items(self) -> tuple[Literal, ...]:
        if not self._next("("):
            raise wording.expected("'('", self._at, self.text)
        self._at += 1
        self._skip()
        items = [self._item()]
        while self._comma():
            items.append(self._item())
        self._close("')' or ','")
        return tuple(items)

    def _item(self) -> Literal:
        start = self._at
        node = self._operand(self._word(), start)
        if not isinstance(node, Literal):
            raise wording.expected("Literal", start, self.text)
        return node

    def _node(self, node: N) -> N:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise wording.too_many_nodes(MAX_NODES)
        return node

    def _literal(self, word: str) -> Literal | None:
        return literals.read(word, any_case=self.any_case)

    def _folded(self, word: str) -> str:
        return word.lower() if self.any_case else word

    def _word(self) -> str:
        found = WORD.match(self.text, self._at)
        if not found:
            return ""
        self._at = found.end()
        return found[0]

    def _peek(self) -> str:
        """Say which operator comes next, `""` if none."""
        found = OPERATOR.match(self.text, self._at)
        if not found:
            return ""
        self._ahead = found.end()
        name = self._folded(found[1])
        if name in FOREIGN:
            raise wording.unsupported_operator(name)
        return name

    def _operator(self) -> None:
        self._at = self._ahead

    def _next(self, character: str) -> bool:
        return self.text.startswith(character, self._at)

    def _skip(self) -> bool:
        """Go past blanks, and say whether there were any."""
        start = self._at
        while self.text[self._at : self._at + 1] in BLANKS:
            self._at += 1
        return self._at > start

    def _blank(self) -> None:
        """Go past the blanks that must follow an operator."""
        if not self._skip() and self._at < len(self.text):
            raise wording.syntax_error(self._at, self.text)

    def _comma(self) -> bool:
        start = self._at
        self._skip()
        if not self._next(","):
            self._at = start
            return False
        self._at += 1
        self._skip()
        return True

    def _close(self, what: str) -> None:
        self._skip()
        if not self._next(")"):
            raise wording.expected(what, self._at, self.text)
        self._at += 1

    def _delimited(self) -> None:
        """See that an operand ends where it ends."""
        if self._at < len(self.text) and self.text[self._at] not in ENDS_OPERAND:
            raise wording.bad_character(self._at, self.text)

    def _end(self) -> None:
        rest = self._at < len(self.text)
        self._skip()
        if rest:
            raise wording.syntax_error(self._at, self.text)
