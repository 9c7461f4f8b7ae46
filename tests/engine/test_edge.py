import asyncio
import logging

import pytest

from mockserver.engine.intake import Bounds
from mockserver.world.fixture import dump
from tests.driver import Driver
from tests.engine.acme import Acme, dispatcher

KEY = {"x-key": "k1"}


@pytest.fixture
def acme(tmp_path):
    app, world = dispatcher(tmp_path, bounds=Bounds(body_bytes=1000, header_bytes=2000, body_timeout_s=0.05))
    driver = Driver(app, headers=KEY)
    driver.world = world
    return driver


def journal(driver):
    return driver.world.find("default").store.journal.entries()[0]


def state(driver):
    sandbox = driver.world.find("default")
    return dump(sandbox.store.records("acme").tables(), Acme.kinds())


def test_a_handler_gets_each_parameter_by_its_python_name_and_type(acme):
    answer = acme.get("/acme/lists/3/a%20b", query=b"limit=7&verbose=TRUE&x=1&x=2", headers={"x-run": "12"})
    assert answer.json == {
        "list": 3,
        "email": "a b",
        "verbose": True,
        "limit": 7,
        "run": "12",
        "query": [["limit", "7"], ["verbose", "TRUE"], ["x", "1"], ["x", "2"]],
        "base": "http://127.0.0.1:8080/acme",
    }


@pytest.mark.parametrize(
    ("path", "query", "headers", "detail"),
    [
        ("/acme/lists/3/x", b"", {}, "query /limit: is required"),
        ("/acme/lists/3/x", b"limit=11", {}, "query /limit: 11 is greater than the maximum of 10"),
        ("/acme/lists/3/x", b"limit=many", {}, 'query /limit: "many" is not of type "integer"'),
        ("/acme/lists/3/x", b"limit=" + b"9" * 4001, {}, "query /limit:"),
        ("/acme/lists/3/x", b"limit=1&verbose=perhaps", {}, 'query /verbose: "perhaps" is not of type "boolean"'),
        ("/acme/lists/3/x", b"limit=1", {"x-run": "a"}, 'header /X-Run: "a" does not match'),
        ("/acme/lists/three/x", b"limit=1", {}, 'path /listId: "three" is not of type "integer"'),
        ("/acme/lists/0/x", b"limit=1", {}, "path /listId: 0 is less than the minimum of 1"),
    ],
    ids=[
        "missing",
        "too large",
        "no integer",
        "endless integer",
        "no boolean",
        "header pattern",
        "path no integer",
        "path minimum",
    ],
)
def test_a_parameter_that_does_not_match_is_a_400_that_names_it(acme, path, query, headers, detail):
    answer = acme.get(path, query=query, headers=headers)
    assert (answer.status, answer.json["acme"]) == (400, "Invalid")
    assert answer.json["details"][0].startswith(detail)
    assert journal(acme)[-1].verdict == "rejected"


def test_the_first_of_a_repeated_parameter_counts(acme):
    assert acme.get("/acme/lists/3/x", query=b"limit=1&limit=2").json["limit"] == 1


def test_an_answer_carries_the_headers_to_which_the_document_gives_one_value(acme):
    answer = acme.request(
        "PUT", "/acme/lists/1/a%2Fb@acme.test", body=b'{"state":"out"}', headers={"content-type": "application/json"}
    )
    assert answer.status == 200
    assert answer.headers == {"content-type": "application/json", "x-constant": "yes-always", "content-length": "24"}


def test_a_refusal_has_the_media_type_and_the_clauses_of_its_status(acme):
    answer = acme.request(
        "PUT", "/acme/lists/1/x@acme.test", body=b'{"state":"out"}', headers={"content-type": "application/json"}
    )
    assert (answer.status, answer.headers["content-type"]) == (404, "application/vnd.acme+json")
    last = journal(acme)[-1]
    assert (last.verdict, last.clauses, last.operation_id) == ("refused", ("ACME-7",), "opt_out")


@pytest.mark.parametrize(
    ("content_type", "body", "outcome"),
    [
        ("application/json", b'{"state":"out"}', {"body": {"state": "out"}}),
        ("APPLICATION/JSON ; Charset=UTF-16", '{"state":"out"}'.encode("utf-16"), {"body": {"state": "out"}}),
        ("application/json", b'{"state":"out","note":null}', {"body": {"state": "out", "note": None}}),
        (None, b"", {"body": None}),
        (None, b"{}", "UnsupportedMediaType"),
        ("", b"{}", "UnsupportedMediaType"),
        ("text/plain", b"{}", "UnsupportedMediaType"),
        ("application/json; charset=nope", b"{}", "UnsupportedMediaType"),
        ("application/json", b"", {"body": None}),
        ("application/json", b"{", "Unreadable"),
        ("application/json; charset=utf-16", b"{", "Unreadable"),
        ("application/json", b"[]", "Invalid"),
        ("APPLICATION/JSON", b'{"state":"sideways"}', "Invalid"),
    ],
)
def test_a_body_is_read_by_its_media_type_and_validated_whatever_its_letter_case(acme, content_type, body, outcome):
    headers = {} if content_type is None else {"content-type": content_type}
    answer = acme.request("PUT", "/acme/lists/1/a%2Fb@acme.test", body=body, headers=headers)
    assert answer.json == outcome if isinstance(outcome, dict) else answer.json["acme"] == outcome


def test_a_required_body_that_is_missing_cannot_be_read(acme):
    assert acme.post("/acme/crash/*").json == {"acme": "Missing", "details": ["a body is required"]}


def test_a_crash_is_the_vendors_500_is_logged_with_its_traceback_and_rolls_back(acme, caplog):
    before = state(acme)
    with caplog.at_level(logging.ERROR):
        answer = acme.post("/acme/crash/*", b"{}")
    assert (answer.status, answer.json) == (500, {"acme": "InternalError", "details": []})
    assert "KeyError: 'impossible'" in caplog.text
    assert "POST /crash/*: a fault of this server" in caplog.text
    assert state(acme) == before
    assert journal(acme)[-1].verdict == "crashed"


@pytest.mark.parametrize("headers", [{"x-key": "k2"}, {"x-key": ""}, {}])
def test_a_wrong_or_missing_key_is_refused(acme, headers):
    acme.headers = {}
    answer = acme.get("/acme/lists/3/x", query=b"limit=1", headers=headers)
    assert (answer.status, answer.json["acme"]) == (401, "Unauthorized")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ("Bearer b1", 200),
        ("bearer b1", 200),
        ("BEARER  b1 ", 200),
        ("Basic b1", 401),
        ("Bearer", 401),
        ("Bearer B1", 401),
        ("b1", 401),
    ],
)
def test_the_word_before_a_credential_may_be_in_any_letter_case(acme, sent, status):
    assert acme.get("/acme/echo", headers={"authorization": sent}).status == status


def test_another_method_is_a_405_that_allows_those_of_the_path(acme):
    for method in ("POST", "DELETE", "HEAD", "OPTIONS", "PATCH", "BREW"):
        answer = acme.request(method, "/acme/lists/3/x")
        assert (answer.status, answer.headers["allow"]) == (405, "GET, PUT")
        assert answer.json == {"acme": "MethodNotAllowed", "details": [], "method": method, "allow": "GET, PUT"}
    assert {each.verdict for each in journal(acme)} == {"unmatched"}


@pytest.mark.parametrize(
    "path",
    [
        "/acme",
        "/acme/",
        "/acme/nothing",
        "/acme/lists/3/x/",
        "/acme/LISTS/3/x",
        "/acme/lists/3/x/y",
    ],
)
def test_no_such_path_is_a_404_and_never_a_redirect(acme, path):
    answer = acme.get(path)
    assert (answer.status, answer.json["acme"]) == (404, "NoRoute")
    assert journal(acme)[-1].verdict == "unmatched"


def test_header_fields_past_the_bound_are_a_431(acme):
    answer = acme.get("/acme/lists/3/x", headers={"x-long": "y" * 2000})
    assert (answer.status, answer.headers["connection"]) == (431, "close")


@pytest.mark.parametrize("declared", ["1001", None])
def test_a_body_past_the_bound_is_a_413_declared_or_not(acme, declared):
    headers = {"content-length": declared} if declared else {"transfer-encoding": "chunked", "content-length": "9"}
    answer = acme.post("/acme/crash/*", b"x" * 1001, headers=headers)
    assert (answer.status, answer.json["acme"], answer.headers["connection"]) == (413, "PayloadTooLarge", "close")


async def talk(acme, messages, headers):
    """Call with these request messages; then silence."""
    sent = []
    queue = list(messages)

    async def receive():
        if queue:
            return queue.pop(0)
        return await asyncio.sleep(60)

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "scheme": "http",
        "path": "/acme/crash/*",
        "raw_path": b"/acme/crash/*",
        "query_string": b"",
        "server": ("::1", 1),
        "headers": headers,
    }
    await acme.app(scope, receive, send)
    return sent


def chunk(body, *, last=False):
    return {"type": "http.request", "body": body, "more_body": not last}


CHUNKED = [(b"transfer-encoding", b"chunked")]


def test_a_body_in_chunks_is_read_whole(acme):
    start, body = asyncio.run(talk(acme, [chunk(b'{"impos'), chunk(b""), chunk(b'sible":[1]}', last=True)], CHUNKED))
    assert (start["status"], body["body"]) == (200, b'{"impossible":[1]}')


def test_a_body_that_does_not_arrive_in_time_is_a_408(acme):
    start, _ = asyncio.run(talk(acme, [chunk(b"{")], CHUNKED))
    assert start["status"] == 408
    assert journal(acme)[-1].verdict == "rejected"


def test_a_client_that_goes_away_gets_no_answer_and_changes_nothing(acme):
    before = state(acme)
    assert asyncio.run(talk(acme, [chunk(b"{"), {"type": "http.disconnect"}], CHUNKED)) == []
    assert state(acme) == before
    assert journal(acme)[-1].render()["response"] is None


def test_the_journal_tells_the_whole_exchange_without_the_credential(acme):
    acme.request(
        "PUT",
        "/acme/lists/1/a%2Fb@acme.test",
        body=b'{"state":"out"}',
        headers={"content-type": "application/json"},
        query=b"a=b",
    )
    shown = journal(acme)[0].render()
    assert shown["request"] == {
        "method": "PUT",
        "path": "/lists/1/a%2Fb@acme.test",
        "query": "a=b",
        "headers": [
            ["host", "127.0.0.1:8080"],
            ["x-key", "[REDACTED]"],
            ["content-type", "application/json"],
            ["content-length", "15"],
        ],
        "body": '{"state":"out"}',
    }
    assert shown["response"]["body"] == '{"body":{"state":"out"}}'
    assert {key: shown[key] for key in ("id", "vendor", "operation_id", "verdict", "fault", "findings")} == {
        "id": 1,
        "vendor": "acme",
        "operation_id": "opt_out",
        "verdict": "accepted",
        "fault": None,
        "findings": [],
    }
    assert 0 < shown["duration_ms"] < 10_000


def test_a_consent_is_stamped_with_the_request_that_changed_it(acme):
    acme.get("/acme/echo")
    acme.request(
        "PUT", "/acme/lists/1/a%2Fb@acme.test", body=b'{"state":"out"}', headers={"content-type": "application/json"}
    )
    (consent,) = acme.world.find("default").vendors["acme"].consents()
    assert (consent.state, consent.stamp.request_id) == ("opted_out", 2)


def test_a_body_that_is_not_utf_8_is_kept_as_base64(acme):
    acme.post("/acme/crash/*", b"\xff\xfe")
    assert journal(acme)[0].render()["request"] | {"headers": []} == {
        "method": "POST",
        "path": "/crash/*",
        "query": "",
        "headers": [],
        "body": "//4=",
        "encoding": "base64",
    }
