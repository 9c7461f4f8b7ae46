"""How Expoints words its refusals: as ASP.NET Web API does, and with the page's own texts."""

from collections.abc import Mapping

from mockserver.consent import Body
from mockserver.contract.dotnet.query import BINDING, NOT_VALID
from mockserver.errors import (
    ApiError,
    BadRequest,
    Forbidden,
    HeadersTooLarge,
    InternalError,
    Invalid,
    MethodNotAllowed,
    Missing,
    NoRoute,
    PayloadTooLarge,
    RequestTimeout,
    TooManyRequests,
    Unauthorized,
    Unavailable,
    Unreadable,
    UnsupportedCoding,
    UnsupportedMediaType,
    Violation,
)

INVALID = "The request is invalid."
CONVERSION = "An error has occurred."
REQUIRED = "The Customers field is required."
WORDING: Mapping[type[ApiError], str] = {
    BadRequest: INVALID,
    Unauthorized: "Authorization has been denied for this request.",
    Forbidden: "Server refuses to authorize the request.",
    NoRoute: "No HTTP resource was found that matches the request URI '{url}'.",
    MethodNotAllowed: "The requested resource does not support http method '{method}'.",
    RequestTimeout: "The server timed out waiting for the request.",
    UnsupportedCoding: "The request entity's content encoding '{coding}' is not supported for this resource.",
    PayloadTooLarge: "Maximum request length exceeded.",
    TooManyRequests: "Too many requests in a given amount of time.",
    HeadersTooLarge: "The request header fields are too long.",
    InternalError: "An error has occurred.",
    Unavailable: "The server is unable to proces the request at the moment, try again later.",
}
UNSUPPORTED = "The request entity's media type '{}' is not supported for this resource."
NO_CONTENT_TYPE = (
    "The request contains an entity body but no Content-Type header. "
    "The inferred media type 'application/octet-stream' is not supported for this resource."
)


def failure(error: ApiError) -> Body:
    """Write a message, and for an invalid request the places with theirs; a body that is not there has none."""
    if isinstance(error, Invalid):
        return _model_state(error.violations)
    if isinstance(error, Missing):
        return {"Message": INVALID}
    if isinstance(error, Unreadable):
        return {"Message": INVALID, "ModelState": {"request": [CONVERSION]}}
    if type(error) is UnsupportedMediaType:
        sent = error.facts["media_type"].partition(";")[0].strip()
        return {"Message": UNSUPPORTED.format(sent) if sent else NO_CONTENT_TYPE}
    return {"Message": WORDING.get(type(error), CONVERSION).format(**error.facts)}


def _model_state(violations: tuple[Violation, ...]) -> Body:
    """Name the places as the framework does: those of a body behind the argument's name, those of a query as such."""
    state: dict[str, list[str]] = {}
    for each in violations:
        place, text = _of_query(each) if each.where == "query" else _of_body(each)
        state.setdefault(place, []).append(text)
    return {"Message": INVALID, "ModelState": state}


def _of_query(violation: Violation) -> tuple[str, str]:
    """A value that was bound and still cannot be used is told like one that was not."""
    own = NOT_VALID.format(violation.value, violation.name.rpartition(".")[2])
    return violation.name, violation.message if violation.keyword == BINDING else own


def _of_body(violation: Violation) -> tuple[str, str]:
    """Only a `Customers` that is null has a text of its own."""
    place = "request" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in violation.path)
    null = violation.path == ("Customers",) and violation.value is None and violation.keyword != "dropped"
    return place, REQUIRED if null else CONVERSION
