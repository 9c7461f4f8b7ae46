from datetime import UTC, datetime

import pytest

from contract_tests.models._expoints import KINDS
from mockserver.contract import document
from mockserver.vendors.expoints import Account
from tests.vendors.expoints_desk import (
    DENIED,
    FORBIDDEN,
    HEADERS_TOO_LARGE,
    JSON,
    PATH,
    TIMEOUT,
    TOO_LARGE,
    TOO_MANY,
    UNAVAILABLE,
    XML,
    ask,
    assert_refused,
    assert_told,
    put,
    unchanged,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MIB = 1024 * 1024
OUT = [{"Email": "out@example.com"}]
METHODS = ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE", "post"]


@pytest.mark.clause("EXPOINTS-01", "EXPOINTS-C30", "EXPOINTS-C31", "EXPOINTS-C34")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "path",
    [
        "/external/api/v3/customer/checkoptout",
        "/external/api/v3/customer/checkoptouts//",
        "/external/api/v3/customer/checkoptouts/1",
        "/external/api/v3/customer/checkoptouts%0A",
        "/external/api/v3/customer//checkoptouts",
        "/external/api/v3/customer%2Fcheckoptouts",
        "/external/api/v4/customer/checkoptouts",
        "/api/v3/customer/checkoptouts",
        "/a'&<b>{0}",
        "/",
    ],
)
def test_any_other_path_is_a_404_that_names_it(sandbox, driver, path, kind):
    text = "No HTTP resource was found that matches the request URI '{}'."
    url = f"http://127.0.0.1:8080/~{sandbox.name}/expoints{path}"
    with unchanged(sandbox):
        assert_refused(ask(driver, OUT, kind, path=f"/expoints{path}"), 404, text.format(url), kind)
    own = {"path": path, "host": "demo.expoints.nl"}
    url = f"http://demo.expoints.nl/~{sandbox.name}{path}"
    assert_refused(ask(driver, OUT, kind, **own), 404, text.format(url), kind)


@pytest.mark.clause("EXPOINTS-01", "EXPOINTS-C31", "EXPOINTS-C36")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", METHODS)
def test_any_other_method_is_a_405(sandbox, driver, method, kind):
    text = f"The requested resource does not support http method '{method}'."
    with unchanged(sandbox):
        assert_refused(ask(driver, OUT, kind, method=method), 405, text, kind, allow="POST")


@pytest.mark.clause("EXPOINTS-C26", "EXPOINTS-C33")
@pytest.mark.parametrize("kind", KINDS)
def test_a_body_may_have_two_mib_and_no_more(sandbox, driver, kind):
    body = b'{"Customers":[{"Email":"out@example.com"}]}'.ljust(2 * MIB)
    assert_told(ask(driver, body, accept=kind), OUT, [True], kind)
    with unchanged(sandbox):
        for token in ("Bearer expoints-token", None):
            answer = ask(driver, body + b" ", accept=kind, authorization=token)
            assert_refused(answer, 413, TOO_LARGE, kind, connection="close")


@pytest.mark.clause("EXPOINTS-C33")
@pytest.mark.parametrize("kind", KINDS)
def test_header_fields_over_32_kib_are_a_431(sandbox, driver, kind):
    assert_told(ask(driver, OUT, accept=kind, x="y" * 32 * 1000), OUT, [True], kind)
    with unchanged(sandbox):
        answer = ask(driver, OUT, accept=kind, x="y" * 32 * 1024)
        assert_refused(answer, 431, HEADERS_TOO_LARGE, kind, connection="close")


@pytest.mark.clause("EXPOINTS-35", "EXPOINTS-C31")
@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_of_the_mock_is_a_500(sandbox, driver, monkeypatch, kind):
    monkeypatch.setattr("mockserver.vendors.expoints.Expoints._by_data", None)
    with unchanged(sandbox):
        answer = ask(driver, [{"Email": "in@example.com"}], kind)
        assert_refused(answer, 500, "An error has occurred.", kind)


@pytest.mark.clause("EXPOINTS-C26")
@pytest.mark.parametrize("kind", [JSON, XML])
def test_checks_come_in_their_order(sandbox, driver, kind):
    both = {"requests_per_minute": 0, "maintenance": True}
    put(sandbox, Account("none", {"Authorization": "Bearer none"}, right=False, expires=NOW, **both))
    put(sandbox, Account("all", {"Authorization": "Bearer all"}, right=False, **both))
    put(sandbox, Account("down", {"Authorization": "Bearer down"}, **both))
    put(sandbox, Account("full", {"Authorization": "Bearer full"}, requests_per_minute=0))
    faults = [
        ("path", f"{PATH}//", 404),
        ("method", "GET", 405),
        ("authorization", "Bearer unknown", 401),
        ("authorization", "Bearer none", 401),
        ("authorization", "Bearer all", 403),
        ("authorization", "Bearer down", 503),
        ("authorization", "Bearer full", 429),
        ("kind", "text/plain", 415),
        ("body", b"?", 400),
    ]
    for position, (name, value, status) in enumerate(faults):
        sent = {"kind": kind, "body": OUT, **{later: bad for later, bad, _ in reversed(faults[position:])}, name: value}
        assert ask(driver, accept=kind, **sent).status == status, name
    assert_told(ask(driver, OUT, kind), OUT, [True], kind)


@pytest.mark.clause("EXPOINTS-C31", "EXPOINTS-C32", "EXPOINTS-C33")
def test_the_document_s_refusals_have_the_mock_s_words():
    read = document.load("expoints")
    said = {
        status: each["value"]["Message"]
        for status, response in read.tree["paths"][PATH.removeprefix("/expoints")]["post"]["responses"].items()
        for each in map(read.resolve, read.resolve(response)["content"][JSON].get("examples", {}).values())
        if status not in {"200", "404", "415"}
    }
    assert said == {
        "400": "The request is invalid.",
        "401": DENIED,
        "403": FORBIDDEN,
        "405": "The requested resource does not support http method 'GET'.",
        "408": TIMEOUT,
        "413": TOO_LARGE,
        "429": TOO_MANY,
        "431": HEADERS_TOO_LARGE,
        "500": "An error has occurred.",
        "503": UNAVAILABLE,
    }
