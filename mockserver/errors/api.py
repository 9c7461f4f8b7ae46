"""What a vendor's contract refuses, before the vendor words it."""

from dataclasses import dataclass
from typing import Any, ClassVar

from mockserver.errors.tool import MockServerError, pointer_to


class ApiError(MockServerError):
    """A refusal the contract documents, before any vendor has worded it.

    `details` are for the vendor's own raisers: texts in the order in which the answer gives them. `facts` are for the
    engine's: what a vendor's wording may want to print (`method`, `allow`, `media_type`, `url`). `operation_id` is that
    of the path, None where no operation has it; the engine sets it before the vendor words the refusal.
    """

    status: ClassVar[int]
    operation_id: str | None = None

    def __init__(self, *details: str, clauses: tuple[str, ...] = (), **facts: str) -> None:
        super().__init__(*details)
        self.details = details
        self.clauses = clauses
        self.facts = facts


class BadRequest(ApiError):
    """400."""

    status = 400


class Unreadable(BadRequest):
    """The body is no text of its media type: syntax, encoding, depth."""


class Missing(Unreadable):
    """A body is required, and there is none, or a null that stands for none."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One place where a request does not match its document.

    `where` is `body`, `path`, `query` or `header`; `path` leads to the place, parameter name first outside the body;
    `keyword` is the schema's that failed (`required`, `type`, `pattern`, …); for `required` the name ends `path`.
    """

    where: str
    path: tuple[str | int, ...]
    keyword: str
    value: Any
    message: str

    @property
    def name(self) -> str:
        """The member or parameter concerned, `""` for the whole body."""
        return next((str(step) for step in reversed(self.path) if isinstance(step, str)), "")

    @property
    def pointer(self) -> str:
        """The place as JSON Pointer."""
        return pointer_to(*self.path)


class Invalid(BadRequest):
    """The request does not match its document, in the places given, ordered as the document lists them."""

    def __init__(self, *violations: Violation) -> None:
        super().__init__(*(f"{each.where} {each.pointer}: {each.message}" for each in violations))
        self.violations = violations


class Unauthorized(ApiError):
    """401."""

    status = 401


class Forbidden(ApiError):
    """403."""

    status = 403


class NotFound(ApiError):
    """404."""

    status = 404


class NoRoute(NotFound):
    """No such path. Fact: `url`."""


class MethodNotAllowed(ApiError):
    """405. Facts: `method`, `allow`."""

    status = 405


class RequestTimeout(ApiError):
    """408: the body did not arrive in time."""

    status = 408


class Conflict(ApiError):
    """409."""

    status = 409


class PayloadTooLarge(ApiError):
    """413."""

    status = 413


class UnsupportedMediaType(ApiError):
    """415. Fact: `media_type`, as sent."""

    status = 415


class UnsupportedCoding(UnsupportedMediaType):
    """The body has a content coding (`gzip`). Fact: `coding`, as sent."""


class TooManyRequests(ApiError):
    """429."""

    status = 429


class HeadersTooLarge(ApiError):
    """431."""

    status = 431


class InternalError(ApiError):
    """500: a fault of the mock, or an injected one."""

    status = 500


class Unavailable(ApiError):
    """503."""

    status = 503
