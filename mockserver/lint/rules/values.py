"""Rules for what schemas say about single values: null, enums, defaults, patterns."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.lint.ambiguity import judge
from mockserver.lint.ecma import PatternError
from mockserver.lint.matching import Case, mismatches
from mockserver.lint.note import Note
from mockserver.lint.report import Severity
from mockserver.lint.rule import DocumentRule, Rule
from mockserver.lint.rules.schemas import schema
from mockserver.lint.source import Kind, Source
from mockserver.lint.walk import Walk

TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}


class Nullable(DocumentRule):
    """What may be null says `nullable: true` beside its type, and has null among its enum."""

    rule_id = "nullable"
    severity = Severity.WARNING
    reason = "OpenAPI 3.0 has no type null: `nullable` adds it to the `type` beside it, and to nothing else."
    good = schema("{type: string, nullable: true, enum: [read, unread, null]}")
    bad = schema("{type: string, nullable: true, enum: [read, unread]}")

    def look(self, walk: Walk) -> Iterator[Note]:
        """Look for other spellings, and for what `nullable` has no effect on."""
        for pointer, node in walk.raw("schema"):
            kind, enum = node.get("type"), node.get("enum")
            if kind == "null" or (isinstance(kind, list) and "null" in kind):
                others = [each for each in kind if each != "null"] if isinstance(kind, list) else []
                suggestion = f"type: {others[0]}, nullable: true" if len(others) == 1 else "nullable: true"
                message = "OpenAPI 3.0 has no type null"
                yield Note(f"{pointer}/type", message, suggestion, severity=Severity.ERROR)
            if "x-nullable" in node:
                yield Note(f"{pointer}/x-nullable", "x-nullable is of Swagger 2.0", "nullable: true")
            if node.get("nullable") is True and "type" not in node:
                yield Note(f"{pointer}/nullable", "nullable has no effect without a type beside it", "add the type")
            elif node.get("nullable") is True and isinstance(enum, list) and None not in enum:
                yield Note(f"{pointer}/enum", "null is not among the enum, so that nullable has no effect", "add null")


class EnumType(DocumentRule):
    """The values of an enum are of the type beside it, and none stands twice."""

    rule_id = "enum-type"
    severity = Severity.ERROR
    reason = "A value of another type can never match, and one that stands twice breaks generated code."
    good = schema('{type: string, enum: ["1", "2"]}')
    bad = schema("{type: string, enum: [1, 2]}")

    def look(self, walk: Walk) -> Iterator[Note]:
        """Look at each enum."""
        for pointer, node in walk.each("schema"):
            seen: list[Any] = []
            kinds = TYPES.get(str(node.get("type")), (object,))
            for number, value in enumerate(node.get("enum", ())):
                place = f"{pointer}/enum/{number}"
                is_flag = isinstance(value, bool) and bool not in kinds and object not in kinds
                if value is not None and (is_flag or not isinstance(value, kinds)):
                    yield Note(place, f"{value!r} is not of the type {node['type']}", _quoted(value, node))
                elif value is None and "type" in node and node.get("nullable") is not True:
                    yield Note(place, "null cannot match without nullable", "nullable: true")
                if any(value == each and type(value) is type(each) for each in seen[:MOST]):
                    yield Note(place, f"{value!r} stands above already", "leave it out")
                seen.append(value)


MOST = 1000
"""Values of one enum that the others are compared with."""


def _quoted(value: Any, node: Mapping[str, Any]) -> str | None:
    is_plain = isinstance(value, int | float) and node["type"] == "string"
    return f'"{str(value).lower() if isinstance(value, bool) else value}"' if is_plain else None


class DefaultType(Rule):
    """A default matches its schema."""

    rule_id = "default-type"
    severity = Severity.ERROR
    kinds = (Kind.DOCUMENT, Kind.OWN)
    reason = "A default is what a reader takes where nothing is sent: it would refuse what it has put there itself."
    good = schema("{type: integer, default: 20}")
    bad = schema('{type: integer, default: "20"}')

    def check(self, source: Source) -> Iterator[Note]:
        """Match all defaults."""
        if source.is_readable_version:
            found = (each for each in source.walk.each("schema") if "default" in each[1])
            cases = [Case(f"{pointer}/default", node["default"], node) for pointer, node in found]
            for each in mismatches(source.document, cases):
                yield Note(each.pointer, f"the default {each.message}")


class Pattern(DocumentRule):
    """A pattern is a regular expression of ECMA-262."""

    rule_id = "pattern"
    severity = Severity.ERROR
    reason = "JSON Schema has no other syntax: `(?i)`, `(?P<n>…)` and the like fail elsewhere, or mean something else."
    good = schema("{type: string, pattern: '^[a-z]+$'}")
    bad = schema("{type: string, pattern: '\\A[a-z]+\\Z'}")

    def look(self, walk: Walk) -> Iterator[Note]:
        """Read each pattern."""
        for pointer, node in walk.each("schema"):
            if isinstance(node.get("pattern"), str):
                try:
                    judge(node["pattern"])
                except PatternError as error:
                    yield Note(f"{pointer}/pattern", f"the pattern is none of ECMA-262: {error}")


class PatternCatastrophic(DocumentRule):
    """A pattern does not take exponential time."""

    rule_id = "pattern-catastrophic"
    severity = Severity.ERROR
    reason = (
        "Repetitions that can share out a text in many ways are all tried by backtracking: 40 characters take hours."
    )
    good = schema("{type: string, pattern: '^([a-z]+-)*[a-z]+$'}")
    bad = schema("{type: string, pattern: '^([a-z]+-?)*$'}")

    def look(self, walk: Walk) -> Iterator[Note]:
        """Judge each pattern that can be read, as long as they are not too long in sum."""
        length = 0
        for pointer, node in walk.each("schema"):
            pattern = node.get("pattern")
            if not isinstance(pattern, str) or len(REPETITION.findall(pattern)) < MANY:
                continue
            length += len(pattern)
            if length > LONGEST:
                message = f"from here on no pattern is judged: they have more than {LONGEST} characters"
                yield Note(f"{pointer}/pattern", message, severity=Severity.INFO)
                return
            if _is_exponential(pattern):
                message = "the pattern matches one text in exponentially many ways"
                yield Note(
                    f"{pointer}/pattern", message, "make each repetition begin or end with a character of its own"
                )


REPETITION = re.compile(r"[*+?{|]")
MANY = 2
LONGEST = 20_000
"""Characters of patterns that are judged in one document: the worst of them take a millisecond each."""


def _is_exponential(pattern: str) -> bool:
    try:
        return judge(pattern)
    except PatternError:
        return False
