import json
from datetime import UTC, datetime

import pytest

from contract_tests.models._expoints import INVALID, KINDS, check_in_xml
from mockserver.server import Server, Settings
from mockserver.world.sandbox import Mode, Start
from tests.driver import Driver
from tests.vendors.expoints_desk import (
    JSON,
    TABLES,
    XML,
    ask,
    assert_invalid,
    assert_refused,
    assert_told,
    findings,
    unchanged,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CUSTOMERS = [{"Email": "out@example.com"}, {"CustomerDataColumns": [{"CustomerDataColumnId": 1, "Value": "jürgen"}]}]
OPT_OUTS = [True, False]
TEXTS = {
    "json": json.dumps({"Customers": CUSTOMERS}, ensure_ascii=False),
    "xml": check_in_xml(CUSTOMERS),
}
UNSUPPORTED = "The request entity's media type '{}' is not supported for this resource."
NO_CONTENT_TYPE = (
    "The request contains an entity body but no Content-Type header. "
    "The inferred media type 'application/octet-stream' is not supported for this resource."
)


@pytest.fixture(scope="module")
def strict():
    return Server(Settings(start=Start(now=NOW, mode=Mode.STRICT)))


@pytest.mark.clause("EXPOINTS-08", "EXPOINTS-C09")
@pytest.mark.parametrize(
    ("content_type", "kind", "codec"),
    [
        ("application/json", JSON, "utf-8"),
        ("Application/JSON", JSON, "utf-8"),
        ("application/json; charset=utf-8", JSON, "utf-8"),
        ('application/json ;Charset="UTF-8"', JSON, "utf-8"),
        ("application/json; charset=utf-16", JSON, "utf-16"),
        ("application/json; charset=UTF-16", JSON, "utf-16-le"),
        ("application/xml", XML, "utf-8"),
        ("APPLICATION/XML; charset=utf-8", XML, "utf-8"),
        ("application/xml; charset=utf-16", XML, "utf-16"),
        ("application/xml; charset=utf-16", XML, "utf-16-le"),
    ],
)
def test_json_and_xml_are_taken_in_two_charsets(sandbox, driver, content_type, kind, codec):
    raw = TEXTS[kind.partition("/")[2]].encode(codec)
    charset = "utf-16" if "16" in content_type else "utf-8"
    assert_told(ask(driver, raw, content_type), CUSTOMERS, OPT_OUTS, kind, charset=charset)
    assert findings(sandbox) == []


@pytest.mark.clause("EXPOINTS-C09")
@pytest.mark.parametrize("kind", ["text/json", "text/xml"])
@pytest.mark.parametrize("parameter", ["", "; charset=utf-8"])
def test_a_text_type_is_taken_with_a_finding_and_refused_strictly(strict, sandbox, driver, kind, parameter):
    raw = TEXTS[kind.partition("/")[2]]
    assert_told(ask(driver, raw, kind + parameter), CUSTOMERS, OPT_OUTS, kind)
    assert findings(sandbox) == [("EXPOINTS-C09", f"the media type {kind} is not listed for requests")]
    with unchanged(strict.world.find("default")):
        assert_refused(ask(Driver(strict.app), raw, kind + parameter), 415, UNSUPPORTED.format(kind), kind)


@pytest.mark.clause("EXPOINTS-08", "EXPOINTS-C09", "EXPOINTS-C31")
@pytest.mark.parametrize("accept", KINDS)
@pytest.mark.parametrize(
    ("content_type", "named"),
    [
        ("text/plain", "text/plain"),
        ("application/x-www-form-urlencoded", "application/x-www-form-urlencoded"),
        ("multipart/form-data; boundary=x", "multipart/form-data"),
        ("application/vnd.expoints+json", "application/vnd.expoints+json"),
        ("application/json; charset=iso-8859-1", "application/json"),
        ("application/json; charset=us-ascii", "application/json"),
        ("application/xml; charset=utf-32", "application/xml"),
        ("application/xml; charset=", "application/xml"),
        ("application/*", "application/*"),
        ("*/*", "*/*"),
        ("application/json, application/xml", "application/json, application/xml"),
        ("nonsense", "nonsense"),
        ("<a&b>/c", "<a&b>/c"),
    ],
)
def test_any_other_type_or_charset_is_a_415(sandbox, driver, content_type, named, accept):
    with unchanged(sandbox):
        answer = ask(driver, TEXTS["json"], content_type, accept=accept)
        assert_refused(answer, 415, UNSUPPORTED.format(named), accept)


@pytest.mark.clause("EXPOINTS-C09", "EXPOINTS-C31")
@pytest.mark.parametrize("accept", KINDS)
@pytest.mark.parametrize("content_type", [None, "", ";", "; charset=utf-8"])
def test_a_body_of_no_type_is_a_415(sandbox, driver, content_type, accept):
    with unchanged(sandbox):
        assert_refused(ask(driver, TEXTS["json"], content_type, accept=accept), 415, NO_CONTENT_TYPE, accept)


@pytest.mark.clause("EXPOINTS-65", "EXPOINTS-C07")
@pytest.mark.parametrize("accept", KINDS)
@pytest.mark.parametrize("content_type", [None, *KINDS])
def test_no_body_is_a_400_without_places(sandbox, driver, content_type, accept):
    with unchanged(sandbox):
        assert_refused(ask(driver, b"", content_type, accept=accept), 400, INVALID, accept)


@pytest.mark.clause("EXPOINTS-C09", "EXPOINTS-C25")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("charset", "codec"), [("utf-16", "utf-8"), ("utf-8", "utf-16-le"), ("utf-8", "utf-16-be"), ("utf-8", "latin-1")]
)
def test_a_body_in_another_charset_than_told_cannot_be_read(sandbox, driver, kind, charset, codec):
    raw = TEXTS[kind.partition("/")[2]].encode(codec)
    with unchanged(sandbox):
        assert_invalid(ask(driver, raw, f"{kind}; charset={charset}"), kind, charset=charset)


@pytest.mark.clause("EXPOINTS-22", "EXPOINTS-23", "EXPOINTS-C30")
@pytest.mark.parametrize(("accept", "sent", "kind"), TABLES["negotiated"])
def test_accept_chooses_the_type_of_an_answer(driver, accept, sent, kind):
    raw = TEXTS["xml" if "xml" in sent.lower() else "json"]
    assert_told(ask(driver, raw, sent, accept=accept), CUSTOMERS, OPT_OUTS, kind)


@pytest.mark.clause("EXPOINTS-C42")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("accept", "sent", "charset"), TABLES["charsets"])
def test_accept_charset_chooses_the_charset_of_an_answer(driver, accept, sent, charset, kind):
    headers = {"accept_charset": accept, "accept": kind}
    raw, content_type = TEXTS["json"].encode(sent), f"{JSON}; charset={sent}"
    assert_told(ask(driver, raw, content_type, **headers), CUSTOMERS, OPT_OUTS, kind, charset=charset)
    assert_invalid(ask(driver, "?".encode(sent), content_type, **headers), kind, charset=charset)


@pytest.mark.clause("EXPOINTS-C30", "EXPOINTS-C31")
@pytest.mark.parametrize(("accept", "sent", "kind"), TABLES["negotiated"])
def test_accept_chooses_the_type_of_a_refusal_too(sandbox, driver, accept, sent, kind):
    denied = "Authorization has been denied for this request."
    challenge = {"www-authenticate": "Bearer"}
    with unchanged(sandbox):
        assert_invalid(ask(driver, b"?", sent, accept=accept), kind)
        assert_refused(ask(driver, b"?", sent, accept=accept, authorization=None), 401, denied, kind, **challenge)


@pytest.mark.clause("EXPOINTS-C30")
@pytest.mark.parametrize(
    ("accept", "kind"), [(None, JSON), ("*/*", JSON), ("text/html", JSON), ("text/*", "text/json")]
)
def test_json_is_the_answer_where_the_body_has_no_known_type(driver, accept, kind):
    assert_refused(ask(driver, b"?", "text/plain", accept=accept), 415, UNSUPPORTED.format("text/plain"), kind)
    assert_refused(ask(driver, b"", None, accept=accept), 400, INVALID, kind)
