"""Checks that Schemathesis lacks; it runs them on every answer, as its own."""

from collections.abc import Iterator

import schemathesis
from schemathesis import Case, CheckContext, Response

from contract_tests.bench import bench_of, operation_of
from contract_tests.holding import content_types, node_of
from mockserver.contract import media


@schemathesis.check
def media_type_parameters(_ctx: CheckContext, response: Response, case: Case) -> None:
    """Compare Content-Type as a whole, parameters included, with what the document has for the status."""
    document, operation = bench_of(case.operation.schema).target.document, operation_of(case.operation)
    if response.status_code not in operation.responses:
        return  # status_code_conformance tells
    content = node_of(document, operation, response.status_code).get("content", {})
    allowed = [each for name, node in content.items() for each in content_types(document, name, node)]
    sent = content_type(response)
    assert sent in (allowed or [None]), f"Content-Type is {sent!r} and none of {allowed}"


@schemathesis.check
def answer_is_acceptable(_ctx: CheckContext, response: Response, case: Case) -> None:
    """Hold an answer's type and charset to what the request takes best of those that the document offers.

    Where the request takes none of them, any is right: no operation here has a 406.
    """
    document, operation = bench_of(case.operation.schema).target.document, operation_of(case.operation)
    sent = content_type(response)
    if sent is None or response.status_code not in operation.responses:
        return
    kind, asked = media.parse(sent), response.request.headers
    chosen = "format" in (case.query or {})  # by a parameter, which overrules the header
    types = [] if chosen else best(asked.get("Accept", "*/*"), operation.responses[response.status_code].media_types)
    assert not types or kind.name in types, f"{kind.name} came where Accept takes {types} best"
    charsets = best(asked.get("Accept-Charset", "*"), document.charsets)
    assert not charsets or kind.charset in charsets, f"{kind.charset} came where Accept-Charset takes {charsets} best"


def content_type(response: Response) -> str | None:
    """Give an answer's Content-Type as it was sent."""
    return next(iter(response.headers.get("content-type", [])), None)


def best(ranges: str, offered: tuple[str, ...]) -> list[str]:
    """List those offered that a header of weighted ranges takes best (RFC 9110, 12.4.2); none where it takes none."""
    rated = {each: max(_weights(ranges, each), default=0.0) for each in offered}
    highest = max(rated.values(), default=0.0)
    return [each for each, weight in rated.items() if weight == highest > 0]


def _weights(ranges: str, name: str) -> Iterator[float]:
    for part in ranges.split(","):
        each = media.parse(part)
        if each.name in {name, "*", "*/*", f"{name.partition('/')[0]}/*"}:
            quality = each.parameters.get("q", "1")
            yield float(quality) if quality.replace(".", "", 1).isdecimal() else 0.0
