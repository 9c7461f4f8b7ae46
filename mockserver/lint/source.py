"""The files that are looked at: what each is, what it holds, and where."""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

from mockserver.contract import clauses, document, fixtures, specs
from mockserver.contract.text import read_file, read_json, read_yaml
from mockserver.contract.tree import DEEPEST
from mockserver.errors import DocumentError, Unreadable
from mockserver.lint import structure
from mockserver.lint.note import Note
from mockserver.lint.positions import Mark, Positions
from mockserver.lint.remote import Files
from mockserver.lint.survey import Survey
from mockserver.lint.walk import Walk


class Kind(StrEnum):
    """What a file is taken for; `own` are the documents of this tool."""

    ANY = "any"
    DOCUMENT = "document"
    OWN = "own"
    REGISTER = "register"
    FIXTURE = "fixture"
    SCENARIO = "scenario"
    UNKNOWN = "unknown"


class SafeDocument(document.Document):
    """A document that is in memory already, whatever its file looks like."""

    def __init__(self, path: Path, tree: dict[str, Any]) -> None:
        """Take the tree as it is."""
        self.path = path
        self.name = path.stem
        self.raw = b""
        self.tree = tree


class Source:
    """A file. `broken` tells why it cannot be read; then `tree` is None."""

    def __init__(self, path: Path, files: Files | None = None) -> None:
        """Read the file; `files` are those that its references may lead to."""
        self.path = path
        self.files = files or Files()
        self.tree: Any = None
        self.broken: Note | None = None
        self.raw = b""
        try:
            self.raw = read_file(path)
            self.tree = _read_json(self.raw) if self.is_json else read_yaml(self.raw, str(path))
        except (DocumentError, Unreadable) as error:
            self.broken = Note("", self.reason(error), mark=_mark(str(error), str(path)))

    @property
    def is_json(self) -> bool:
        """Whether the file is meant to be JSON."""
        return self.path.suffix == ".json"

    @cached_property
    def positions(self) -> Positions:
        """Where the elements stand; pairs of escaped surrogates are JSON, but not YAML."""
        return Positions(re.sub(rb"\\u[dD][89a-fA-F]", rb"\\uFF", self.raw) if self.is_json else self.raw)

    def reason(self, error: Exception) -> str:
        """Give an error's text without the place that it begins with."""
        return re.sub(rf"^{re.escape(str(self.path))}(:\d+:\d+)?: ", "", str(error))

    @property
    def is_own(self) -> bool:
        """Whether this is one of the tool's documents."""
        return self.path.parent == specs().resolve() and self.path.suffix == ".yaml"

    @property
    def is_own_fixture(self) -> bool:
        """Whether this lies in one of the tool's scenarios."""
        return self.path.parent.parent == fixtures().resolve()

    @property
    def kind(self) -> Kind:
        """What the file is taken for."""
        if self.is_own:
            return Kind.OWN
        if isinstance(self.tree, dict) and self.tree.keys() & {"openapi", "swagger"}:
            return Kind.DOCUMENT
        if self.path.parent.name == "clauses":
            return Kind.REGISTER
        if self.path.name == "scenario.yaml":
            return Kind.SCENARIO
        if self.path.suffix == ".yaml" and (self.path.stem in document.names() or self.is_own_fixture):
            return Kind.FIXTURE
        return Kind.UNKNOWN

    @property
    def is_readable_version(self) -> bool:
        """Whether a document is of OpenAPI 3.0."""
        return isinstance(self.tree, dict) and str(self.tree.get("openapi", "")).startswith("3.0.")

    @cached_property
    def survey(self) -> Survey:
        """The document, made safe."""
        return Survey(self.tree)

    @cached_property
    def walk(self) -> Walk:
        """The document's elements."""
        return Walk(self.survey)

    @cached_property
    def document(self) -> document.Document:
        """The document as the engine reads it, without what is of the wrong kind."""
        return SafeDocument(self.path, self.survey.safe)

    @cached_property
    def structure(self) -> tuple[Note, ...]:
        """What the OpenAPI specification does not allow."""
        return tuple(structure.check(self.survey))

    @cached_property
    def register(self) -> "Source":
        """The register of a document's clauses."""
        return Source(self.path.parent / "clauses" / self.path.name)

    @cached_property
    def clauses(self) -> Mapping[str, clauses.Clause]:
        """The clauses of a register.

        Raises:
            DocumentError: it cannot be used.
        """
        return clauses.read(self.path)


def _read_json(raw: bytes) -> Any:
    tree = read_json(raw)
    if _depth(tree) > DEEPEST:
        raise Unreadable(f"this is nested more than {DEEPEST} levels deep")
    return tree


def _mark(text: str, path: str) -> Mark | None:
    """Find the place in an error's text."""
    found = re.match(rf"{re.escape(path)}:(\d+):(\d+): ", text) or re.search(r"line (\d+) column (\d+)", text)
    return (int(found[1]), int(found[2])) if found else None


def _depth(tree: Any) -> int:
    """Count the levels, one more than `DEEPEST` at most."""
    level, depth = [tree], 0
    while depth <= DEEPEST:
        level = [each for node in level if isinstance(node, dict | list) for each in _children(node)]
        if not level:
            break
        depth += 1
    return depth


def _children(node: Any) -> Any:
    return node.values() if isinstance(node, dict) else node
