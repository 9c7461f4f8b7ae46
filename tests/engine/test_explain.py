import httpx
import pytest

from contract_tests.target import Request, Target
from mockserver.contract import clauses, document
from mockserver.server import Settings, running
from mockserver.world.sandbox import Start
from tests.driver import Driver
from tests.engine.acme import DOCUMENT, dispatcher

NOBODY = "/acme/lists/2/nobody@acme.test"
TWO = DOCUMENT.replace("x-clauses: [ACME-7]", "x-clauses: [ACME-7, ACME-A01]")
ASKED = {"mock-explain": "1"}


@pytest.fixture
def acme(tmp_path):
    def make(text=DOCUMENT, **wish):
        return Driver(dispatcher(tmp_path, text=text, **wish)[0], headers={"x-key": "k1"})

    return make


def change(driver, path=NOBODY, **headers):
    body = b'{"state":"out"}'
    return driver.request("PUT", path, headers={"content-type": "application/json", **headers}, body=body)


@pytest.mark.parametrize(("text", "clauses"), [(DOCUMENT, "ACME-7"), (TWO, "ACME-7, ACME-A01")])
def test_an_answer_names_the_clauses_that_decided_where_the_request_asks(acme, text, clauses):
    answer = change(acme(text), **ASKED)
    assert (answer.status, answer.headers["mock-clause"]) == (404, clauses)


@pytest.mark.parametrize("headers", [{}, {"mock-explain": "0"}, {"mock-explain": ""}])
def test_nobody_who_does_not_ask_is_told_clauses(acme, headers):
    answer = change(acme(), **headers)
    assert (answer.status, answer.headers.get("mock-clause")) == (404, None)


def test_with_explain_every_answer_names_them(acme):
    assert change(acme(explain=True)).headers["mock-clause"] == "ACME-7"


def test_an_answer_that_rests_on_no_clause_names_none(acme):
    answer = change(acme(explain=True), "/acme/lists/1/a%2Fb@acme.test", **ASKED)
    assert (answer.status, "mock-clause" in answer.headers) == (200, False)


@pytest.mark.parametrize("name", document.names())
def test_what_a_vendor_s_answer_names_is_in_its_register_and_in_the_journal(driver, sandbox, name):
    operation = document.load(name).operations[0]
    path = f"/{name}{operation.path}".replace("{", "").replace("}", "")
    driver.request(operation.method, path, headers=ASKED)
    told = driver.request(operation.method, path, headers=ASKED).headers["mock-clause"].split(", ")
    exchange = sandbox.store.journal.entries()[0][-1]
    assert tuple(told) == exchange.clauses
    assert set(told) <= set(clauses.load(name))


def test_the_contract_suite_takes_no_explanation_for_the_vendor_s():
    read = document.load(document.names()[0])
    request = Request(read.operations[0], {})
    with running(Settings(port=0, start=Start(explain=True))) as (url, _), httpx.Client() as http:
        assert "mock-clause" in http.request(request.operation.method, f"{url}/{read.name}{request.target}").headers
        answer = Target(read, f"{url}/{read.name}", {}, http, lambda *_: None).send(request)
    assert "mock-clause" not in answer.headers
