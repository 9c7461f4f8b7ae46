import orjson
import pytest

from mockserver.contract.document import load
from mockserver.contract.dotnet.datacontract import Writer
from mockserver.vendors.aimbase import Account
from tests.vendors.aimbase_desk import UNKEPT, findings, state

PATH = "/aimbase/api/Security/Login"
JSON = "application/json; charset=utf-8"
XML = "application/xml; charset=utf-8"
TOKEN = r"demo:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
GOOD = {"Username": "demo", "Password": "demo-password"}
NAMESPACES = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
PAGE_SAMPLE = (
    f'<?xml version="1.0"?><LoginRequest {NAMESPACES}>'
    "<Username>demo</Username><Password>demo-password</Password></LoginRequest>"
)


def log_in(driver, body, content="application/json", **headers):
    raw = body.encode() if isinstance(body, str) else orjson.dumps(body)
    return driver.request("POST", PATH, headers={"content-type": content, **headers}, body=raw)


def assert_refused(answer, status, text, **headers):
    body = orjson.dumps({"Message": text})
    assert (answer.status, answer.body) == (status, body)
    expected = {"content-type": JSON, "content-length": str(len(body)), **UNKEPT}
    assert answer.headers == expected | {name.replace("_", "-"): value for name, value in headers.items()}


def issued(sandbox):
    """The last token that was given: its header, and when."""
    *_, last = sandbox.store.records("aimbase").all(Account)
    return last.headers["Authenticate"], last.issued


@pytest.mark.clause("AIMBASE-50", "AIMBASE-51", "AIMBASE-52", "AIMBASE-59", "AIMBASE-B13", "AIMBASE-B16")
def test_a_login_in_json_gives_a_quoted_string_that_is_the_whole_token(sandbox, driver):
    answer = log_in(driver, GOOD)
    assert answer.status == 200
    assert answer.headers == {"content-type": JSON, "content-length": str(len(answer.body)), **UNKEPT}
    token = orjson.loads(answer.body)
    assert answer.body.decode() == f'"{token}"'
    assert issued(sandbox) == (f"Avala-Api {token}", sandbox.clock.now())
    for credential in (f"Avala-Api {token}", "Avala-Api demo:1ea0934d-ef65-4ae2-b513-8ed5d8a64e52"):
        found = driver.get("/aimbase/odata/v2/SubscriberOptIn", headers={"authenticate": credential})
        assert found.status == 200
    for credential in (f"Avala-Api demo:{token}", f'Avala-Api "{token}"', f"Avala-Api {token[5:]}"):
        found = driver.get("/aimbase/odata/v2/SubscriberOptIn", headers={"authenticate": credential})
        assert found.status == 401


@pytest.mark.clause("AIMBASE-50", "AIMBASE-52", "AIMBASE-62", "AIMBASE-B47")
def test_a_login_in_xml_is_answered_with_a_string_in_its_namespace(sandbox, driver):
    answer = log_in(driver, PAGE_SAMPLE, "application/xml")
    token = issued(sandbox)[0].removeprefix("Avala-Api ")
    namespace = "http://schemas.microsoft.com/2003/10/Serialization/"
    assert answer.body.decode() == f'<string xmlns="{namespace}">{token}</string>'
    assert (answer.status, answer.headers["content-type"]) == (200, XML)


@pytest.mark.clause("AIMBASE-62", "AIMBASE-B47")
@pytest.mark.parametrize(
    ("body", "sent", "accept", "content_type"),
    [
        (GOOD, "application/json", "application/xml", XML),
        (GOOD, "application/json", "text/html", JSON),
        (PAGE_SAMPLE, "application/xml", "application/json", JSON),
        (PAGE_SAMPLE, "application/xml", "*/*", JSON),
    ],
)
def test_the_answer_has_the_type_that_accept_asks_for(driver, body, sent, accept, content_type):
    answer = log_in(driver, body, sent, accept=accept)
    assert (answer.status, answer.headers["content-type"]) == (200, content_type)


@pytest.mark.clause("AIMBASE-50", "AIMBASE-53", "AIMBASE-54", "AIMBASE-B46", "AIMBASE-B49")
@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"Username": None}, "The Username field is required."),
        ({"Username": ""}, "The Username field is required."),
        ({"Username": " \t"}, "The Username field is required."),
        ({"Username": "x" * 51}, "The field Username is invalid."),
        ({"Username": 5}, "The field Username is invalid."),
        ({"Username": ["demo"]}, "The field Username is invalid."),
        ({"Password": None}, "The Password field is required."),
        ({"Password": "x" * 51}, "The field Password is invalid."),
        ({"Username": None, "Password": None}, "The Username field is required."),
        ({"Type": "Robot"}, "The field Type is invalid."),
        ({"Type": "api"}, "The field Type is invalid."),
        ({"Type": ""}, "The field Type is invalid."),
        ({"Type": "Mobile"}, "The DeviceCode field is required."),
        ({"Type": "Mobile", "DeviceCode": " "}, "The DeviceCode field is required."),
        ({"DeviceCode": "x" * 257}, "The field DeviceCode is invalid."),
    ],
)
def test_what_is_missing_or_misfits_is_a_400_with_a_message_alone(sandbox, driver, change, text):
    before = state(sandbox)
    assert_refused(log_in(driver, GOOD | change), 400, text)
    left_out = {name: value for name, value in (GOOD | change).items() if value is not None}
    assert_refused(log_in(driver, left_out), 400, text)
    assert state(sandbox) == before


@pytest.mark.clause("AIMBASE-50")
@pytest.mark.parametrize(
    "more",
    [{"Type": "Api"}, {"Type": "Mobile", "DeviceCode": "x" * 256}, {"Type": None, "DeviceCode": None}],
)
def test_type_and_device_code_may_be_there(driver, more):
    assert log_in(driver, GOOD | more).status == 200


@pytest.mark.clause("AIMBASE-54", "AIMBASE-B46")
@pytest.mark.parametrize("body", ["", "{", "null", "[]", '"demo"', "{}{}"])
def test_a_body_that_is_no_login_is_invalid_as_a_whole(driver, body):
    assert_refused(log_in(driver, body), 400, "The request is invalid.")


@pytest.mark.clause("AIMBASE-54", "AIMBASE-B48")
def test_a_refusal_in_xml_is_the_pages_to_the_byte(driver):
    answer = log_in(driver, "<LoginRequest><Password>demo-password</Password></LoginRequest>", "application/xml")
    expected = '<?xml version="1.0"?><Error><Message>The Username field is required.</Message></Error>'
    assert (answer.status, answer.body.decode(), answer.headers["content-type"]) == (400, expected, XML)


@pytest.mark.clause("AIMBASE-B48")
@pytest.mark.parametrize("root", ['<LoginRequest xmlns="urn:x"/>', "<Login/>", "<loginrequest/>", "<LoginRequest>"])
def test_another_root_cannot_be_read(driver, root):
    answer = log_in(driver, root, "application/xml")
    assert answer.body.endswith(b"<Error><Message>The request is invalid.</Message></Error>")
    assert answer.status == 400


@pytest.mark.clause("AIMBASE-B48")
def test_xml_that_comes_late_is_dropped_with_a_finding(sandbox, driver):
    late = "<LoginRequest><Password>demo-password</Password><Username>demo</Username></LoginRequest>"
    answer = log_in(driver, late, "application/xml", accept="application/json")
    assert_refused(answer, 400, "The Username field is required.")
    assert findings(sandbox) == [("AIMBASE-B48", "passed over or converted: /Username")]


@pytest.mark.clause("AIMBASE-B48")
def test_an_unknown_member_is_ignored_with_a_finding_and_letter_case_counts(sandbox, driver):
    assert log_in(driver, GOOD | {"username": "other"}).status == 200
    assert findings(sandbox) == [("AIMBASE-B48", "the member username is unknown")]
    answer = log_in(driver, {"username": "demo", "Password": "demo-password"})
    assert_refused(answer, 400, "The Username field is required.")


@pytest.mark.clause("AIMBASE-53", "AIMBASE-B45", "AIMBASE-B49")
@pytest.mark.parametrize(
    "change", [{"Username": "Demo"}, {"Username": "nobody"}, {"Password": "Demo-password"}, {"Password": "demo"}]
)
def test_another_name_or_password_is_a_401(sandbox, driver, change):
    before = state(sandbox)
    answer = log_in(driver, GOOD | change)
    assert_refused(answer, 401, "Incorrect Username/Password", www_authenticate="Avala-Api")
    assert state(sandbox) == before


@pytest.mark.clause("AIMBASE-62", "AIMBASE-B47")
def test_another_media_type_or_coding_is_a_415(driver):
    answer = log_in(driver, "Username=demo", "application/x-www-form-urlencoded")
    text = "The request entity's media type 'application/x-www-form-urlencoded' is not supported for this resource."
    assert_refused(answer, 415, text)
    answer = log_in(driver, GOOD, **{"content-encoding": "gzip"})
    text = "The request entity's content encoding 'gzip' is not supported for this resource."
    assert_refused(answer, 415, text, accept_encoding="identity")


def test_the_journal_shows_neither_password_nor_token(sandbox, driver):
    log_in(driver, GOOD)
    log_in(driver, GOOD | {"Password": "secret"})
    shown = [each.render() for each in sandbox.store.journal.entries()[0]]
    assert [each["request"]["body"] for each in shown] == ["[REDACTED]"] * 2
    assert [each["response"]["body"] for each in shown] == ["[REDACTED]"] * 2


@pytest.mark.clause("AIMBASE-52")
def test_the_documents_example_of_a_token_is_the_pages_in_both_types():
    read = load("aimbase")
    token = read.resolve(read.tree["components"]["schemas"]["Token"])
    page = "username:1ea0934d-ef65-4ae2-b513-8ed5d8a64e52"
    assert Writer(token, read.resolve).write(page).decode() == (
        f'<string xmlns="http://schemas.microsoft.com/2003/10/Serialization/">{page}</string>'
    )
