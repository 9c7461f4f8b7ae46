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

from mockserver.errors.api import (
    ApiError,
    BadRequest,
    Conflict,
    Forbidden,
    HeadersTooLarge,
    InternalError,
    Invalid,
    MethodNotAllowed,
    Missing,
    NoRoute,
    NotFound,
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
from mockserver.errors.problem import (
    BadControlRequest,
    Conflicting,
    Crashed,
    ForeignOrigin,
    HeadersTooLong,
    LimitReached,
    NotJson,
    Problem,
    TimedOut,
    TooLarge,
    Unauthenticated,
    UnknownPath,
    UnknownSandbox,
    UnknownSnapshot,
    UnknownVendor,
    WrongMethod,
    WrongPreference,
)
from mockserver.errors.tool import (
    ConfigurationError,
    ConnectionLost,
    DocumentError,
    FixtureError,
    MockServerError,
    NoAnswer,
    escape,
    pointer_to,
    unescape,
)

__all__ = [
    "ApiError",
    "BadControlRequest",
    "BadRequest",
    "ConfigurationError",
    "Conflict",
    "Conflicting",
    "ConnectionLost",
    "Crashed",
    "DocumentError",
    "FixtureError",
    "Forbidden",
    "ForeignOrigin",
    "HeadersTooLarge",
    "HeadersTooLong",
    "InternalError",
    "Invalid",
    "LimitReached",
    "MethodNotAllowed",
    "Missing",
    "MockServerError",
    "NoAnswer",
    "NoRoute",
    "NotFound",
    "NotJson",
    "PayloadTooLarge",
    "Problem",
    "RequestTimeout",
    "TimedOut",
    "TooLarge",
    "TooManyRequests",
    "Unauthenticated",
    "Unauthorized",
    "Unavailable",
    "UnknownPath",
    "UnknownSandbox",
    "UnknownSnapshot",
    "UnknownVendor",
    "Unreadable",
    "UnsupportedCoding",
    "UnsupportedMediaType",
    "Violation",
    "WrongMethod",
    "WrongPreference",
    "escape",
    "pointer_to",
    "unescape",
]
