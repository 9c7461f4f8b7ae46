"""What the conformance tests notice: a right server of a toy passes, and each wrong one is found out."""

import json
import re
from dataclasses import replace
from pathlib import Path
from random import Random
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
import pytest
from hypothesis import Phase, find, settings

from contract_tests import parameters
from contract_tests.bench import Bench
from contract_tests.conformance import findings, has_links
from contract_tests.target import Target
from mockserver.contract import document
from mockserver.contract.document import Document
from mockserver.contract.dotnet import READERS
from mockserver.errors import Unreadable
from tests.verify.front import Said, serving

TOY = Document(Path(__file__).with_name("toy.yaml"))
LOOK, COUNT = TOY.operations
XML = b'<Rows xmlns="urn:toy"><value><Row><Id>7</Id></Row></value></Rows>'
JSON = b'{"value":[{"Id":7}]}'
FEW = settings(max_examples=8, derandomize=True, database=None, deadline=None, phases=[Phase.explicit, Phase.generate])


def right(asked):
    """Answer as the toy's document says."""
    accept = asked.headers.get("Accept", "*/*")
    kind = max(("application/json", "application/xml"), key=lambda each: rate(accept, each))
    charset = "utf-16" if "utf-16" in asked.headers.get("Accept-Charset", "") else "utf-8"
    body = (JSON if kind.endswith("json") else XML).decode().encode(charset)
    status = status_of(asked)
    headers = {"content-type": f"{kind}; charset={charset}"} | ({"allow": "GET, PUT"} if status == 405 else {})
    return Said(status, headers, body)


def rate(accept, kind):
    found = re.search(re.escape(kind) + r";q=([\d.]+)", accept)
    return float(found[1]) if found else 1.0 if kind in accept else 0.1


def status_of(asked):
    place, query = urlsplit(asked.path), parse_qs(urlsplit(asked.path).query, keep_blank_values=True)
    if asked.method not in {"GET", "PUT"}:
        return 405
    if asked.headers.get("x-key") != "secret":
        return 401
    limits = query.get("Limit", [""])
    fits = re.fullmatch("/[a-z]{1,4}/rows", unquote(place.path))
    if asked.method == "PUT":
        return 200 if fits and is_rows(asked) else 400
    return 200 if fits and len(limits) == 1 and re.fullmatch("-?[0-9]+", limits[0]) else 400


def is_rows(asked):
    schema = {"$ref": "#/components/schemas/Rows"}
    try:
        if asked.headers.get("Content-Type") == "application/xml":
            value = READERS["datacontract"](schema, TOY.resolve).read(asked.body, "utf-8").value
        else:
            value = json.loads(asked.body)
        return TOY.validator(schema).violations(value, "body") == []
    except (Unreadable, ValueError):
        return False


def found_by(answer, operation=LOOK, asserts=lambda _ids: True, *, writes=True, **more):
    """What the suite finds in a server, by check; and what was asked."""
    seen = []
    with serving(answer) as (url, asked), httpx.Client(**more) as http:
        target = Target(TOY, url, {"me": {"x-key": "secret"}}, http, lambda *each: seen.append(each), {"shop": "ab"})
        found = findings(Bench(target, asserts, writes), operation, depth=FEW)
    return {each.partition(":")[0] for each in found}, asked, seen


@pytest.mark.parametrize("operation", [LOOK, COUNT], ids=lambda each: each.operation_id)
def test_nothing_is_found_in_a_right_server_and_every_answer_is_told_of(operation):
    found, asked, seen = found_by(right, operation)
    assert found == set()
    assert {answer.status for _, _, answer in seen} >= {200, 400, 401, 405}
    assert {request.operation.operation_id for _, request, _ in seen} == {operation.operation_id}
    assert len(asked) - len(seen) < 9  # probes for ignored credentials, and of what the server bears


def changed(**changes):
    return lambda asked: replace(right(asked), **changes)


def saying(status, instead):
    """The right server, but for a status."""

    def answer(asked):
        said = right(asked)
        return replace(said, status=instead) if said.status == status else said

    return answer


def with_a_parameter_more(asked):
    said = right(asked)
    return replace(said, headers=said.headers | {"content-type": said.headers["content-type"] + "; version=1"})


def json_always(asked):
    charset = right(asked).headers["content-type"].rpartition("=")[2]
    body = JSON.decode().encode(charset)
    return replace(right(asked), headers={"content-type": f"application/json; charset={charset}"}, body=body)


def utf_8_always(asked):
    asked.headers.pop("Accept-Charset", None)
    return right(asked)


def wrong_xml(asked):
    said = right(asked)
    text = said.body.decode(said.headers["content-type"].rpartition("=")[2]).replace("<Id>7</Id>", "<Id>x</Id>")
    return replace(said, body=text.encode(said.headers["content-type"].rpartition("=")[2]))


def open_to_all(asked):
    asked.headers["x-key"] = "secret"
    return right(asked)


OFFENCES = {
    "media_type_parameters": with_a_parameter_more,
    "answer_is_acceptable": json_always,
    "response_schema_conformance": wrong_xml,
    "ignored_auth": open_to_all,
    "status_code_conformance": saying(400, 422),
    "negative_data_rejection": saying(400, 401),
    "positive_data_acceptance": saying(200, 405),
    "not_a_server_error": saying(400, 520),
    "unsupported_method": saying(405, 400),
}


@pytest.mark.parametrize("check", OFFENCES)
def test_a_check_bites(check):
    found, _, _ = found_by(OFFENCES[check])
    assert check in found


def test_the_charset_of_an_answer_is_held_to_what_was_asked_for():
    assert found_by(utf_8_always)[0] == {"answer_is_acceptable"}


def test_what_a_server_is_not_held_to_is_not_found():
    assert found_by(with_a_parameter_more, asserts=lambda ids: ids != ["TOY-01"])[0] == {"media_type_parameters"}
    assert found_by(json_always, asserts=lambda _ids: False)[0] == set()


def test_a_wrong_body_that_the_vendors_reader_takes_is_no_finding_but_one_in_json_is():
    def taking(kind):
        def answer(asked):
            if asked.method == "PUT" and status_of(asked) == 400 and asked.headers.get("Content-Type") == kind:
                return replace(right(asked), status=200)
            return right(asked)

        return answer

    assert found_by(taking("application/json"), COUNT)[0] == {"negative_data_rejection"}


def test_accept_is_rotated_over_what_the_operation_may_answer():
    _, asked, _ = found_by(right)
    assert {each.headers["Accept"] for each in asked if "Accept" in each.headers} >= {
        "application/json",
        "application/xml",
        "*/*",
        "application/json;q=0.1, application/xml;q=0.2",
    }
    assert {each.headers.get("Accept-Charset") for each in asked} >= {"utf-8", "utf-16", "*"}


def test_pinned_values_stand_in_paths_and_free_texts_are_mostly_those_of_the_examples():
    _, asked, _ = found_by(right)
    places = [urlsplit(each.path) for each in asked]
    assert sum(each.path == "/ab/rows" for each in places) > len(places) / 2
    orders = [text for each in places for text in parse_qs(each.query).get("Order", [])]
    assert sum(each in {"asc", "desc"} for each in orders) > len(orders) / 2


def test_where_nothing_may_be_changed_no_method_is_tried_that_could():
    assert {each.method for each in found_by(right)[1]} >= {"GET", "POST", "DELETE", "PATCH", "TRACE"}
    assert {each.method for each in found_by(right, writes=False)[1]} <= {"GET", "OPTIONS", "TRACE", "QUERY"}


def test_a_scenario_that_dies_is_no_success(monkeypatch):
    monkeypatch.setattr("schemathesis.engine.run.unit._put_all", lambda *_: None)
    with pytest.raises(RuntimeError, match="did not come to its end"):
        found_by(right)


def test_a_run_keeps_to_the_rate_of_the_client_that_it_was_given():
    sent = []
    _, asked, seen = found_by(right, event_hooks={"request": [sent.append]})
    assert len(sent) == len(seen)
    assert {each.url.path for each in sent} <= {urlsplit(each.path).path for each in asked}


def test_a_server_that_does_not_answer_is_an_error_and_no_finding():
    with httpx.Client() as http:
        target = Target(TOY, "http://127.0.0.1:1", {}, http, lambda *_: None)
        with pytest.raises(httpx.TransportError):
            findings(Bench(target), LOOK, depth=FEW)


@pytest.mark.parametrize(
    ("read", "fits"),
    [
        (TOY, r"Id ge \S+"),
        (document.load("aimbase"), r".*IsOptedIn eq .* and .*"),
        (document.load("aimbase"), r".*OptInDate .*Z"),
        (document.load("aimbase"), r".*contains\(.*"),
    ],
)
def test_filters_are_about_the_rows_that_are_answered(read, fits):
    drawn = parameters.filters_of(read)
    many = settings(max_examples=5000, database=None, phases=[Phase.generate])
    assert find(drawn, lambda each: re.fullmatch(fits, each, re.DOTALL), settings=many, random=Random(0))


def test_links_are_found_where_there_are_any():
    assert not has_links(TOY)
    link = b"links: {again: {operationId: list_rows, parameters: {shop: ab}}}"
    linked = Document(TOY.path, TOY.raw.replace(b"description: Fine.", b"description: Fine.\n      " + link))
    assert has_links(linked)
