import asyncio

import pytest
import yaml

from mockserver.errors import DocumentError
from tests.engine.acme import DOCUMENT, Acme, dispatcher


def reached(answer):
    return answer.status == 200 and "base" in answer.json


@pytest.mark.parametrize("host", ["acme.localhost", "ACME.localhost:8080", "x.acme.test", "x.acme.test:8443"])
def test_a_vendors_host_serves_its_path_without_prefix(acme, host):
    answer = acme.get("/lists/1/x", query=b"limit=1", headers={"host": host})
    assert answer.json["base"] == f"http://{host}"


def test_a_vendors_host_serves_sandboxes_and_its_document_and_nothing_else(acme):
    acme.world.create("t1")
    there = {"host": "acme.localhost"}
    assert acme.get("/~t1/lists/1/x", query=b"limit=1", headers=there).json["base"] == "http://acme.localhost/~t1"
    assert acme.get("/openapi.json", headers=there).json == yaml.safe_load(DOCUMENT)
    assert acme.get("/__admin/health", headers=there).json["acme"] == "NoRoute"
    assert acme.get("/", headers=there).json["acme"] == "NoRoute"
    assert acme.get("/acme/lists/1/x", headers=there).json["acme"] == "NoRoute"


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:8080", "localhost", "[::1]:80", "mock.internal", "a.b.acme.test", "acme.test", "xacme.localhost", ""],
)
def test_any_other_host_finds_vendors_below_their_names(acme, host):
    answer = acme.get("/acme/lists/1/x", query=b"limit=1", headers={"host": host})
    assert reached(answer)
    assert answer.json["base"] == f"http://{host or '127.0.0.1:8080'}/acme"


def test_hosts_past_the_thousandth_are_routed_too(acme):
    for number in range(1001):
        acme.get("/nowhere", headers={"host": f"h{number}"})
    assert reached(acme.get("/lists/1/x", query=b"limit=1", headers={"host": "late.acme.test"}))


def test_a_document_is_served_as_it_stands(acme):
    answer = acme.get("/acme/openapi.yaml")
    assert (answer.headers["content-type"], answer.body.decode()) == ("application/yaml", DOCUMENT)
    assert acme.get("/acme/openapi.json").headers["content-type"] == "application/json"
    assert acme.post("/acme/openapi.yaml").status == 404


def test_serving_a_document_is_no_exchange(acme):
    acme.get("/acme/openapi.yaml")
    assert acme.world.find("default").store.journal.entries() == ([], 0)


def test_two_sandboxes_never_see_each_other(acme):
    acme.world.create("t1")
    for prefix in ("/~t1", ""):
        acme.request(
            "PUT",
            f"{prefix}/acme/lists/1/a%2Fb@acme.test",
            body=b'{"state":"out"}',
            headers={"content-type": "application/json"},
        )
        states = [next(acme.world.find(name).vendors["acme"].consents()).state for name in ("t1", "default")]
        assert states == (["opted_out", "opted_in"] if prefix else ["opted_out", "opted_out"])


@pytest.mark.parametrize(
    ("path", "kind", "says"),
    [
        ("/~nobody/acme/lists/1/x", "unknown-sandbox", 'POST /__admin/sandboxes {"name": "nobody"}'),
        ("/~NOT_a_name/acme", "unknown-sandbox", "names match"),
        ("/~/acme", "unknown-sandbox", "names match"),
        ("/amce/lists", "unknown-vendor", "served are /acme/…"),
        ("/~default/__admin/health", "unknown-vendor", "the control plane is /__admin"),
        ("/__administrator", "unknown-vendor", "served are /acme/…"),
        ("//acme/lists", "unknown-vendor", "served are /acme/…"),
    ],
)
def test_what_is_no_sandbox_or_vendor_is_our_own_problem_that_says_what_to_do(acme, path, kind, says):
    answer = acme.get(path)
    assert (answer.status, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json["type"] == f"urn:mockserver:{kind}"
    assert answer.json["status"] == 404
    assert answer.json["title"]
    assert says in answer.json["detail"]


def test_the_lifespan_protocol_is_answered(acme):
    sent = []
    messages = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]

    async def receive():
        return messages.pop(0)

    async def send(message):
        sent.append(message["type"])

    asyncio.run(acme.app({"type": "lifespan"}, receive, send))
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


class Handlerless(Acme):
    name = "acme"
    echo = None


class Curious(Acme):
    name = "acme"

    def echo(self, account, weather):
        raise NotImplementedError


BROKEN = {
    "a handler is missing": (Handlerless, DOCUMENT, "operationId echo: Handlerless has no method of that name"),
    "a handler would hide the base class": (
        Acme,
        DOCUMENT.replace("operationId: echo", "operationId: note"),
        "note: Acme has no method of that name",
    ),
    "a handler asks for what nobody has": (
        Curious,
        DOCUMENT,
        "echo asks for 'weather'; the document and the engine have account",
    ),
    "an operation has no name": (
        Acme,
        DOCUMENT.replace("operationId: echo", "summary: echo"),
        "GET /echo: operationId is missing",
    ),
    "a reference leads nowhere": (
        Acme,
        DOCUMENT.replace("schemas/Change", "schemas/Chance"),
        "PUT /lists/{listId}/{email}: a schema cannot be compiled: Pointer '/components/schemas/Chance' does not exist",
    ),
    "a schema is none": (Acme, DOCUMENT.replace("minimum: 1", "minimum: one"), "a schema cannot be compiled"),
    "a credential is in no header": (
        Acme,
        DOCUMENT.replace("in: header, name: X-Key", "in: query, name: key"),
        "only credentials in a header",
    ),
    "a credential is not defined": (
        Acme,
        DOCUMENT.replace("security: [{bearer: []}]", "security: [{token: []}]"),
        "/paths/~1echo/get: security asks for 'token', which no scheme defines",
    ),
    "it is not openapi": (
        Acme,
        DOCUMENT.replace('version: "2.1.0"}', 'version: "2.1.0", more: 1}'),
        "/info: Additional",
    ),
    "it cannot be json": (Acme, DOCUMENT.replace('"404":', "404:"), "acme.yaml: "),
    "a reader is unknown": (
        Acme,
        DOCUMENT.replace("{x-charsets: [utf-8, utf-16]", "{x-reader: sax, x-charsets: [utf-8]"),
        "x-reader: there is no 'sax'; readers are ",
    ),
    "a status is none": (Acme, DOCUMENT.replace('"404":', "default:"), "PUT /lists/{listId}/{email}"),
}


@pytest.mark.parametrize(("vendor", "text", "says"), BROKEN.values(), ids=BROKEN)
def test_a_start_ends_at_once_where(tmp_path, vendor, text, says):
    with pytest.raises(DocumentError) as caught:
        dispatcher(tmp_path, vendor, text)
    assert says in str(caught.value)
