import pytest

from mockserver.errors import TooManyRequests
from mockserver.vendors import Answer, furnish
from mockserver.world.sandbox import Mode
from tests.driver import Driver
from tests.engine.acme import DOCUMENT, Acme, dispatcher

CRASH = """          content:
            application/json: {schema: {}}
            text/json: {x-parameters: a=b, schema: {}}
            text/plain: {schema: {type: string}}"""
EXTENDED = (
    DOCUMENT.replace(
        "      operationId: crash\n      security: []\n",
        "      operationId: crash\n      security: []\n      parameters:\n        - {name: sure, in: query, "
        "schema: {type: boolean}, x-lenient: {value: false, clause: ACME-8}}\n",
    )
    .replace(
        "        content: {application/json: {schema: {type: object}}}\n"
        '      responses: {"200": {description: ok, content: {application/json: {schema: {}}}}}',
        "        x-lenient: {wrap: impossible, clause: ACME-9}\n        content:\n"
        "          application/json: {schema: {type: object}}\n"
        "          text/json: {x-dubious: ACME-10, schema: {type: object}}\n"
        '      responses:\n        "200":\n          description: ok\n' + CRASH,
    )
    .replace("  /echo:\n", "  /echo:\n    x-lenient-aliases: [{path: /ecko, clause: ACME-11}]\n")
)


class Extended(Acme):
    name = "acme"

    def crash(self, body, sure):
        if sure:
            raise TooManyRequests(retry_after_s="7")
        if sure is None:
            return {"got": body["impossible"]}
        return Answer("sure", "x=y")


@pytest.fixture(params=Mode)
def acme(request, tmp_path):
    app, world = dispatcher(tmp_path, Extended, EXTENDED)
    sandbox = world.find("default")
    sandbox.mode = request.param
    sandbox.vendors = furnish(sandbox, {"acme": Extended})
    driver = Driver(app)
    driver.mode, driver.world = request.param, world
    return driver


def findings(driver):
    return [(each.clause, each.says) for each in driver.world.find("default").store.journal.entries()[0][-1].findings]


BODY = b'{"impossible":1}'


@pytest.mark.parametrize(
    ("accept", "sent", "content_type"),
    [
        (None, "application/json", "application/json"),
        ("text/json", "application/json", "text/json; a=b"),
        ("TEXT/JSON;q=0.4, application/*;q=0.5", "application/json", "application/json"),
        ("application/json;q=0, */*;q=0.1", "application/json", "application/json"),
        ("text/html", "application/json", "application/json"),
        ("text/html, */*", "application/json", "application/json"),
        ("*/*;q=high", "application/json", "application/json"),
        ("text/json;q=9", "application/json", "text/json; a=b"),
        ("", "application/json", "application/json"),
    ],
)
def test_the_media_type_of_an_answer_is_negotiated_and_never_a_406(acme, accept, sent, content_type):
    headers = {"content-type": sent, **({"accept": accept} if accept is not None else {})}
    answer = acme.post("/acme/crash/*", BODY, headers=headers)
    assert (answer.status, answer.headers["content-type"]) == (200, content_type)


def test_an_answer_follows_the_media_type_of_the_request_where_accept_says_nothing(acme):
    if acme.mode is not Mode.STRICT:
        answer = acme.post("/acme/crash/*", BODY, headers={"content-type": "text/json"})
        assert answer.headers["content-type"] == "text/json; a=b"
        assert answer.json == {"got": 1}


def test_a_dubious_media_type_is_a_finding_and_a_415_where_strict(acme):
    answer = acme.post("/acme/crash/*", BODY, headers={"content-type": "text/json"})
    if acme.mode is Mode.STRICT:
        assert (answer.status, findings(acme)) == (415, [])
    else:
        says = "the media type text/json is not listed for requests"
        assert (answer.status, findings(acme)) == (200, [("ACME-10", says)])


def test_a_parameter_that_does_not_match_is_taken_as_the_document_says_where_lenient(acme):
    answer = acme.post("/acme/crash/*", BODY, query=b"sure=perhaps", headers={"accept": "text/plain"})
    if acme.mode is Mode.LENIENT:
        assert (answer.status, answer.headers["content-type"], answer.body) == (200, "text/plain; x=y", b"sure")
        assert findings(acme) == [("ACME-8", "sure=perhaps is taken as False")]
    else:
        assert answer.status == 400


def test_a_bare_array_is_taken_for_the_member_where_lenient(acme):
    answer = acme.post("/acme/crash/*", b"[1]")
    if acme.mode is Mode.LENIENT:
        assert (answer.json, findings(acme)) == ({"got": [1]}, [("ACME-9", "a bare array is taken as impossible")])
    else:
        assert (answer.status, answer.json["acme"]) == (400, "Invalid")


@pytest.mark.parametrize("path", ["/acme/ecko", "/acme/echo", "/acme/ECKO"])
def test_another_spelling_of_a_path_is_taken_where_lenient(acme, path):
    answer = acme.get(path, headers={"authorization": "Bearer b1"})
    taken = path == "/acme/echo" or (path == "/acme/ecko" and acme.mode is Mode.LENIENT)
    assert answer.status == (200 if taken else 404)
    assert findings(acme) == (
        [("ACME-11", "the path /ecko is taken for /echo")] if path == "/acme/ecko" and taken else []
    )


def test_a_refusal_that_says_when_to_come_back_has_retry_after(acme):
    answer = acme.post("/acme/crash/*", BODY, query=b"sure=true")
    assert (answer.status, answer.headers["retry-after"]) == (429, "7")


class Hasty(Acme):
    name = "acme"
    body_timeout_s = 0.01


def test_a_vendor_may_have_a_time_out_of_its_own(tmp_path):
    import asyncio  # noqa: PLC0415 - as above

    from tests.engine.test_edge import CHUNKED, chunk, talk  # noqa: PLC0415 - beside the one other test of time-outs

    driver = Driver(dispatcher(tmp_path, Hasty)[0])
    start, _ = asyncio.run(talk(driver, [chunk(b"{")], CHUNKED))
    assert start["status"] == 408


def test_bodies_that_hold_credentials_are_not_shown_by_the_journal(tmp_path):
    secret = DOCUMENT.replace("      operationId: opt_out\n", "      operationId: opt_out\n      x-secret: true\n")
    app, world = dispatcher(tmp_path, Acme, secret)
    driver = Driver(app, headers={"x-key": "k1"})
    for method, body in (("PUT", b'{"state":"out"}'), ("PUT", b"{"), ("GET", b"")):
        sent = {"content-type": "application/json"}
        driver.request(method, "/acme/lists/1/a@acme.test", headers=sent, body=body, query=b"limit=1")
    shown = [each.render() for each in world.find("default").store.journal.entries()[0]]
    assert [each["request"]["body"] for each in shown] == ["[REDACTED]", "[REDACTED]", ""]
    assert [each["response"]["body"][:10] for each in shown] == ["[REDACTED]", "[REDACTED]", '{"list":1,']
