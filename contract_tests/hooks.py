"""What Schemathesis is told beyond its settings: credentials, `Accept`, bodies of XML, filters, checks of our own.

`schemathesis.toml` names this module, so that plain `st` and `pytest` do the same.
"""

import zlib
from collections.abc import Mapping
from typing import Any

import httpx
import schemathesis
from schemathesis import AuthContext, BaseSchema, Case, DeserializationContext, HookContext, Response
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import CoverageScenario, coverage_scenario
from schemathesis.openapi.checks import RejectedPositiveData

from contract_tests import checks, parameters
from contract_tests.bench import bench_of, operation_of
from contract_tests.holding import node_of, read
from contract_tests.steps import node_of as operation_node
from contract_tests.target import Answer, Request
from mockserver.contract import bodies, media
from mockserver.contract.document import Document
from mockserver.contract.elements import Operation
from mockserver.errors import MockServerError

REFUSALS = (401, 403)


@schemathesis.auth(refresh_interval=None)
class Credential:
    """Sends the first account's credential."""

    def get(self, case: Case, _context: AuthContext) -> dict[str, Any] | None:
        return bench_of(case.operation.schema).target.credential() or None

    def set(self, case: Case, data: Mapping[str, str], _context: AuthContext) -> None:
        case.headers.update(data)


@schemathesis.hook
def after_load_schema(_context: HookContext, schema: BaseSchema) -> None:
    """Pin the values that a vendor gave us, draw filters of this document's rows, and free texts like the examples."""
    target = bench_of(schema).target
    schemathesis.openapi.format(parameters.FILTER, parameters.filters_of(target.document))
    made = SchemathesisConfig.from_dict(parameters.settings(target.document, target.values))
    schema.config.dictionaries.update(made.dictionaries)
    schema.config.parameters = {**schema.config.parameters, **made.projects.default.parameters}


@schemathesis.hook
def before_call(_context: HookContext, case: Case, _kwargs: Mapping[str, Any]) -> None:
    """Ask for one of the types and charsets that the operation has: which one depends on the rest of the case."""
    document, operation = _about(case)
    text = repr((case.path_parameters, case.query, case.body, case.media_type))
    number = zlib.crc32(text.encode(errors="surrogatepass"))
    types = sorted({name for each in operation.responses.values() for name in each.media_types})
    weighted = ", ".join(f"{name};q=0.{place}" for place, name in enumerate(types[:9], 1))
    wishes = [*types, weighted, "*/*"]
    case.headers.setdefault("Accept", wishes[number % len(wishes)])
    if document.charsets:
        charsets = [*document.charsets, "*"]
        case.headers.setdefault("Accept-Charset", charsets[number // len(wishes) % len(charsets)])


@schemathesis.hook
def after_call(_context: HookContext, case: Case, response: Response) -> None:
    """Tell of every answer, as the suite's own client does, and of its request, so that a run keeps to its rate."""
    document, operation = _about(case)
    target, sent = bench_of(case.operation.schema).target, response.request
    body = sent.body.encode() if isinstance(sent.body, str) else sent.body
    for tell in target.http.event_hooks["request"]:
        tell(httpx.Request(sent.method or "", sent.url or "", headers=dict(sent.headers), content=body))
    request = Request(operation, method=case.method, raw_path=case.formatted_path, headers=dict(sent.headers))
    target.seen(document, request, _answer(response))


@schemathesis.hook
def filter_failure(_context: HookContext, failure: Failure, case: Case, response: Response) -> bool:
    """Drop what is none: where the vendor's reader sees another body than the schema does, and what is not held.

    A header that the document does not name is no wrong data, and data is neither taken nor refused where the
    credential is none: so 401 and 403 count as answers to wrong ones only.
    """
    about_data = isinstance(failure, AcceptedNegativeData | RejectedPositiveData)
    if about_data and (
        _is_read_otherwise(case, response) or _is_refused_for_its_credential(case, response) or _is_a_header_more(case)
    ):
        return False
    document, operation = _about(case)
    if response.status_code not in operation.responses:
        return True
    return bench_of(case.operation.schema).asserts(
        node_of(document, operation, response.status_code).get("x-clauses", ())
    )


@schemathesis.serializer("application/xml", "text/xml")
def to_xml(context: schemathesis.SerializationContext, value: Any) -> bytes:
    """Write a body as the document says; one that cannot be written so is no XML at all."""
    document, operation = _about(context.case)
    content = document.resolve(operation_node(document, operation)["requestBody"])["content"]
    media_type = context.case.media_type or ""
    try:
        return bodies.writer(media_type, content[media_type]["schema"], document.resolve)(value)
    except (AttributeError, KeyError, TypeError, ValueError):
        return b"<"


@schemathesis.deserializer("application/json", "text/json", "application/xml", "text/xml")
def from_body(context: DeserializationContext, response: Response) -> Any:
    """Read an answer's body in its charset, XML by the vendor's own reader.

    Raises:
        ValueError: it cannot be read, or has a media type that the document does not have for its status.
    """
    document, operation = bench_of(context.operation.schema).target.document, operation_of(context.operation)
    kind = media.parse(response.headers["content-type"][0])
    try:
        schema = node_of(document, operation, response.status_code)["content"][kind.name]["schema"]
        text = response.content.decode(kind.charset).removeprefix("\ufeff")
        return read(document, kind.name, schema, text.encode())
    except (LookupError, MockServerError, ValueError) as error:
        raise ValueError(f"the {kind.name} cannot be read: {error}") from error  # all that Schemathesis expects here


def _about(case: Case) -> tuple[Document, Operation]:
    return bench_of(case.operation.schema).target.document, operation_of(case.operation)


def _answer(response: Response) -> Answer:
    headers = {name.lower(): ", ".join(values) for name, values in response.headers.items()}
    return Answer(response.status_code, headers, response.content)


def _is_read_otherwise(case: Case, response: Response) -> bool:
    """Tell whether the document's reader takes a wrong body for a right one, or a right one for a wrong one.

    So it does with numbers in quotation marks, and with unknown names that differ from a known one in letter case.
    """
    negated = [place for place in ParameterLocation if case.meta and case.meta.is_negative_at(place)]
    content, media_type = operation_of(case.operation).content, case.media_type or ""
    if content is None or media_type not in content.readers or negated not in ([], [ParameterLocation.BODY]):
        return False
    try:
        reading = content.readers[media_type].read(response.request.body or b"", "utf-8")
        valid = not [*reading.violations, *content.validators[media_type].violations(reading.value, "body")]
    except MockServerError:
        valid = False
    return valid == bool(negated)


def _is_refused_for_its_credential(case: Case, response: Response) -> bool:
    right = bench_of(case.operation.schema).target.credential()
    sent = response.request.headers
    return response.status_code in REFUSALS and any(sent.get(name) != value for name, value in right.items())


def _is_a_header_more(case: Case) -> bool:
    """Tell whether all that is wrong is a header that the document does not name: any request may have such."""
    wrong = [place for place in ParameterLocation if case.meta and case.meta.is_negative_at(place)]
    return (
        wrong == [ParameterLocation.HEADER] and coverage_scenario(case) is CoverageScenario.OBJECT_UNEXPECTED_PROPERTIES
    )


__all__ = ["checks"]  # importing them registers them
