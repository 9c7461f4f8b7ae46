"""Rules for examples."""

from collections.abc import Iterator

from mockserver.contract import examples
from mockserver.lint.matching import Case, mismatches
from mockserver.lint.note import Note
from mockserver.lint.report import Severity
from mockserver.lint.rule import DocumentRule, Rule
from mockserver.lint.source import Kind, Source
from mockserver.lint.walk import Walk

GOOD = """\
paths:
  /mails:
    get:
      summary: List mails
      responses:
        "200":
          description: The mails.
          content:
            application/json:
              schema: {type: array, items: {type: string}}
              examples: {two: {value: [Hello, Again]}}
"""


class ExampleSchema(Rule):
    """An example matches its schema."""

    rule_id = "example-schema"
    severity = Severity.ERROR
    kinds = (Kind.DOCUMENT, Kind.OWN)
    reason = "Examples are what readers copy, and what mocks answer; one that does not match is a trap."
    good = GOOD
    bad = GOOD.replace("[Hello, Again]", "[Hello, 2]")

    def check(self, source: Source) -> Iterator[Note]:
        """Match all examples, those of schemas too."""
        if not source.is_readable_version:
            return
        cases = {}
        for each in examples.find(source.document):
            is_named = each.pointer.rpartition("/")[0].endswith("/examples")
            case = Case(f"{each.pointer}/value" if is_named else each.pointer, each.value, each.schema)
            cases[case.pointer] = each.name, case
        for pointer, raw in source.walk.raw("schema"):
            if "example" in raw:
                case = Case(f"{pointer}/example", raw["example"], source.survey.elements[pointer].node)
                cases[case.pointer] = "of the schema", case
        for mismatch in mismatches(source.document, [case for _, case in cases.values()]):
            yield Note(mismatch.pointer, f"the example {cases[mismatch.case.pointer][0]} {mismatch.message}")


class ExampleExclusive(DocumentRule):
    """`example` does not stand beside `examples`, and `value` not beside `externalValue`."""

    rule_id = "example-exclusive"
    severity = Severity.ERROR
    reason = "The specification makes them exclusive: of two, each reader shows another."
    good = GOOD
    bad = GOOD.replace("examples:", "example: [Hello]\n              examples:")

    def look(self, walk: Walk) -> Iterator[Note]:
        """Look at whatever may have examples, and at examples."""
        for pointer, node in walk.raw("parameter", "header", "content"):
            if "example" in node and "examples" in node:
                yield Note(f"{pointer}/example", "example stands beside examples", "move it below examples")
        for pointer, node in walk.raw("example"):
            if "value" in node and "externalValue" in node:
                yield Note(f"{pointer}/externalValue", "externalValue stands beside value")


class BodyExample(DocumentRule):
    """Every body, of a request or a response, has an example in each of its media types."""

    rule_id = "body-example"
    severity = Severity.INFO
    kinds = (Kind.DOCUMENT,)
    reason = "An example shows in a line what a schema tells in twenty; mocks answer with it."
    good = GOOD
    bad = GOOD.replace("              examples: {two: {value: [Hello, Again]}}\n", "")

    def look(self, walk: Walk) -> Iterator[Note]:
        """Look at each media type."""
        for pointer, node in walk.raw("content"):
            if "example" not in node and not node.get("examples"):
                yield Note(pointer, "there is no example", "add one under examples")


class NamedExample(Rule):
    """Every body of the tool's own documents has a named example in each of its media types."""

    rule_id = "response-example"
    severity = Severity.ERROR
    kinds = (Kind.OWN,)
    reason = "Its answers can be asked for by name, and every test sends and compares them."
    good = GOOD
    bad = GOOD.replace("examples: {two: {value: [Hello, Again]}}", "example: [Hello, Again]")

    def check(self, source: Source) -> Iterator[Note]:
        """Look at each media type that has an example at most."""
        for pointer, node in source.walk.raw("content") if source.is_readable_version else ():
            if not node.get("examples"):
                yield Note(pointer, "there is no named example", "add one under examples")
