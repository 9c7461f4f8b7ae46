"""The journal as an HTTP Archive (HAR 1.2), for the tools that read one.

What is no part of HAR has a name with an underscore, as HAR asks for.
Source: http://www.softwareishard.com/blog/har-12-spec/
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from mockserver import NAME, VERSION
from mockserver.pieces import Listing, write_json
from mockserver.world.journal import Exchange

MEDIA_TYPE = "application/har+json"
HTTP = "HTTP/1.1"
OWN = ("id", "vendor", "operation_id", "verdict", "clauses", "findings", "fault")
NOTHING_SENT: Mapping[str, Any] = {
    "status": 0,
    "statusText": "",
    "httpVersion": HTTP,
    "cookies": [],
    "headers": [],
    "content": {"size": 0, "mimeType": "x-unknown"},
    "redirectURL": "",
    "headersSize": -1,
    "bodySize": -1,
}


def write(exchanges: Sequence[Exchange], origin: str, dropped: int) -> bytes:
    """Write an archive; what the journal shows is redacted, here as there."""
    log = {
        "version": "1.2",
        "creator": {"name": NAME, "version": VERSION},
        "comment": f"{dropped} requests are no longer in the journal" if dropped else "",
        "entries": Listing(exchanges, lambda each: _entry(each, each.render(), origin)),
    }
    return b'{"log":%b}' % write_json(log)


def _entry(exchange: Exchange, shown: Mapping[str, Any], origin: str) -> dict[str, Any]:
    return {
        "startedDateTime": shown["at"],
        "time": exchange.duration_ms,
        "request": _request(exchange, shown["request"], origin),
        "response": NOTHING_SENT if shown["response"] is None else _response(exchange, shown["response"]),
        "cache": {},
        "timings": {"send": 0, "wait": exchange.duration_ms, "receive": 0},
        **{f"_{name}": shown[name] for name in OWN},
    }


def _request(exchange: Exchange, shown: Mapping[str, Any], origin: str) -> dict[str, Any]:
    scheme, _, asked = origin.partition("://")
    host = _header(shown["headers"], "host") or asked
    query = f"?{shown['query']}" if shown["query"] else ""
    request = {
        "method": shown["method"],
        "url": f"{scheme}://{host}{exchange.mount}{shown['path'].removeprefix('*')}{query}",
        "httpVersion": HTTP,
        "cookies": [],
        "headers": _pairs(shown["headers"]),
        "queryString": _pairs(parse_qsl(shown["query"], keep_blank_values=True)),
        "headersSize": -1,
        "bodySize": len(exchange.request_body),
    }
    if exchange.request_body:
        encoding = {"_encoding": shown["encoding"]} if "encoding" in shown else {}
        kind = _header(shown["headers"], "content-type") or "application/octet-stream"
        request["postData"] = {"mimeType": kind, "text": shown["body"], **encoding}
    return request


def _response(exchange: Exchange, shown: Mapping[str, Any]) -> dict[str, Any]:
    size = len(exchange.response_body)
    encoding = {"encoding": shown["encoding"]} if "encoding" in shown else {}
    kind = _header(shown["headers"], "content-type") or "x-unknown"
    return {
        "status": shown["status"],
        "statusText": _phrase(shown["status"]),
        "httpVersion": HTTP,
        "cookies": [],
        "headers": _pairs(shown["headers"]),
        "content": {"size": size, "mimeType": kind, "text": shown["body"], **encoding},
        "redirectURL": _header(shown["headers"], "location"),
        "headersSize": -1,
        "bodySize": size,
    }


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:  # a vendor's own
        return ""


def _pairs(pairs: Sequence[Sequence[str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _header(headers: Sequence[Sequence[str]], wanted: str) -> str:
    return next((value for name, value in headers if name.lower() == wanted), "")
