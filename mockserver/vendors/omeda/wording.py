"""How Omeda words its refusals: lines, a queue's summary, and an id whose key differs from operation to operation."""

from collections.abc import Iterable, Mapping

from mockserver.consent import Body
from mockserver.errors import (
    ApiError,
    HeadersTooLarge,
    InternalError,
    Invalid,
    MethodNotAllowed,
    Missing,
    NoRoute,
    PayloadTooLarge,
    RequestTimeout,
    Unauthorized,
    Unreadable,
    UnsupportedCoding,
    UnsupportedMediaType,
    Violation,
)

SUMMARY = "There were errors with your submission.  None of the {}s submitted in your request were created."
SUMMARIES: Mapping[str, str] = {"opt_in": SUMMARY.format("OptIn"), "opt_out": SUMMARY.format("OptOut")}
NOT_AN_OBJECT = "The request body is not a valid JSON object."
WORDING: Mapping[type[ApiError], str] = {
    UnsupportedMediaType: "The content type {media_type} is not supported.",
    UnsupportedCoding: "The content encoding {coding} is not supported.",
    Unreadable: NOT_AN_OBJECT,
    Missing: NOT_AN_OBJECT,
    Unauthorized: "The x-omeda-appid submitted is missing or not valid.",
    NoRoute: "The resource requested was not found.",
    MethodNotAllowed: "The HTTP method {method} is not allowed for this resource.",
    RequestTimeout: "The request was not received in time.",
    PayloadTooLarge: "The request body is too large.",
    HeadersTooLarge: "The request headers are too large.",
    InternalError: "The request could not be processed.",
}


def failure(error: ApiError, submission: str) -> Body:
    """Write a failure in the form of its operation; of a path that is no operation's in that of the opt-out queue."""
    operation_id = error.operation_id or "opt_out"
    found = [{"Error": line} for line in lines(error)]
    if operation_id in SUMMARIES:
        return {"Submission": submission, "Errors": [*found, {"Error": SUMMARIES[operation_id]}]}
    if operation_id == "flag_email_as_invalid":
        return {"Errors": found, "SubmissionId": submission}
    key = "SubmissionId" if operation_id == "fetch_deployment_types" else "Submission"
    return {key: submission, "Errors": found}


def lines(error: ApiError) -> Iterable[str]:
    """Word a refusal, one line for each fault."""
    if isinstance(error, Invalid):
        return {each.path: _line(each) for each in error.violations}.values()
    if type(error) in WORDING:
        return [WORDING[type(error)].format(**error.facts)]
    return error.details


def _line(violation: Violation) -> str:
    if not violation.path:
        return NOT_AN_OBJECT
    if violation.keyword == "required":
        return f"'{violation.name}' is a required field."
    if violation.name in {"EmailAddress", "emailAddress"} and isinstance(violation.value, str):
        return f"EmailAddress is not valid {violation.value}"
    return f"'{violation.name}' is not valid."
