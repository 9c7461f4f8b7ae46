"""Rules for operations."""

import re
from collections.abc import Iterator

from mockserver.errors import pointer_to
from mockserver.lint.note import Note
from mockserver.lint.report import Severity
from mockserver.lint.rule import DocumentRule
from mockserver.lint.walk import Walk

GOOD = """\
tags: [{name: Mails}]
paths:
  /mails:
    get:
      operationId: list_mails
      summary: List mails
      tags: [Mails]
      responses:
        "200": {description: The mails.}
        "400": {description: The query is not understood.}
"""


class OperationId(DocumentRule):
    """Every operation has an operationId."""

    rule_id = "operation-id"
    severity = Severity.WARNING
    reason = "Generated clients, links and handlers are named after it; without one they change names with the path."
    good = GOOD
    bad = GOOD.replace("      operationId: list_mails\n", "")

    def look(self, walk: Walk) -> Iterator[Note]:
        """Look at each operation."""
        for each in walk.operations:
            if not each.node.get("operationId"):
                words = re.sub(r"\W+", "_", f"{each.method}{each.path}").strip("_").lower()
                yield Note(each.pointer, "there is no operationId", f"operationId: {words}")


class OperationIdUnique(DocumentRule):
    """No two operations have the same operationId."""

    rule_id = "operation-id-unique"
    severity = Severity.ERROR
    reason = "The specification demands it: whatever is named after the id would have two meanings."
    good = GOOD
    bad = GOOD + GOOD.partition("paths:\n")[2].replace("/mails", "/lists")

    def look(self, walk: Walk) -> Iterator[Note]:
        """Compare the ids of all operations, those of callbacks too."""
        seen: dict[str, str] = {}
        for pointer, node in walk.each("operation"):
            name = node.get("operationId")
            if name in seen:
                yield Note(f"{pointer}/operationId", f"{name} is the operationId of {seen[name]} already")
            elif name is not None:
                seen[name] = pointer


class OperationSummary(DocumentRule):
    """Every operation has a summary."""

    rule_id = "operation-summary"
    severity = Severity.WARNING
    reason = "Lists of operations show the summary, and nothing else tells at a glance what an operation does."
    good = GOOD
    bad = GOOD.replace("      summary: List mails\n", "")

    def look(self, walk: Walk) -> Iterator[Note]:
        """Look at each operation."""
        for each in walk.operations:
            if not each.node.get("summary"):
                yield Note(each.pointer, "there is no summary")


class OperationTag(DocumentRule):
    """Every operation has a tag."""

    rule_id = "operation-tag"
    severity = Severity.WARNING
    reason = "Documentation and generated clients are divided by tags; what has none ends up under *default*."
    good = GOOD
    bad = GOOD.replace("      tags: [Mails]\n", "")

    def look(self, walk: Walk) -> Iterator[Note]:
        """Look at each operation."""
        for each in walk.operations:
            if not each.node.get("tags"):
                yield Note(each.pointer, "there is no tag")


class TagDefined(DocumentRule):
    """Every tag of an operation is among the document's tags."""

    rule_id = "tag-defined"
    severity = Severity.WARNING
    reason = "A tag that is not declared has no description and no place in the order, and is often a slip of the pen."
    good = GOOD
    bad = GOOD.replace("tags: [Mails]", "tags: [Mail]")

    def look(self, walk: Walk) -> Iterator[Note]:
        """Compare the operations' tags with the document's."""
        declared = {each.get("name") for each in walk.tree.get("tags", ())}
        for each in walk.operations:
            for number, tag in enumerate(each.node.get("tags", ())):
                if tag not in declared:
                    yield Note(f"{each.pointer}/tags/{number}", f"the document has no tag {tag!r}")


class TagUnique(DocumentRule):
    """No two tags of the document have the same name."""

    rule_id = "tag-unique"
    severity = Severity.ERROR
    reason = "The specification demands it: of two descriptions readers take any."
    good = GOOD
    bad = GOOD.replace("[{name: Mails}]", "[{name: Mails}, {name: Mails, description: Sent and received.}]")

    def look(self, walk: Walk) -> Iterator[Note]:
        """Compare the document's tags."""
        seen = set()
        for number, each in enumerate(walk.tree.get("tags", ())):
            if each.get("name") in seen:
                yield Note(f"/tags/{number}", f"the tag {each['name']} stands above already", "leave it out")
            seen.add(each.get("name"))


class OperationSuccess(DocumentRule):
    """Every operation documents an answer below 400."""

    rule_id = "operation-success"
    severity = Severity.WARNING
    reason = "An operation that can only fail has no use; mostly its success was forgotten."
    good = GOOD
    bad = GOOD.replace('        "200": {description: The mails.}\n', "")

    def look(self, walk: Walk) -> Iterator[Note]:
        """Look at each operation's responses."""
        for each in walk.operations:
            responses = each.node.get("responses", {})
            if responses and not any(status[:1] in {"1", "2", "3"} or status == "default" for status in responses):
                yield Note(f"{each.pointer}/responses", "no answer below 400 is documented")


class OperationRefusal(DocumentRule):
    """Every operation documents an answer of the class 4xx."""

    rule_id = "operation-4xx"
    severity = Severity.WARNING
    reason = (
        "Every operation refuses something, a method or a credential at least, and clients must know how that looks."
    )
    good = GOOD
    bad = GOOD.replace('        "400": {description: The query is not understood.}\n', "")

    def look(self, walk: Walk) -> Iterator[Note]:
        """Look at each operation's responses."""
        for each in walk.operations:
            responses = each.node.get("responses", {})
            if responses and not any(status[:1] == "4" or status == "default" for status in responses):
                yield Note(f"{each.pointer}/responses", "no answer of the class 4xx is documented")


class BodyIgnored(DocumentRule):
    """GET, HEAD, DELETE, OPTIONS and TRACE have no request body."""

    rule_id = "request-body-ignored"
    severity = Severity.WARNING
    reason = "HTTP gives such a body no meaning: the specification has readers ignore it, and proxies drop it."
    good = GOOD
    bad = GOOD.replace(
        "      tags:", "      requestBody: {content: {text/plain: {schema: {type: string}}}}\n      tags:"
    )

    def look(self, walk: Walk) -> Iterator[Note]:
        """Look at each operation of these methods."""
        for each in walk.operations:
            if each.method not in {"put", "post", "patch"} and "requestBody" in each.node:
                yield Note(each.pointer + pointer_to("requestBody"), f"{each.method.upper()} has no request body")


class LinkTarget(DocumentRule):
    """A link names an operation of the document."""

    rule_id = "link-target"
    severity = Severity.ERROR
    reason = "A link that leads to no operation cannot be followed."
    good = GOOD.replace("The mails.}", "The mails., links: {again: {operationId: list_mails}}}")
    bad = GOOD.replace("The mails.}", "The mails., links: {next: {operationId: show_mail}}}")

    def look(self, walk: Walk) -> Iterator[Note]:
        """Compare the links' operationIds with those that there are."""
        known = {node.get("operationId") for _, node in walk.each("operation")}
        for pointer, node in walk.each("link"):
            if "operationId" in node and node["operationId"] not in known:
                yield Note(f"{pointer}/operationId", f"no operation has the operationId {node['operationId']!r}")
