"""Rules for references and the components that they lead to."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from mockserver.errors import DocumentError, Unreadable, pointer_to, unescape
from mockserver.lint.note import Note
from mockserver.lint.remote import NotFetchedError
from mockserver.lint.report import Severity
from mockserver.lint.rule import DocumentRule, Rule
from mockserver.lint.source import Kind, Source
from mockserver.lint.walk import Walk


class References(Rule):
    """A reference leads to an element of its own kind, and ends."""

    rule_id = "ref"
    severity = Severity.ERROR
    kinds = (Kind.DOCUMENT, Kind.OWN)
    reason = "What cannot be reached is missing for whoever reads the document; a reference to itself is endless."
    good = """\
components:
  schemas:
    Mail: {type: object, properties: {answers: {type: array, items: {$ref: "#/components/schemas/Mail"}}}}
"""
    bad = """\
components:
  schemas:
    Mail: {type: object, properties: {list: {$ref: "#/components/schemas/List"}}}
"""

    def check(self, source: Source) -> Iterator[Note]:
        """Follow every reference that can be followed without a network."""
        if not source.is_readable_version:
            return
        yield from source.survey.references
        for pointer, reference in source.survey.outside.items():
            if source.is_own:
                yield Note(pointer, f"$ref {reference!r} leads outside the document; the engine reads one file")
                continue
            try:
                source.files.reach(source.path, reference)
            except NotFetchedError:
                continue
            except (DocumentError, Unreadable) as error:
                yield Note(pointer, f"$ref {reference!r} {error}")


class Remote(Rule):
    """What a reference on the network leads to has been looked at."""

    rule_id = "ref-remote"
    severity = Severity.WARNING
    kinds = (Kind.DOCUMENT,)
    reason = "A document that needs the network says something else tomorrow; it is fetched with `--allow-remote` only."
    good = """\
components:
  schemas:
    Mail: {$ref: "#/components/schemas/Message"}
    Message: {type: object}
"""
    bad = """\
components:
  schemas:
    Mail: {$ref: "https://example.com/openapi.yaml#/components/schemas/Mail"}
"""

    def check(self, source: Source) -> Iterator[Note]:
        """Tell what was not fetched."""
        for pointer, reference in source.survey.outside.items() if source.is_readable_version else ():
            try:
                source.files.reach(source.path, reference)
            except NotFetchedError as error:
                yield Note(pointer, f"$ref {reference!r} {error}")
            except (DocumentError, Unreadable):
                continue


class Siblings(DocumentRule):
    """Nothing stands beside a reference."""

    rule_id = "ref-siblings"
    severity = Severity.WARNING
    reason = "OpenAPI 3.0 ignores what stands beside `$ref`, so a description or `nullable` there is lost in silence."
    good = """\
components:
  schemas:
    Mail: {type: object, properties: {list: {nullable: true, allOf: [{$ref: "#/components/schemas/List"}]}}}
    List: {type: object}
"""
    bad = """\
components:
  schemas:
    Mail: {type: object, properties: {list: {$ref: "#/components/schemas/List", nullable: true}}}
    List: {type: object}
"""

    def look(self, walk: Walk) -> Iterator[Note]:
        """Look beside each reference; a path item may have other members."""
        for pointer, element in walk.survey.elements.items():
            if "$ref" in element.raw and element.kind not in {"path", "object"}:
                for name in element.raw:
                    if name not in {"$ref", "x-lint-ignore", "x-clauses"}:
                        suggestion = "put the $ref into an allOf" if element.kind == "schema" else None
                        yield Note(pointer + pointer_to(name), f"{name!r} beside a $ref is ignored", suggestion)


class Doubled(DocumentRule):
    """No list has the same reference twice."""

    rule_id = "ref-duplicate"
    severity = Severity.ERROR
    reason = "The second says nothing in `allOf` and `anyOf`, makes `oneOf` match never, and a parameter ambiguous."
    good = """\
components:
  schemas:
    Mail: {oneOf: [{$ref: "#/components/schemas/Letter"}, {type: integer}]}
    Letter: {type: string}
"""
    bad = """\
components:
  schemas:
    Mail: {oneOf: [{$ref: "#/components/schemas/Letter"}, {$ref: "#/components/schemas/Letter"}]}
    Letter: {type: string}
"""
    lists: ClassVar = ("allOf", "anyOf", "oneOf", "parameters")

    def look(self, walk: Walk) -> Iterator[Note]:
        """Look through the lists that may have references."""
        for pointer, node in walk.each("schema", "path", "operation"):
            for name in self.lists:
                seen = set()
                for number, each in enumerate(node.get(name, ())):
                    reference = each.get("$ref")
                    if reference in seen:
                        place = f"{pointer}/{name}/{number}"
                        yield Note(place, f"$ref {reference!r} stands above already", "leave it out")
                    seen.add(reference or number)


class Unused(DocumentRule):
    """Every component is used."""

    rule_id = "component-unused"
    severity = Severity.WARNING
    reason = "What nothing refers to is not part of the contract, and grows old unseen."
    good = """\
paths:
  /mails:
    get: {summary: List mails, responses: {"200": {$ref: "#/components/responses/Mails"}}}
components:
  responses:
    Mails: {description: The mails.}
"""
    bad = """\
paths:
  /mails:
    get: {summary: List mails, responses: {"200": {description: The mails.}}}
components:
  responses:
    Mails: {description: The mails.}
"""

    def look(self, walk: Walk) -> Iterator[Note]:
        """Compare what is there with what is reached from outside the components."""
        if walk.survey.outside:
            return  # other files may lead back
        reached = _reached(walk.plain) | set(_required_schemes(walk))
        for kind, components in walk.tree.get("components", {}).items():
            for name in components if isinstance(components, dict) and not kind.startswith("x-") else ():
                pointer = pointer_to("components", kind, name)
                if pointer not in reached:
                    yield Note(pointer, f"nothing uses the component {name}", "leave it out")


def _required_schemes(walk: Walk) -> Iterator[str]:
    for node in (walk.tree, *(node for _, node in walk.each("operation"))):
        for requirement in node.get("security", ()):
            yield from (pointer_to("components", "securitySchemes", name) for name in requirement)


def _reached(tree: Mapping[str, Any]) -> set[str]:
    """Give the pointers of the components that the document uses, by whatever number of references."""
    reached: set[str] = set()
    waiting: list[Any] = [value for key, value in tree.items() if key != "components"]
    components = tree.get("components")
    while waiting:
        for reference in _references(waiting.pop()):
            steps = reference.split("/")
            pointer = "/".join(["", *steps[1:4]])
            if steps[:2] == ["#", "components"] and pointer not in reached:
                reached.add(pointer)
                waiting.append(_at(components, steps[2:4]))
    return reached


def _at(components: Any, steps: list[str]) -> Any:
    for step in steps:
        components = components.get(unescape(step)) if isinstance(components, dict) else None
    return components


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _references(each)
    elif isinstance(node, dict):
        for key, each in node.items():
            if key in {"$ref", "mapping"}:
                yield from _named(each)
            yield from _references(each)


def _named(value: Any) -> Iterator[str]:
    """Give the references that a `$ref`, or a discriminator's `mapping`, has."""
    for each in value.values() if isinstance(value, dict) else (value,):
        if isinstance(each, str):
            yield each if "/" in each else f"#/components/schemas/{each}"
