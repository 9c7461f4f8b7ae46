"""Every error of this tool.

MockServerError
├── DocumentError           a document or clause register that cannot be used
├── FixtureError            a fixture that misfits its vendor's records
├── ConfigurationError      flags or folders that do not go together
├── QueryError              an OData query that cannot be understood (in `odata`)
├── Unreachable             nothing of this kind answers at a URL (in `client`)
├── ForeignHost             a request that would have left this machine (in `client`)
├── ControlError            what a server's control plane refused (in `client`)
├── ConnectionLost          an injected fault ends the connection, and there is no socket to end
├── NoAnswer                an injected fault gives no answer, and there is no socket to wait on
├── Problem                 what the tool itself refuses, as problem+json
│   ├── BadControlRequest 400   WrongPreference 400   Unauthenticated 401   ForeignOrigin 403
│   ├── UnknownSandbox 404   UnknownVendor 404   UnknownSnapshot 404   UnknownPath 404   WrongMethod 405
│   ├── TimedOut 408   Conflicting 409   LimitReached 409   TooLarge 413   NotJson 415   HeadersTooLong 431
│   └── Crashed 500
└── ApiError                what a vendor's contract refuses; the vendor words it
    ├── BadRequest 400
    │   ├── Unreadable      the body is no text of its media type
    │   │   └── Missing     there is no body
    │   └── Invalid         the request does not match the document
    ├── Unauthorized 401   Forbidden 403
    ├── NotFound 404
    │   └── NoRoute         no such path
    ├── MethodNotAllowed 405   RequestTimeout 408   Conflict 409   PayloadTooLarge 413
    ├── UnsupportedMediaType 415
    │   └── UnsupportedCoding   the body is compressed
    ├── TooManyRequests 429   HeadersTooLarge 431
    └── InternalError 500   Unavailable 503

A vendor with a status of its own defines the class in its module.
"""

from dataclasses import dataclass
from typing import Any, ClassVar


def escape(step: str) -> str:
    """Escape one step of a JSON Pointer (RFC 6901)."""
    return step.replace("~", "~0").replace("/", "~1")


def pointer_to(*path: str | int) -> str:
    """Write a JSON Pointer."""
    return "".join("/" + escape(str(step)) for step in path)


class MockServerError(Exception):
    """Anything this tool expects to go wrong; its text says what, where and what to do."""


class DocumentError(MockServerError):
    """A document or clause register that cannot be used."""


class FixtureError(MockServerError):
    """A fixture that misfits its vendor's records.

    `pointer` is the JSON Pointer of the misfit inside one vendor's fixture.
    """

    def __init__(self, message: str, pointer: str = "") -> None:
        super().__init__(message)
        self.pointer = pointer


class ConfigurationError(MockServerError):
    """Flags or folders that do not go together."""


class ConnectionLost(MockServerError, ConnectionResetError):
    """An injected fault ends the connection, and there is no socket: whoever calls the application itself sees this."""


class NoAnswer(MockServerError, TimeoutError):
    """An injected fault gives no answer, and there is no socket: whoever calls the application itself sees this."""


class Problem(MockServerError):
    """What the tool itself refuses, rendered as `application/problem+json` (RFC 9457).

    `pointers` are pairs (JSON Pointer into the request's body, what is wrong there).
    """

    status: ClassVar[int]
    kind: ClassVar[str]
    title: ClassVar[str]

    def __init__(self, detail: str, pointers: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.pointers = pointers
        self.headers: dict[str, str] = {}

    def render(self) -> dict[str, Any]:
        """Give the body, `{"type","title","status","detail","errors"?}`."""
        body: dict[str, Any] = {
            "type": f"urn:mockserver:{self.kind}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        if self.pointers:
            body["errors"] = [{"pointer": pointer, "detail": detail} for pointer, detail in self.pointers]
        return body


class BadControlRequest(Problem):
    """A body or parameter that the control plane's document does not allow."""

    status, kind, title = 400, "bad-request", "The request does not fit the control plane's document"


class WrongPreference(Problem):
    """An answer asked for by `Prefer` that the operation does not document."""

    status, kind, title = 400, "wrong-preference", "The operation does not document this answer"


class Unauthenticated(Problem):
    """The control plane asks for its token."""

    status, kind, title = 401, "unauthenticated", "The control plane asks for its token"


class ForeignOrigin(Problem):
    """Another site's `Host` or `Origin`."""

    status, kind, title = 403, "foreign-origin", "The control plane answers local callers only"


class UnknownSandbox(Problem):
    """No sandbox of that name."""

    status, kind, title = 404, "unknown-sandbox", "There is no such sandbox"


class UnknownVendor(Problem):
    """No vendor of that name."""

    status, kind, title = 404, "unknown-vendor", "There is no such vendor"


class UnknownSnapshot(Problem):
    """No snapshot of that id."""

    status, kind, title = 404, "unknown-snapshot", "There is no such snapshot"


class UnknownPath(Problem):
    """A path that neither a vendor nor the control plane has."""

    status, kind, title = 404, "unknown-path", "There is nothing at this path"


class WrongMethod(Problem):
    """A method that the control plane's path does not have."""

    status, kind, title = 405, "wrong-method", "This path has other methods"


class Conflicting(Problem):
    """A request that the present state forbids."""

    status, kind, title = 409, "conflict", "The present state does not allow this"


class LimitReached(Problem):
    """One more than the server keeps."""

    status, kind, title = 409, "limit-reached", "The server keeps no more of these"


class TimedOut(Problem):
    """A body that did not arrive in time."""

    status, kind, title = 408, "timed-out", "The body did not arrive in time"


class HeadersTooLong(Problem):
    """Header fields over the bound."""

    status, kind, title = 431, "headers-too-long", "The header fields are too long"


class TooLarge(Problem):
    """A body over the bound."""

    status, kind, title = 413, "too-large", "The body is too large"


class NotJson(Problem):
    """A body of another media type than JSON."""

    status, kind, title = 415, "not-json", "The control plane reads JSON"


class Crashed(Problem):
    """A fault of this tool."""

    status, kind, title = 500, "crashed", "The control plane failed"


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
