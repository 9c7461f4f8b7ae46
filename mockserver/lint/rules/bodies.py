"""Rules for responses, bodies, headers and parameters."""

import re
from collections.abc import Iterator

from mockserver.errors import pointer_to, unescape
from mockserver.lint.note import Note
from mockserver.lint.report import Severity
from mockserver.lint.rule import DocumentRule
from mockserver.lint.survey import ELSEWHERE
from mockserver.lint.walk import Walk

GOOD = """\
paths:
  /mails:
    get:
      summary: List mails
      parameters: [{name: x-trace, in: header, schema: {type: string}}]
      responses:
        "200":
          description: The mails.
          headers: {x-count: {schema: {type: integer}}}
          content: {application/json: {schema: {type: array, items: {type: string}}}}
        "400":
          description: The query is not understood.
          content: {application/problem+json: {schema: {type: object}}}
"""
NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
MEDIA_TYPE = re.compile(rf"{NAME}/{NAME}")


class ErrorBody(DocumentRule):
    """Every error that an operation documents has a body."""

    rule_id = "error-body"
    severity = Severity.WARNING
    reason = "A client that shows or logs why it failed must know where the reason stands."
    good = GOOD
    bad = GOOD.replace("          content: {application/problem+json: {schema: {type: object}}}\n", "")

    def look(self, walk: Walk) -> Iterator[Note]:
        """Look at each operation's responses; HEAD has no bodies."""
        told = set()
        for each in walk.operations:
            for status, response in each.node.get("responses", {}).items():
                target, node = walk.target(response)
                place = target or f"{each.pointer}/responses{pointer_to(status)}"
                if status[:1] in {"4", "5"} and each.method != "head" and ELSEWHERE not in node and place not in told:
                    told.add(place)
                    if not node.get("content"):
                        yield Note(place, f"the answer {status} has no body")


class NoBody(DocumentRule):
    """What HTTP sends without a body documents none."""

    rule_id = "body-forbidden"
    severity = Severity.ERROR
    reason = "1xx, 204 and 304 end with their header, and so does every answer to HEAD: a body cannot be sent."
    good = GOOD
    bad = GOOD.replace('"200"', '"204"')

    def look(self, walk: Walk) -> Iterator[Note]:
        """Look at each operation's responses."""
        for each in walk.operations:
            for status, response in each.node.get("responses", {}).items():
                node = walk.resolve(response) or {}
                if node.get("content") and (status[:1] == "1" or status in {"204", "304"} or each.method == "head"):
                    place = f"{each.pointer}/responses{pointer_to(status)}"
                    yield Note(place, f"an answer {status} to {each.method.upper()} has no body", "leave content out")


class ContentSchema(DocumentRule):
    """Every body, of a request or a response, has a schema."""

    rule_id = "content-schema"
    severity = Severity.WARNING
    reason = "Without a schema nobody can tell a right body from a wrong one, and generated clients give it no type."
    good = GOOD
    bad = GOOD.replace("{schema: {type: array, items: {type: string}}}", "{}")

    def look(self, walk: Walk) -> Iterator[Note]:
        """Look at each media type."""
        for pointer, node in walk.each("content"):
            if "schema" not in node:
                yield Note(pointer, "there is no schema", "schema: {} if anything is allowed")


class MediaType(DocumentRule):
    """A media type is `type/subtype`, without parameters."""

    rule_id = "media-type"
    severity = Severity.WARNING
    reason = (
        "Readers compare the key with what is sent: a charset in the key keeps bodies without it, or with another, out."
    )
    good = GOOD
    bad = GOOD.replace("application/json:", "application/json; charset=utf-8:")

    def look(self, walk: Walk) -> Iterator[Note]:
        """Look at the keys of each `content`."""
        for pointer, _ in walk.each("content"):
            name = unescape(pointer.rpartition("/")[2])
            kind, semicolon, _ = name.partition(";")
            if not MEDIA_TYPE.fullmatch(kind.strip()):
                yield Note(pointer, f"{name!r} is no media type", severity=Severity.ERROR)
            elif semicolon:
                yield Note(pointer, f"the media type {name!r} has parameters", kind.strip())


class HeaderName(DocumentRule):
    """The name of a header is one that HTTP can send."""

    rule_id = "header-name"
    severity = Severity.ERROR
    reason = (
        "HTTP has letters, digits and !#$%&'*+-.^_`|~ for names of fields; anything else ends the name, or the request."
    )
    good = GOOD
    bad = GOOD.replace("x-trace", "x trace")

    def look(self, walk: Walk) -> Iterator[Note]:
        """Look at header parameters, headers of responses, and credentials in headers."""
        named = [(f"{pointer}/name", node) for pointer, node in walk.each("parameter", "scheme")]
        names = [(pointer, str(node.get("name"))) for pointer, node in named if node.get("in") == "header"]
        names += [
            (pointer + pointer_to("headers", name), name)
            for pointer, node in walk.each("response", "encoding")
            for name in node.get("headers", {})
        ]
        for pointer, name in names:
            if not re.fullmatch(NAME, name):
                yield Note(pointer, f"{name!r} is no name of a header field")


class HeaderIgnored(DocumentRule):
    """No header is described that readers are told to ignore."""

    rule_id = "header-ignored"
    severity = Severity.WARNING
    reason = (
        "OpenAPI has other places for them: Accept and Content-Type are in `content`, Authorization is in `security`."
    )
    good = GOOD
    bad = GOOD.replace("x-trace", "Accept")

    def look(self, walk: Walk) -> Iterator[Note]:
        """Look at header parameters and headers of responses."""
        for pointer, node in walk.each("parameter"):
            name = str(node.get("name"))
            if node.get("in") == "header" and name.lower() in {"accept", "content-type", "authorization"}:
                yield Note(f"{pointer}/name", f"a header parameter {name} is ignored")
        for pointer, node in walk.each("response"):
            for name in node.get("headers", {}):
                if name.lower() == "content-type":
                    yield Note(pointer + pointer_to("headers", name), f"a response's header {name} is ignored")


class ParameterUnique(DocumentRule):
    """No list of parameters has two of the same name and place."""

    rule_id = "parameter-unique"
    severity = Severity.ERROR
    reason = "The specification demands it: of two descriptions readers take any. Headers have no letter case."
    good = GOOD
    bad = GOOD.replace(
        "[{name: x-trace, in: header, schema: {type: string}}]",
        "[{name: x-trace, in: header, schema: {type: string}}, {name: X-Trace, in: header, schema: {type: integer}}]",
    )

    def look(self, walk: Walk) -> Iterator[Note]:
        """Look at the lists of path items and operations."""
        for place, holder in walk.each("path", "operation"):
            seen = set()
            for number, each in enumerate(holder.get("parameters", ())):
                node = walk.resolve(each) or {}
                name, where = str(node.get("name")), node.get("in")
                key = (name.lower() if where == "header" else name, where)
                if node and key in seen:
                    yield Note(f"{place}/parameters/{number}", f"the {where} parameter {name} stands above already")
                seen.add(key)


class ParameterSchema(DocumentRule):
    """Every parameter and header has a schema or a content."""

    rule_id = "parameter-schema"
    severity = Severity.WARNING
    reason = "Without either nobody can tell a right value from a wrong one."
    good = GOOD
    bad = GOOD.replace("in: header, schema: {type: string}", "in: header")

    def look(self, walk: Walk) -> Iterator[Note]:
        """Look at parameters and headers."""
        for pointer, node in walk.each("parameter", "header"):
            if "schema" not in node and "content" not in node:
                yield Note(pointer, "there is neither a schema nor a content")
