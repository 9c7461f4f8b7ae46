"""Rules for schemas: types, members and bounds."""

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.errors import pointer_to
from mockserver.lint.note import Note
from mockserver.lint.report import Severity
from mockserver.lint.rule import DocumentRule
from mockserver.lint.walk import Walk

KEYWORDS: Mapping[str, tuple[str, ...]] = {
    "string": ("minLength", "maxLength", "pattern"),
    "array": ("items", "minItems", "maxItems", "uniqueItems"),
    "object": ("properties", "required", "minProperties", "maxProperties", "additionalProperties"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}
"""The types with the keywords that say something about them alone; what holds for numbers holds for integers."""
FORMATS: Mapping[str, tuple[str, ...]] = {
    "string": ("date", "date-time", "byte", "binary", "password", "email", "uuid", "uri", "hostname", "ipv4", "ipv6"),
    "integer": ("int32", "int64"),
    "number": ("float", "double"),
}
PAIRS = (
    ("minimum", "maximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
)
COMPOSED = ("allOf", "anyOf", "oneOf")


def schema(text: str) -> str:
    """Write a document that has one schema."""
    return f"components:\n  schemas:\n    Mail: {text}\n"


class ArrayItems(DocumentRule):
    """Every array says what its items are."""

    rule_id = "array-items"
    severity = Severity.ERROR
    reason = "The specification demands `items` where the type is `array`; generators stop without it."
    good = schema("{type: array, items: {type: string}}")
    bad = schema("{type: array}")

    def look(self, walk: Walk) -> Iterator[Note]:
        """Look at arrays."""
        for pointer, node in walk.each("schema"):
            if node.get("type") == "array" and "items" not in node:
                yield Note(pointer, "an array without items", "items: {} if anything is allowed")


class KeywordType(DocumentRule):
    """A keyword says something about the type beside it."""

    rule_id = "keyword-type"
    severity = Severity.WARNING
    reason = (
        "A keyword of another type is not wrong and not right: it is passed over, and the bound that was meant is lost."
    )
    good = schema("{type: string, maxLength: 80}")
    bad = schema("{type: integer, maxLength: 80}")

    def look(self, walk: Walk) -> Iterator[Note]:
        """Compare keywords and formats with types."""
        for pointer, node in walk.each("schema"):
            kind = node.get("type")
            if not isinstance(kind, str):
                continue
            own = "number" if kind == "integer" else kind
            for other, keywords in KEYWORDS.items():
                for keyword in keywords if other != own else ():
                    if keyword in node:
                        yield Note(f"{pointer}/{keyword}", f"{keyword} says nothing about the type {kind}")
            for other, formats in FORMATS.items():
                if node.get("format") in formats and kind != other:
                    yield Note(f"{pointer}/format", f"the format {node['format']} is of the type {other}, not {kind}")


class Bounds(DocumentRule):
    """The bounds of a schema leave something between them."""

    rule_id = "bounds"
    severity = Severity.ERROR
    reason = "Nothing matches a schema whose least is more than its most."
    good = schema("{type: string, minLength: 1, maxLength: 80}")
    bad = schema("{type: string, minLength: 80, maxLength: 1}")

    def look(self, walk: Walk) -> Iterator[Note]:
        """Compare the bounds."""
        for pointer, node in walk.each("schema"):
            for least, most in PAIRS:
                low, high = node.get(least), node.get(most)
                if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
                    yield Note(f"{pointer}/{least}", f"{least} {low} is more than {most} {high}")


class RequiredKnown(DocumentRule):
    """What is required is among the properties."""

    rule_id = "required-known"
    severity = Severity.WARNING
    reason = "A required member that no property describes may be anything, and is mostly a slip of the pen."
    good = schema("{type: object, required: [subject], properties: {subject: {type: string}}}")
    bad = schema("{type: object, required: [subjekt], properties: {subject: {type: string}}}")

    def look(self, walk: Walk) -> Iterator[Note]:
        """Compare the names, those of the schemas that a schema is composed of or is part of included."""
        known: dict[str, set[str] | None] = {}
        for pointer, node in walk.each("schema"):
            required = node.get("required")
            for number, name in enumerate(required if isinstance(required, list) else ()):
                root = _whole(walk, pointer)
                if root not in known:
                    known[root] = _names(walk, walk.survey.elements[root].node, 0)
                names = known[root]
                if names is not None and isinstance(name, str) and name not in names:
                    yield Note(f"{pointer}/required/{number}", f"no property is called {name!r}")


def _whole(walk: Walk, pointer: str) -> str:
    """Climb to the schema that this one is a part of, by way of allOf and its like."""
    while True:
        above, _, step = pointer.rpartition("/")
        holder, _, keyword = above.rpartition("/")
        if not (step.isdecimal() and keyword in COMPOSED and holder in walk.survey.elements):
            return pointer
        pointer = holder


def _names(walk: Walk, node: Mapping[str, Any], depth: int) -> set[str] | None:
    """Give the names of all properties; None where some of them are in another file, or too far away to be sought."""
    found = walk.resolve(node)
    if found is None or depth > DEEPEST:
        return None
    names = set(found.get("properties", ()))
    for keyword in COMPOSED:
        for each in found.get(keyword, ()):
            below = _names(walk, each, depth + 1)
            if below is None:
                return None
            names |= below
    return names


DEEPEST = 20


class Additional(DocumentRule):
    """A schema with properties decides whether there may be others."""

    rule_id = "additional-properties"
    severity = Severity.INFO
    reason = "Where it is not said, everything else is allowed, mostly unmeant, so that slips of the pen pass."
    good = schema("{type: object, additionalProperties: false, properties: {subject: {type: string}}}")
    bad = schema("{type: object, properties: {subject: {type: string}}}")

    def look(self, walk: Walk) -> Iterator[Note]:
        """Look at schemas that are not composed: in a part of one, `false` would forbid the other parts."""
        for pointer, node in walk.each("schema"):
            is_open = "properties" in node and "additionalProperties" not in node
            if is_open and not any(f"/{keyword}/" in pointer or keyword in node for keyword in COMPOSED):
                yield Note(pointer, "additionalProperties is not decided", "additionalProperties: false (or true)")


class ReadWrite(DocumentRule):
    """No property is both readOnly and writeOnly."""

    rule_id = "read-write-only"
    severity = Severity.ERROR
    reason = "The specification forbids it: such a property could never be sent."
    good = schema("{type: object, properties: {id: {type: string, readOnly: true}}}")
    bad = schema("{type: object, properties: {id: {type: string, readOnly: true, writeOnly: true}}}")

    def look(self, walk: Walk) -> Iterator[Note]:
        """Look at schemas."""
        for pointer, node in walk.raw("schema"):
            if node.get("readOnly") is True and node.get("writeOnly") is True:
                yield Note(f"{pointer}/writeOnly", "readOnly stands beside writeOnly")


class Discriminator(DocumentRule):
    """A discriminator leads to schemas that have its property, and demand it."""

    rule_id = "discriminator"
    severity = Severity.WARNING
    reason = "A reader that finds no value there, or no schema for it, cannot choose."
    good = """\
components:
  schemas:
    Mail: {oneOf: [{$ref: "#/components/schemas/Letter"}], discriminator: {propertyName: kind}}
    Letter: {type: object, required: [kind], properties: {kind: {type: string}}}
"""
    bad = good.replace("required: [kind], ", "")

    def look(self, walk: Walk) -> Iterator[Note]:
        """Look at each choice, and at the schemas of the mapping."""
        for pointer, raw in walk.raw("schema"):
            discriminator = raw.get("discriminator")
            if not isinstance(discriminator, dict):
                continue
            name = discriminator.get("propertyName")
            node = walk.survey.elements[pointer].node
            for keyword in ("oneOf", "anyOf"):
                for number, each in enumerate(node.get(keyword, ())):
                    if not _demands(walk, each, name, 0):
                        message = f"the discriminator's property {name!r} is not required in this schema"
                        yield Note(f"{pointer}/{keyword}/{number}", message)
            mapping = discriminator.get("mapping")
            for value, target in mapping.items() if isinstance(mapping, dict) else ():
                if isinstance(target, str) and not _is_schema(walk, target):
                    yield Note(f"{pointer}/discriminator/mapping{pointer_to(value)}", f"{target!r} leads to no schema")


def _demands(walk: Walk, node: Mapping[str, Any], name: Any, depth: int) -> bool:
    found = walk.resolve(node)
    if found is None or depth > DEEPEST:
        return True
    required = found.get("required")
    if isinstance(required, list) and name in required:
        return True
    return any(_demands(walk, each, name, depth + 1) for each in found.get("allOf", ()))


def _is_schema(walk: Walk, target: str) -> bool:
    pointer = target[1:] if target.startswith("#/") else pointer_to("components", "schemas", target)
    return pointer in walk.survey.elements or not (target.startswith("#") or target.isidentifier())
