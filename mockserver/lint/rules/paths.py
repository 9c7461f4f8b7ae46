"""Rules for paths and their parameters."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from mockserver.errors import pointer_to
from mockserver.lint.note import Note
from mockserver.lint.report import Severity
from mockserver.lint.rule import DocumentRule
from mockserver.lint.walk import Walk

NAME = re.compile(r"\{([^{}]*)\}")


class PathForm(DocumentRule):
    """A path is a plain path: no query, no empty segment, no unbalanced brace."""

    rule_id = "path-form"
    severity = Severity.ERROR
    reason = (
        "Whatever stands behind a `?` or `#` never reaches the server as a path, and readers split braces in two ways."
    )
    good = "paths: {'/mails/{id}': {parameters: [{name: id, in: path, required: true, schema: {type: string}}]}}\n"
    bad = "paths: {'/mails?id={id}': {}}\n"

    def look(self, walk: Walk) -> Iterator[Note]:
        """Look at each path."""
        for path in walk.tree.get("paths", {}):
            rest = NAME.sub("", path)
            if "?" in path or "#" in path:
                yield Note(pointer_to("paths", path), "a path has no query and no fragment", "declare query parameters")
            elif "{" in rest or "}" in rest or "{}" in path:
                yield Note(pointer_to("paths", path), "a brace is not closed, not opened, or has no name in it")
            elif "//" in path:
                yield Note(pointer_to("paths", path), "a segment of the path is empty", path.replace("//", "/"))


class PathSlash(DocumentRule):
    """No path ends with a slash."""

    rule_id = "path-slash"
    severity = Severity.WARNING
    reason = "Clients, proxies and frameworks add and drop a slash at the end, and mean the same or not."
    good = "paths: {/mails: {}}\n"
    bad = "paths: {/mails/: {}}\n"

    def look(self, walk: Walk) -> Iterator[Note]:
        """Look at the end of each path."""
        for path in walk.tree.get("paths", {}):
            if path.endswith("/") and path != "/":
                yield Note(pointer_to("paths", path), f"{path} ends with a slash", path.rstrip("/"))


class PathParameters(DocumentRule):
    """The path parameters of an operation are those in its path."""

    rule_id = "path-parameters"
    severity = Severity.ERROR
    reason = (
        "A name in the path that is not declared has no type, and a declared one that the path lacks can never be sent."
    )
    good = """\
paths:
  /mails/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {summary: Show a mail, responses: {"200": {description: The mail.}}}
"""
    bad = """\
paths:
  /mails/{id}:
    parameters: [{name: number, in: path, required: true, schema: {type: string}}]
    get: {summary: Show a mail, responses: {"200": {description: The mail.}}}
"""

    def look(self, walk: Walk) -> Iterator[Note]:
        """Compare each path with what is declared, for all of it and for each operation."""
        for path, item in walk.tree.get("paths", {}).items():
            place = pointer_to("paths", path)
            names = set(NAME.findall(path))
            yield from _not_in_path(walk, place, item, names)
            for operation in walk.operations_of(path):
                yield from _not_in_path(walk, operation.pointer, operation.node, names)
                declared = {each.get("name") for each in operation.parameters if each.get("in") == "path"}
                if not operation.is_complete:
                    continue
                for name in NAME.findall(path):
                    if name not in declared:
                        yield Note(
                            operation.pointer, f"the path has {{{name}}}, and no path parameter {name!r} is declared"
                        )


def _not_in_path(walk: Walk, place: str, node: Mapping[str, Any], names: set[str]) -> Iterator[Note]:
    for number, each in enumerate(node.get("parameters", ())):
        found = walk.resolve(each)
        if found and found.get("in") == "path" and found.get("name") not in names:
            yield Note(f"{place}/parameters/{number}", f"the path has no {{{found.get('name')}}}")


class PathAmbiguous(DocumentRule):
    """No two paths match the same requests."""

    rule_id = "path-ambiguous"
    severity = Severity.ERROR
    reason = (
        "Which of two operations answers, is then up to the reader's order. A literal segment wins against a parameter."
    )
    good = "paths: {/mails/unread: {}, '/mails/{id}': {}}\n"
    bad = "paths: {'/mails/{id}': {}, '/mails/{number}': {}}\n"

    def look(self, walk: Walk) -> Iterator[Note]:
        """Sort the paths into a tree of segments, in which a parameter is any segment."""
        tree: Segments = {}
        for path in walk.tree.get("paths", {}):
            segments = [NAME.sub(ANY, each) for each in path.split("/")[1:]]
            other = _clash(tree, segments)
            if other is not None:
                yield Note(pointer_to("paths", path), f"{path} and {other} match the same requests")
            _insert(tree, segments, path)


Segments = dict[str, Any]
"""By segment what follows it; at `END` the path that ends there."""
END, ANY = "/", "{}"
WIDEST = 200
"""Beginnings that are followed at once: a path of parameters among thousands of literals would take them all."""
THIS, OTHER = 1, 2
"""Which of two paths has a literal where the other has a parameter: where both have, neither wins."""


def _clash(tree: Segments, segments: Iterable[str]) -> str | None:
    """Find an earlier path that matches a request which `segments` match too, and none of the two wins."""
    level = [(tree, 0)]
    for each in segments:
        steps = ((node[step], won | by) for node, won in level for step, by in _steps(node, each))
        level = list(islice(steps, WIDEST))
    return next((node[END] for node, won in level if END in node and won in {0, THIS | OTHER}), None)


def _steps(node: Segments, segment: str) -> Iterator[tuple[str, int]]:
    """Give the steps that a segment may go along, each with the path that has the literal there."""
    if segment in node:
        yield segment, 0
    if segment == ANY:
        yield from ((each, OTHER) for each in node if each != END and "{" not in each)
    elif ANY in node and "{" not in segment:
        yield ANY, THIS


def _insert(tree: Segments, segments: Iterable[str], path: str) -> None:
    for each in segments:
        tree = tree.setdefault(each, {})
    tree.setdefault(END, path)
