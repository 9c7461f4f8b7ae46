"""What the tool itself refuses, as problem+json."""

from typing import Any, ClassVar

from mockserver.errors.tool import MockServerError


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
