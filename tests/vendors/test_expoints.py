import json
from datetime import UTC, datetime

import orjson
import pytest

from contract_tests.models._expoints import KINDS, check_in_xml, told_in_xml
from mockserver.consent import Consent, ConsentState
from mockserver.contract import document
from mockserver.server import Server, Settings
from mockserver.vendors.expoints.records import Datum, OptOut
from mockserver.world.sandbox import Mode, Start
from tests.driver import Driver
from tests.vendors.expoints_desk import (
    JSON,
    PAGE,
    PATH,
    XML,
    ask,
    assert_answer,
    assert_invalid,
    assert_told,
    findings,
    put,
    rows,
    squeeze,
    table,
    unchanged,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
WHOLE_PAGE = {
    JSON: (PAGE["request_json"], orjson.dumps(json.loads(PAGE["answer_json"]))),
    XML: (PAGE["request_xml"], squeeze(PAGE["answer_xml"]).encode()),
}


@pytest.fixture(scope="module")
def strict():
    return Server(Settings(start=Start(now=NOW, mode=Mode.STRICT)))


@pytest.mark.clause("EXPOINTS-01", "EXPOINTS-04", "EXPOINTS-05", "EXPOINTS-08", "EXPOINTS-11", "EXPOINTS-17")
@pytest.mark.clause("EXPOINTS-18", "EXPOINTS-19", "EXPOINTS-20", "EXPOINTS-25", "EXPOINTS-29", "EXPOINTS-C01")
@pytest.mark.clause("EXPOINTS-C10", "EXPOINTS-C37")
@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(JSON, marks=pytest.mark.clause("EXPOINTS-09", "EXPOINTS-10", "EXPOINTS-22", "EXPOINTS-24")),
        pytest.param(
            XML,
            marks=pytest.mark.clause(
                *("EXPOINTS-12", "EXPOINTS-13", "EXPOINTS-14", "EXPOINTS-15", "EXPOINTS-16"),
                *("EXPOINTS-23", "EXPOINTS-26", "EXPOINTS-27", "EXPOINTS-28"),
            ),
        ),
    ],
)
@pytest.mark.parametrize("form", [str, squeeze], ids=["as printed", "without blanks"])
def test_the_page_s_request_has_the_page_s_answer(sandbox, driver, kind, form):
    request, expected = WHOLE_PAGE[kind]
    with unchanged(sandbox):
        # the page's two samples differ in the address, which is echoed
        assert_answer(ask(driver, form(request.replace("string 1", "string 2")), kind), 200, expected, kind)
        other = expected.replace(b'"Email":"sample string 2"', b'"Email":"sample string 1"')
        other = other.replace(b">sample string 2</Email>", b">sample string 1</Email>")
        assert other != expected
        assert_answer(ask(driver, form(request), kind), 200, other, kind)
    assert findings(sandbox) == []


@pytest.mark.clause("EXPOINTS-05", "EXPOINTS-17", "EXPOINTS-C10", "EXPOINTS-C37")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("row", table("matching"))
def test_each_customer_is_answered_in_order(started, sandbox, driver, row, kind):
    started.world.reset(sandbox, row.get("scenario", "baseline"), None)
    with unchanged(sandbox):
        assert_told(ask(driver, row["customers"], kind), row["customers"], row["opt_outs"], kind)
    taken = [tuple(each) for each in row.get("findings", [])]
    assert [each for each in findings(sandbox) if each[0] != "EXPOINTS-C09"] == taken


@pytest.mark.clause("EXPOINTS-C13")
@pytest.mark.parametrize("kind", [JSON, XML])
@pytest.mark.parametrize("row", table("matching"))
def test_strictness_changes_nothing_where_nothing_is_loose(strict, row, kind):
    sandbox = strict.world.create(scenario=row.get("scenario"))
    driver = Driver(strict.app, sandbox=sandbox.name)
    assert_told(ask(driver, row["customers"], kind), row["customers"], row["opt_outs"], kind)
    strict.world.delete(sandbox.name)


@pytest.mark.parametrize("kind", [JSON, XML])
@pytest.mark.parametrize("row", table("nobody"))
def test_who_is_nobody_has_not_opted_out_and_leaves_a_finding(sandbox, driver, row, kind):
    customers = [{"Email": "out@example.com"}, row["customer"], row["customer"]]
    assert_told(ask(driver, customers, kind), customers, [True, False, False], kind)
    assert findings(sandbox) == [
        ("EXPOINTS-C05", f"Customers[{number}] has neither Email nor CustomerDataColumns") for number in (1, 2)
    ]


@pytest.mark.parametrize("kind", [JSON, XML])
@pytest.mark.parametrize("row", table("nobody"))
def test_who_is_nobody_is_refused_strictly(strict, row, kind):
    customers = [{"Email": "out@example.com"}, row["customer"], row["customer"]]
    driver = Driver(strict.app)
    with unchanged(strict.world.find("default")):
        places = ["request.Customers[1]", "request.Customers[2]"]
        assert_invalid(ask(driver, customers, kind), kind, places=places)


@pytest.mark.clause("EXPOINTS-11", "EXPOINTS-C10")
@pytest.mark.parametrize("kind", [JSON, XML])
def test_there_may_be_any_number_of_customers_and_columns(driver, kind):
    column = {"CustomerDataColumnId": 1, "Value": "10042"}
    customers = [{"Email": f"a{number}@example.com"} for number in range(999)]
    customers += [{"Email": "out@example.com"}, {"CustomerDataColumns": [column] * 999}]
    assert_told(ask(driver, customers, kind), customers, [False] * 999 + [True, True], kind)


@pytest.mark.clause("EXPOINTS-25", "EXPOINTS-C10", "EXPOINTS-C37")
@pytest.mark.parametrize("kind", [JSON, XML])
@pytest.mark.parametrize("text", ["<&>\"'", "jürgen 😀", "\t", " ", "]]>", "a\u2028b", "i:nil", "&#1;"])
def test_any_text_is_echoed(driver, text, kind):
    column = {"CustomerDataColumnId": -5, "Name": text, "Value": text, "CertificateThumbprint": text}
    customers = [{"Email": text, "CustomerDataColumns": [column]}]
    assert_told(ask(driver, customers, kind), customers, [False], kind)


@pytest.mark.clause("EXPOINTS-C10")
def test_control_characters_are_echoed(driver):
    customers = [{"Email": "\x00\x1f\r\n"}]
    assert_told(ask(driver, customers), customers, [False])
    sent = check_in_xml([{"Email": "@"}]).replace("@", "&#0;&#x1F;&#13;&#10;")
    told = told_in_xml([{"OptOut": False, "Email": "@", "CustomerDataColumns": None}])
    assert_answer(ask(driver, sent, XML), 200, told.replace("@", "&#x0;&#x1F;\r\n").encode(), XML)


@pytest.mark.clause("EXPOINTS-03")
@pytest.mark.parametrize("query", [b"", b"Customers=x", b"x=1&x=2&&=", b"%00%FF", b"a=" + b"b" * 9000])
def test_a_query_is_not_looked_at(driver, query):
    operation = next(each for each in document.load("expoints").operations if each.operation_id == "check_opt_outs")
    assert operation.parameters == ()
    assert_told(ask(driver, [{"Email": "out@example.com"}], query=query), [{"Email": "out@example.com"}], [True])


@pytest.mark.clause("EXPOINTS-C34")
@pytest.mark.parametrize("path", ["/EXTERNAL/API/V3/CUSTOMER/CHECKOPTOUTS", "/External/Api/V3/Customer/CheckOptOuts"])
def test_the_path_is_matched_in_any_letter_case(driver, path):
    sent = [{"Email": "out@example.com"}]
    assert_told(ask(driver, sent, path=f"/expoints{path}"), sent, [True])


@pytest.mark.clause("EXPOINTS-C35")
@pytest.mark.parametrize(
    "host", ["demo.expoints.nl", "other.expoints.nl", "Demo.Expoints.NL:443", "expoints.localhost:8080"]
)
def test_every_tenant_shows_the_one_state(sandbox, driver, host):
    put(sandbox, OptOut(NOW, "a@example.com"))
    sent = [{"Email": "a@example.com"}]
    assert_told(ask(driver, sent, path=PATH.removeprefix("/expoints"), host=host), sent, [True])


@pytest.mark.clause("EXPOINTS-C15")
def test_an_opt_out_comes_by_the_control_plane_and_by_nothing_else(started, sandbox, driver):
    making = {"POST", "PUT", "PATCH"}
    assert [each.operation_id for each in document.load("expoints").operations if each.method in making] == [
        "check_opt_outs"
    ]
    sent = [{"Email": "new@example.com"}]
    assert_told(ask(driver, sent), sent, [False])
    state = rows(sandbox)
    state["OptOut"].append({"email": "new@example.com", "data": [], "opt_out_date": "2026-01-01T00:00:00Z"})
    url = f"/__admin/sandboxes/{sandbox.name}/state/expoints"
    json_type = {"content-type": "application/json"}
    assert Driver(started.app).request("PUT", url, headers=json_type, body=orjson.dumps(state)).status == 204
    assert_told(ask(driver, sent), sent, [True])


@pytest.mark.clause("EXPOINTS-02", "EXPOINTS-C15")
def test_consents_tell_who_has_opted_out(sandbox):
    put(sandbox, OptOut(NOW, "both@example.com", (Datum(8, "Voornaam", "Ben"),)))
    assert list(sandbox.vendors["expoints"].consents()) == [
        Consent("out@example.com", None, ConsentState.OPTED_OUT),
        Consent(None, None, ConsentState.OPTED_OUT, data={"CustomerNumber": "10042"}),
        Consent(None, None, ConsentState.OPTED_OUT, data={"Voornaam": "Ada", "Achternaam": "Marsh"}),
        Consent(None, None, ConsentState.OPTED_OUT, data={"CustomerNumber": "sample string 3"}),
        Consent("both@example.com", None, ConsentState.OPTED_OUT),
    ]


@pytest.mark.clause("EXPOINTS-C03", "EXPOINTS-C05")
def test_an_opt_out_with_an_empty_address_is_nobody_s(sandbox, driver):
    put(sandbox, OptOut(NOW, ""))
    sent = [{"Email": ""}, {}, {"CustomerDataColumns": [{"CustomerDataColumnId": 1, "Value": "10043"}]}]
    assert_told(ask(driver, sent), sent, [False, False, False])


def test_nobody_has_opted_out_of_an_empty_list(started, sandbox, driver):
    started.world.reset(sandbox, "empty", None)
    sent = [{"Email": "out@example.com"}, {"CustomerDataColumns": [{"Name": "CustomerNumber", "Value": "10042"}]}]
    assert_told(ask(driver, sent), sent, [False, False])
    assert list(sandbox.vendors["expoints"].consents()) == []
