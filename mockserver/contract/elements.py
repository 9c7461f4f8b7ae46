"""The elements of a document, as the engine, the linter and the contract suite use them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.contract.bodies import Writer
from mockserver.contract.dotnet import QueryReader, Reader
from mockserver.contract.schema import Schema, Validator


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operation; `where` is `path`, `query`, `header` or `cookie`.

    `lenient` (`x-lenient`) is the value, and the clause, that `--lenient` takes in the place of what does not match.
    """

    name: str
    where: str
    required: bool
    schema: Schema
    validator: Validator
    lenient: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Content:
    """What a body may be: the media types with their charsets, and a validator each.

    `default` is the type of a body sent without a Content-Type (`x-default-media-type`); `sent` is what the document
    says of that header, where it says more than the media types do. `readers` read otherwise than JSON is read
    (`x-reader`), `drops` are the clauses by which they pass things over (`x-drops`); `dubious` are the clauses of media
    types that the page does not list (`x-dubious`); `lenient` names the member for which `--lenient` takes a bare array
    (`x-lenient`).
    """

    validators: Mapping[str, Validator]
    charsets: Mapping[str, tuple[str, ...]]
    required: bool
    default: str | None
    sent: Validator | None
    readers: Mapping[str, Reader]
    drops: Mapping[str, str]
    dubious: Mapping[str, str]
    lenient: Mapping[str, Any] | None


@dataclass(frozen=True)
class Response:
    """A documented answer: by media type the Content-Type and how it is written, and what it always carries."""

    contents: Mapping[str, tuple[str, Writer]]
    constant_headers: tuple[tuple[str, str], ...]
    clauses: tuple[str, ...]

    @property
    def media_types(self) -> tuple[str, ...]:
        """The media types, in the document's order."""
        return tuple(self.contents)


@dataclass(frozen=True)
class Operation:
    """A path and method of a document.

    `query` reads the parameters of a query where they are bound as a framework does (`x-query-reader`); `secret` says
    that its bodies hold credentials (`x-secret`).
    """

    operation_id: str
    method: str
    path: str
    pointer: str
    parameters: tuple[Parameter, ...]
    content: Content | None
    responses: Mapping[int, Response]
    query: QueryReader | None = None
    secret: bool = False

    @property
    def success(self) -> int:
        """The first documented status below 400."""
        return min(self.responses)


@dataclass(frozen=True)
class Scheme:
    """A security scheme that is a header: its name, and the word before the credential (`Bearer`), if any."""

    name: str
    header: str
    word: str | None
