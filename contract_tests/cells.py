"""The cells of a document: operation x status x media type x named error body; and which one an answer belongs to.

An answer of 400 and above whose response has `x-bodies` (name: regular expression, searched in the answer's texts) is
told apart by the first that matches. `x-forced` marks responses that only injection reaches.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contract_tests.holding import content_types, node_of, read
from contract_tests.target import Answer
from mockserver.contract import media
from mockserver.contract.document import Document
from mockserver.contract.elements import Operation


@dataclass(frozen=True, slots=True)
class Cell:
    """One thing that an operation may answer; `body` is None where bodies are not told apart."""

    vendor: str
    operation_id: str
    status: int
    media_type: str | None
    body: str | None

    def __str__(self) -> str:
        parts = (self.vendor, self.operation_id, self.status, self.media_type, self.body)
        return " ".join(str(each) for each in parts if each is not None)


class Misfit(Exception):
    """An answer that the document does not describe."""


def cells(document: Document) -> Iterator[tuple[Cell, bool]]:
    """List all cells of a document, each with whether only injection reaches it."""
    for operation in document.operations:
        for status in operation.responses:
            node = node_of(document, operation, status)
            for media_type in node.get("content", {None: {}}):
                for body in node.get("x-bodies", {None: ""}):
                    yield (
                        Cell(document.name, operation.operation_id, status, media_type, body),
                        node.get("x-forced", False),
                    )


def cell_of(document: Document, operation: Operation, answer: Answer) -> Cell:
    """Find the cell of an answer to an operation.

    Raises:
        Misfit: the status, the media type or the error's text is none that the document has.
    """
    if answer.status not in operation.responses:
        raise Misfit(f"{operation.operation_id} documents no {answer.status}: {answer.body[:200]!r}")
    node = node_of(document, operation, answer.status)
    media_type = _media_type(document, operation, node, answer)
    body = None
    if "x-bodies" in node:
        text = "\n".join(texts(document, node, media_type, answer))
        body = next((name for name, pattern in node["x-bodies"].items() if re.search(pattern, text)), None)
        if body is None:
            raise Misfit(f"{operation.operation_id} {answer.status}: x-bodies describe no such text: {text[:300]}")
    return Cell(document.name, operation.operation_id, answer.status, media_type, body)


def _media_type(document: Document, operation: Operation, node: Mapping[str, Any], answer: Answer) -> str | None:
    sent = answer.headers.get("content-type")
    for name, content in node.get("content", {}).items():
        if sent in content_types(document, name, content):
            return name
    if sent is None and "content" not in node:
        return None
    raise Misfit(f"{operation.operation_id} {answer.status}: the media type {sent} is not documented")


def texts(document: Document, node: Mapping[str, Any], media_type: str | None, answer: Answer) -> Iterator[str]:
    """Give the texts of an answer's body: of JSON and XML the values, names of members and elements among them."""
    if media_type is None:
        return iter(())
    raw = answer.body.decode(media.parse(answer.headers["content-type"]).charset).removeprefix("\ufeff").encode()
    return text_of(read(document, media_type, node["content"][media_type]["schema"], raw))


def text_of(value: Any) -> Iterator[str]:
    """Give the texts in a value, names of members among them."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield name
            yield from text_of(each)
    elif isinstance(value, list):
        for each in value:
            yield from text_of(each)
    else:
        yield str(value)
