"""Every fault over a socket, as two clients see it: what they are told, and the state and the journal afterwards."""

import json
import socket
import ssl
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import httpx
import pytest

from mockserver.consent import ConsentState
from mockserver.server import Settings, running
from mockserver.server.tls import CERTIFICATE
from mockserver.world.journal import Verdict
from tests.optional import tool

RESET, CUT, NO_HTTP, SILENCE = "reset", "cut", "no http", "silence"
PATIENCE_S, IMPATIENCE_S = 30, 0.7
LONG = {"delay_ms": 60_000}
COLUMNS = "/expoints/external/api/v3/customerdatacolumn"


@dataclass(frozen=True)
class Deed:
    """A request that changes what a vendor says of somebody: of `who`, to `opted_out`."""

    vendor: str
    operation_id: str
    method: str
    path: str
    headers: dict[str, str]
    body: str
    who: str
    opted_out: bool

    @property
    def match(self):
        return {"vendor": self.vendor, "operation_id": self.operation_id}


DELETE = Deed(
    "expoints",
    "delete_opt_out",
    "DELETE",
    "/expoints/external/api/v3/customer/deleteoptout",
    {"authorization": "Bearer expoints-token", "content-type": "application/json"},
    json.dumps({"Email": "out@example.com"}),
    "out@example.com",
    opted_out=False,
)
OPT_OUT = Deed(
    "omeda",
    "opt_out",
    "POST",
    "/omeda/webservices/rest/client/CLNT1/optoutfilterqueue/*",
    {"x-omeda-appid": "11111111-1111-1111-1111-111111111111", "content-type": "application/json"},
    json.dumps({"BrandOptOut": [{"EmailAddress": "fresh@example.com", "BrandId": "XXP"}]}),
    "fresh@example.com",
    opted_out=True,
)


@dataclass(frozen=True)
class Seen:
    """What a client makes of an answer: a status and body, or what went wrong."""

    end: str
    status: int = 0
    body: bytes = b""
    retry_after: str | None = None


def by_httpx(url, deed=DELETE, patience_s=PATIENCE_S, *, verify=False):
    try:
        with httpx.Client(verify=verify) as client:
            answer = client.request(
                deed.method, url + deed.path, headers=deed.headers, content=deed.body, timeout=patience_s
            )
    except httpx.RemoteProtocolError as error:
        return Seen(NO_HTTP if "illegal status line" in str(error) else CUT)
    except httpx.ReadError:
        return Seen(RESET)
    except httpx.ReadTimeout:
        return Seen(SILENCE)
    return Seen("", answer.status_code, answer.content, answer.headers.get("retry-after"))


def by_curl(url, deed=DELETE, patience_s=PATIENCE_S):
    kinds = {56: RESET, 18: CUT, 1: NO_HTTP, 28: SILENCE}
    sent = [word for each in deed.headers.items() for word in ("-H", ": ".join(each))]
    done = subprocess.run(
        [tool("curl"), "-sS", "-i", "-m", str(patience_s), "-X", deed.method, url + deed.path, *sent, "-d", deed.body],
        capture_output=True,
        timeout=PATIENCE_S * 2,
        check=False,
    )
    if done.returncode:
        return Seen(kinds[done.returncode])
    head, _, rest = done.stdout.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    fields = dict(line.lower().split(": ", 1) for line in lines)
    return Seen("", int(first.split()[1]), rest, fields.get("retry-after"))


@pytest.fixture(params=[by_httpx, by_curl], ids=["httpx", "curl"])
def client(request, optional):
    if request.param is by_curl:
        optional("curl against faults", lambda: tool("curl"))
    return request.param


@dataclass(frozen=True)
class Place:
    """A sandbox on a socket."""

    url: str
    sandbox: object

    def put(self, *rules):
        faults = f"{self.url.partition('/~')[0]}/__admin/sandboxes/{self.sandbox.name}/faults"
        answer = httpx.put(faults, json={"rules": rules})
        assert answer.status_code == 200, answer.text

    def counted(self):
        return [(each.matched, each.fired) for each in self.sandbox.store.faults]

    def done(self, deed):
        consents = {each.email: each.state for each in self.sandbox.vendors[deed.vendor].consents()}
        return (consents.get(deed.who) is ConsentState.OPTED_OUT) is deed.opted_out

    def noted(self):
        """What the journal has of the last request, once it has it: a client that leaves is faster."""
        entries, end = self.sandbox.store.journal.entries, time.monotonic() + 10
        while not entries()[0] and time.monotonic() < end:
            time.sleep(0.01)
        return entries()[0][-1].render()


@pytest.fixture
def place(live):
    url, server = live
    made = server.world.create()
    yield Place(f"{url}/~{made.name}", made)
    server.world.delete(made.name)


def held(base, times=1, trust=None):
    """Send a request that is answered never, or not yet, so many times on one connection."""
    at = urlsplit(base)
    line = socket.create_connection((at.hostname, at.port))
    if trust is not None:
        line = trust.wrap_socket(line, server_hostname=at.hostname)
    line.sendall(f"GET {at.path}{COLUMNS} HTTP/1.1\r\nHost: x\r\n\r\n".encode() * times)
    return line


@pytest.mark.parametrize(
    ("deed", "rule", "seen", "served"),
    [
        (DELETE, {"fault": "503", "retry_after_s": 2}, Seen("", 503, retry_after="2"), False),
        (DELETE, {"fault": "503"}, Seen("", 503, retry_after="60"), False),
        (DELETE, {"fault": "429"}, Seen("", 429, retry_after="60"), False),
        (DELETE, {"fault": "401"}, Seen("", 401), False),
        (DELETE, {"fault": "503-after-commit"}, Seen("", 503, retry_after="60"), True),
        (OPT_OUT, {"fault": "400-after-commit", "retry_after_s": 0}, Seen("", 400, retry_after="0"), True),
        (OPT_OUT, {"fault": "delay", "delay_ms": 50}, Seen("", 200), True),
        (OPT_OUT, {"fault": "delay", **LONG}, Seen(SILENCE), True),
        (OPT_OUT, {"fault": "slow", "bytes_per_s": 1000}, Seen("", 200), True),
        (DELETE, {"fault": "slow"}, Seen("", 200), True),
        (OPT_OUT, {"fault": "slow", "bytes_per_s": 1}, Seen(SILENCE), True),
        (OPT_OUT, {"fault": "reset"}, Seen(RESET), False),
        (DELETE, {"fault": "reset", "delay_ms": 20}, Seen(RESET), False),
        (OPT_OUT, {"fault": "reset-after-commit"}, Seen(RESET), True),
        (OPT_OUT, {"fault": "timeout-before-commit"}, Seen(SILENCE), False),
        (OPT_OUT, {"fault": "timeout-after-commit"}, Seen(SILENCE), True),
        (OPT_OUT, {"fault": "truncated"}, Seen(CUT), False),
        (DELETE, {"fault": "truncated"}, Seen(CUT), False),
        (OPT_OUT, {"fault": "garbage"}, Seen(NO_HTTP), False),
    ],
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else "",
)
def test_a_client_sees_the_fault_that_its_word_says(place, client, deed, rule, seen, served):
    place.put({"match": deed.match, **rule, "times": 1})
    found = client(place.url, deed, IMPATIENCE_S if seen.end == SILENCE else PATIENCE_S)
    assert (found.end, found.status, found.retry_after) == (seen.end, seen.status, seen.retry_after)
    assert place.done(deed) is served
    noted = place.noted()
    assert (noted["fault"], noted["operation_id"]) == (rule["fault"], deed.operation_id)
    assert noted["verdict"] == (Verdict.ACCEPTED if served else Verdict.INJECTED)
    assert noted["request"]["body"] == deed.body
    assert noted["response"] == sent(rule["fault"], found, noted["response"])
    again = client(place.url, deed)
    assert (again.end, again.status) == ("", 200)
    assert place.done(deed)
    assert place.counted() == [(2, 1)]


def sent(word, found, response):
    """What the journal must say was sent: what the client has seen, or as much of it as was under way."""
    if found.status:
        return {"status": found.status, "headers": response["headers"], "body": found.body.decode()}
    if word == "truncated":
        length = int(dict(response["headers"])["content-length"])
        assert (len(response["body"]) == length // 2) or (response["body"] == "" and length > 0)
        return response
    if word == "slow":
        assert 0 < len(response["body"]) < 50
        return response
    return None


def test_an_injected_answer_is_the_vendor_s_own(place, client):
    place.put({"fault": "503"})
    assert json.loads(client(place.url).body) == {
        "Message": "The server is unable to proces the request at the moment, try again later."
    }


def test_a_request_that_the_vendor_refuses_is_refused_before_its_answer_is_lost(place, client):
    place.put({"fault": "reset-after-commit"})
    assert client(place.url, replace(DELETE, body="{}")).end == RESET
    assert place.noted()["verdict"] == Verdict.REFUSED


@pytest.mark.parametrize(("method", "path", "status"), [("PATCH", COLUMNS, 405), ("GET", "/expoints/nothing", 404)])
def test_what_no_operation_is_for_meets_no_fault(place, client, method, path, status):
    place.put({"fault": "reset"})
    assert client(place.url, replace(DELETE, method=method, path=path)).status == status
    assert place.counted() == [(0, 0)]
    assert place.noted()["fault"] is None


def test_documents_and_control_plane_meet_no_fault(place):
    place.put({"fault": "reset"})
    assert httpx.get(f"{place.url}/expoints/openapi.yaml").status_code == 200
    origin = place.url.partition("/~")[0]
    assert httpx.get(f"{origin}/__admin/sandboxes/{place.sandbox.name}/faults").json() == {
        "rules": [{"fault": "reset", "id": 1, "matched": 0, "fired": 0}]
    }


def test_a_sandbox_s_faults_are_its_own(place, live):
    place.put({"fault": "reset"})
    assert httpx.get(live[0] + COLUMNS, headers=DELETE.headers).status_code == 200


def test_the_connection_serves_on_after_an_injected_answer(place):
    place.put({"fault": "503", "times": 1}, {"fault": "slow", "bytes_per_s": 10_000, "times": 1})
    with httpx.Client() as http:
        answers = [http.get(place.url + COLUMNS, headers=DELETE.headers) for _ in range(3)]
        assert [each.status_code for each in answers] == [503, 200, 200]


def test_a_rate_tells_when_to_come_back(place, client):
    place.put({"rate": {"limit": 2, "per_s": 600}})
    seen = [client(place.url) for _ in range(3)]
    assert [each.status for each in seen] == [200, 200, 429]
    assert 540 < int(seen[2].retry_after) <= 600
    assert (place.noted()["fault"], place.counted()) == ("429", [(3, 1)])


def test_a_rate_is_in_real_time(place):
    place.put({"rate": {"limit": 1, "per_s": 0.5}})
    began = time.monotonic()
    assert by_httpx(place.url).status == 200
    while by_httpx(place.url).status != 200:
        assert time.monotonic() - began < PATIENCE_S
    assert time.monotonic() - began >= 0.5


def test_requests_in_parallel_meet_each_fault_as_often_as_it_says(place):
    place.put({"fault": "503", "times": 7}, {"match": {"every": 5}, "fault": "reset"}, {"fault": "garbage", "times": 3})
    with ThreadPoolExecutor(8) as pool:
        ends = [each.end or each.status for each in pool.map(lambda _: by_httpx(place.url), range(40))]
    assert {each: ends.count(each) for each in ends} == {503: 7, RESET: 7, NO_HTTP: 3, 200: 23}
    assert place.counted() == [(40, 7), (40, 7), (40, 3)]


def test_a_delay_holds_up_nobody_else(place):
    place.put({"match": {"nth": [1]}, "fault": "delay", **LONG})
    with held(place.url) as line:
        while not place.counted()[0][0]:
            time.sleep(0.005)
        assert by_httpx(place.url).status == 200
        expect_nothing_yet(line, "delay")


def test_a_reset_is_a_real_one(place):
    place.put({"fault": "reset"})
    with held(place.url) as line, pytest.raises(ConnectionResetError):
        line.recv(1)


@pytest.mark.parametrize("word", ["timeout-before-commit", "timeout-after-commit", "delay", "slow"])
@pytest.mark.parametrize("way", ["plain", "pipelined", "tls"])
def test_a_server_that_ends_does_not_wait_for_an_answer_that_is_held_back(word, way, caplog, tmp_path):
    more = {"delay": {"delay_ms": 60_000}, "slow": {"bytes_per_s": 1}}.get(word, {})
    settings = Settings(port=0, tls=tmp_path if way == "tls" else None)
    with ExitStack() as after, running(settings) as (url, server):  # the server ends first, the client after it
        trust = ssl.create_default_context(cafile=str(tmp_path / CERTIFICATE)) if way == "tls" else None
        sandbox = server.world.find("default")
        faults = {"rules": [{"fault": word, **more}]}
        httpx.put(f"{url}/__admin/sandboxes/default/faults", json=faults, verify=trust or True)
        line = after.enter_context(held(url, 2 if way == "pipelined" else 1, trust))
        while not sandbox.store.faults[0].fired:
            time.sleep(0.005)
        time.sleep(0.05)
        expect_nothing_yet(line, word)
        ends = time.monotonic()
    assert time.monotonic() - ends < 2
    assert not caplog.records


def test_a_client_that_leaves_with_requests_behind_the_one_held_back_is_missed(place):
    place.put({"fault": "delay", **LONG})
    with held(place.url, 2):
        while not place.counted()[0][1]:
            time.sleep(0.005)
    assert place.noted()["response"] is None


def expect_nothing_yet(line, word):
    """Nothing has come, but for what a slow answer begins with."""
    line.setblocking(False)  # noqa: FBT003 - its only parameter
    if word == "slow":
        assert line.recv(8) == b"HTTP/1.1"
    else:
        with pytest.raises((BlockingIOError, ssl.SSLWantReadError)):
            line.recv(1)


def test_under_tls_a_reset_ends_the_connection(tmp_path):
    with running(Settings(port=0, tls=tmp_path)) as (url, _):
        trust = ssl.create_default_context(cafile=str(tmp_path / CERTIFICATE))
        faults = [{"fault": "reset", "times": 1}, {"fault": "truncated", "times": 1}, {"fault": "garbage", "times": 1}]
        httpx.put(f"{url}/__admin/sandboxes/default/faults", json={"rules": faults}, verify=trust)
        seen = [by_httpx(url, verify=trust).end for _ in range(4)]
        assert seen[0] in {RESET, CUT}
        assert seen[1:] == [CUT, NO_HTTP, ""]
