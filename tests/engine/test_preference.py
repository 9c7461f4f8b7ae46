import httpx
import orjson
import pytest

from contract_tests.holding import hold
from mockserver.contract import document
from mockserver.world.journal import Verdict

DOCUMENTS = {name: document.load(name) for name in document.names()}
OPERATIONS = [
    pytest.param(read, operation, id=f"{name}-{operation.operation_id}")
    for name, read in DOCUMENTS.items()
    for operation in read.operations
]
STATUS = "/xomni/private/mail/subscription/guy@example.com/status"
CHECK = "/expoints/external/api/v3/customer/checkoptouts"
LIMIT = b'{"PIIName":"Cleo Lind","StatusId":3,"PurposeTypeId":2,"IsSubscribable":false}'


def path_of(read, operation):
    """Some path of an operation; what stands for a parameter does not matter."""
    path = operation.path
    for each in operation.parameters:
        if each.where == "path":
            path = path.replace(f"{{{each.name}}}", "1")
    return f"/{read.name}{path}"


def named(read, operation):
    """The named examples of an operation's answers: (status, name, value)."""
    node = read.tree["paths"][operation.path][operation.method.lower()]
    for status, response in node["responses"].items():
        for content in read.resolve(response).get("content", {}).values():
            for name, each in content.get("examples", {}).items():
                yield int(status), name, read.resolve(each)["value"]


def last(sandbox):
    return sandbox.store.journal.entries()[0][-1]


@pytest.mark.parametrize(("read", "operation"), OPERATIONS)
def test_every_documented_status_can_be_asked_for(driver, sandbox, read, operation):
    before = sandbox.store.records(read.name).tables()
    for status in operation.responses:
        answer = driver.request(operation.method, path_of(read, operation), headers={"prefer": f"code={status}"})
        hold(read, operation, status, answer.headers, answer.body)
        assert (answer.status, answer.headers["preference-applied"]) == (status, f"code={status}")
        assert (last(sandbox).verdict, last(sandbox).operation_id) == (Verdict.INJECTED, operation.operation_id)
        assert last(sandbox).clauses == ()
    assert sandbox.store.records(read.name).tables() == before


@pytest.mark.parametrize(("read", "operation"), OPERATIONS)
def test_every_named_example_can_be_asked_for(driver, read, operation):
    for status, name, value in named(read, operation):
        wish = f"code={status}, example={name}"
        answer = driver.request(operation.method, path_of(read, operation), headers={"prefer": wish})
        hold(read, operation, answer.status, answer.headers, answer.body)
        assert (answer.status, answer.headers["preference-applied"]) == (status, wish)
        if answer.headers.get("content-type", "").startswith("application/json"):
            assert answer.json == value


@pytest.mark.parametrize(
    "prefer",
    [
        "code=200,example=limitReached",
        'respond-async, CODE="200" ; x=1, example = limitReached',
        "example=limitReached",
        "code=200, example=limitReached, code=404, example=bounced",
    ],
)
def test_preferences_are_read_as_their_standard_has_them(driver, prefer):
    assert driver.get(STATUS, headers={"prefer": prefer}).body == LIMIT


@pytest.mark.parametrize("query", [b"__code=200&__example=limitReached", b"a=b&__example=limit%52eached&__example=x"])
def test_the_query_asks_too(driver, query):
    assert driver.get(STATUS, query=query).body == LIMIT


def test_the_header_comes_before_the_query(driver):
    assert driver.get(STATUS, headers={"prefer": "example=limitReached"}, query=b"__example=bounced").body == LIMIT


@pytest.mark.parametrize("prefer", ["return=minimal", "respond-async", "encode=200", "code", "code=", ""])
def test_other_preferences_are_the_vendor_s(driver, prefer):
    answer = driver.get(STATUS, headers={"prefer": prefer})
    assert answer.status == 401
    assert "preference-applied" not in answer.headers


@pytest.mark.parametrize("wish", ["code=418", "code=abc", "code=2XX", "example=nope", "code=404, example=bounced"])
def test_what_the_operation_does_not_document_is_refused_with_what_there_is(driver, sandbox, wish):
    answer = driver.get(STATUS, headers={"prefer": wish})
    assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.json["type"] == "urn:mockserver:wrong-preference"
    assert answer.json["detail"].startswith(f"fetch_mail_subscription_status documents no answer with {wish}; ")
    assert "404: subscriptionNotFound, noSuchPath; 405: methodNotAllowed" in answer.json["detail"]
    assert last(sandbox).verdict is Verdict.REJECTED


def test_a_path_or_method_that_is_not_there_stays_so(driver, sandbox):
    for method, path, status in (("GET", "/xomni/nothing", 404), ("DELETE", STATUS, 405)):
        assert driver.request(method, path, headers={"prefer": "code=200"}).status == status
        assert last(sandbox).verdict is Verdict.UNMATCHED


@pytest.mark.parametrize(
    ("accept", "content_type", "body"),
    [
        (
            "text/xml",
            "text/xml; charset=utf-8",
            b"<Error><Message>Authorization has been denied for this request.</Message></Error>",
        ),
        (
            "application/json",
            "application/json; charset=utf-8",
            b'{"Message":"Authorization has been denied for this request."}',
        ),
    ],
)
def test_an_answer_asked_for_has_the_media_type_asked_for(driver, accept, content_type, body):
    answer = driver.post(CHECK, headers={"prefer": "code=401", "accept": accept})
    assert (answer.headers["content-type"], answer.body) == (content_type, body)
    assert answer.headers["www-authenticate"] == "Bearer"


def test_an_answer_asked_for_has_its_required_headers(driver):
    answer = driver.post(CHECK, headers={"prefer": "code=503"})
    assert int(answer.headers["retry-after"]) > 0
    assert driver.post(CHECK, headers={"prefer": "code=405"}).headers["allow"] == "POST"


def test_over_a_socket_the_body_of_the_request_is_taken_in(live):
    with httpx.Client(base_url=live[0]) as client:
        for _ in range(2):
            sent = orjson.dumps({"Customers": [{"Email": "x" * 1000}] * 1000})
            answer = client.post(CHECK, content=sent, headers={"prefer": "code=429"})
            assert (answer.status_code, answer.headers["preference-applied"]) == (429, "code=429")
