"""Faults where somebody calls the application itself, and there is no socket to break."""

import asyncio

import httpx
import pytest

from mockserver import vendors
from mockserver.contract import document
from mockserver.engine import delivery
from mockserver.engine.edge import Edge
from mockserver.engine.faults import Faults
from mockserver.engine.intake import Bounds
from mockserver.errors import ConnectionLost, NoAnswer
from mockserver.world.faults import Counted, Fault, read
from mockserver.world.journal import Exchange, Verdict

PATH = "/omeda/webservices/rest/client/CLNT1/optoutfilterqueue/*"
HEADERS = {"x-omeda-appid": "11111111-1111-1111-1111-111111111111", "content-type": "application/json"}
BODY = b'{"BrandOptOut":[{"EmailAddress":"fresh@example.com","BrandId":"XXP"}]}'


def put(sandbox, *rules):
    counts = tuple(Counted(read(number, each)) for number, each in enumerate(rules, 1))
    sandbox.store.step_faults(lambda _: (counts, None))


def call(started, sandbox, **kwargs):
    async def once():
        transport = httpx.ASGITransport(app=started.app)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://x/~{sandbox.name}") as client:
            return await client.post(PATH, headers=HEADERS, content=BODY, **kwargs)

    return asyncio.run(once())


def opted_out(sandbox):
    return "fresh@example.com" in {each.email for each in sandbox.vendors["omeda"].consents()}


def last(sandbox):
    return sandbox.store.journal.entries()[0][-1]


@pytest.mark.parametrize(
    ("word", "kind", "served"),
    [
        ("reset", ConnectionLost, False),
        ("reset-after-commit", ConnectionLost, True),
        ("truncated", ConnectionLost, False),
        ("garbage", ConnectionLost, False),
        ("timeout-before-commit", NoAnswer, False),
        ("timeout-after-commit", NoAnswer, True),
    ],
)
def test_what_would_break_the_connection_raises_instead(started, sandbox, word, kind, served):
    put(sandbox, {"fault": word})
    with pytest.raises(kind, match="an injected fault"):
        call(started, sandbox)
    assert opted_out(sandbox) is served
    assert (last(sandbox).fault, last(sandbox).verdict) == (word, Verdict.ACCEPTED if served else Verdict.INJECTED)
    assert len(sandbox.store.journal.entries()[0]) == 1


def test_what_is_raised_is_what_python_calls_a_lost_connection_and_a_time_out():
    assert issubclass(ConnectionLost, ConnectionResetError)
    assert issubclass(NoAnswer, TimeoutError)


def test_an_injected_answer_is_answered(started, sandbox):
    put(sandbox, {"fault": "400"})
    assert call(started, sandbox).status_code == 400
    assert not opted_out(sandbox)


def test_a_delay_is_a_second_unless_it_says_how_long(started, sandbox, monkeypatch):
    monkeypatch.setattr(delivery, "DELAY_MS", 30)
    put(sandbox, {"fault": "delay"})
    assert call(started, sandbox).status_code == 200
    assert last(sandbox).duration_ms >= 30


def test_a_slow_answer_takes_the_time_that_its_rate_says(started, sandbox):
    put(sandbox, {"fault": "slow", "bytes_per_s": 400})
    answer = call(started, sandbox)
    assert answer.json()["SubmissionId"]
    assert last(sandbox).response_body == answer.content
    assert last(sandbox).duration_ms >= 0.9 * 1000 * (len(answer.content) - 20) / 400


def test_an_answer_with_a_date_to_come_back_keeps_it_alone(started, sandbox):
    put(sandbox, {"fault": "503", "retry_after_s": 9})
    path = "/expoints/external/api/v3/customerdatacolumn"
    answer = asyncio.run(get(started, f"/~{sandbox.name}{path}"))
    assert answer.headers.get_list("retry-after") == ["9"]


async def get(started, path, headers=None):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=started.app), base_url="http://x") as client:
        return await client.get(path, headers=headers)


def test_a_fault_comes_before_what_the_request_asks_for(started, sandbox):
    put(sandbox, {"fault": "401"})
    path = f"/~{sandbox.name}/expoints/external/api/v3/customerdatacolumn"
    answer = asyncio.run(get(started, path, {"prefer": "code=503"}))
    assert (answer.status_code, answer.headers.get("preference-applied")) == (401, None)


def test_a_request_that_does_not_come_in_is_refused_before_a_status_is_injected(driver, sandbox):
    put(sandbox, {"fault": "401", "retry_after_s": 9})
    answer = driver.post(PATH, headers={**HEADERS, "content-length": str(3 * 1024 * 1024)})
    assert (answer.status, last(sandbox).verdict) == (413, Verdict.REJECTED)
    assert (answer.headers.get("retry-after"), last(sandbox).fault) == (None, None)


def answers(app, path, fault, receive=None, transport=None):
    """What a schedule gets that lets one request meet a fault; and what it tells the journal."""
    exchange, noted, messages = Exchange(0, "omeda", "POST", path, "", []), [], []
    headers = {**HEADERS, "content-length": str(len(BODY))}
    scope = {
        "type": "http",
        "method": "POST",
        "raw_path": path.encode(),
        "query_string": b"",
        "scheme": "http",
        "server": ("127.0.0.1", 8080),
        "mount": "/omeda",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "sandbox": app.sandbox,
        "exchange": exchange,
        "begin": lambda: noted.append("begin"),
        "end": lambda: noted.append("end"),
        "extensions": {delivery.TRANSPORT: transport(noted)} if transport else {},
    }

    async def whole():
        return {"type": "http.request", "body": BODY, "more_body": False}

    async def send(message):
        messages.append(message)

    asyncio.run(app.apply(fault, scope, receive or whole, send))
    return exchange, messages, noted


@pytest.fixture
def room(sandbox):
    made = Faults(Edge(document.load("omeda"), vendors.find("omeda"), Bounds()))
    made.sandbox = sandbox
    return made


def test_a_schedule_may_let_a_request_meet_a_fault_without_rules(room, sandbox):
    exchange, (start, _), noted = answers(room, PATH.removeprefix("/omeda"), Fault("403"))
    assert (start["status"], exchange.fault, exchange.verdict, noted) == (403, "403", Verdict.INJECTED, ["begin"])
    assert not opted_out(sandbox)


def test_what_no_operation_is_for_meets_no_fault_of_a_schedule(room):
    exchange, (start, _), _ = answers(room, "/nothing", Fault("403"))
    assert (start["status"], exchange.fault, exchange.verdict) == (404, None, Verdict.UNMATCHED)


async def gone():
    return {"type": "http.disconnect"}


@pytest.mark.parametrize("word", ["403", "delay", "reset-after-commit"])
def test_a_client_that_leaves_before_its_request_is_whole_is_sent_nothing(room, sandbox, word):
    exchange, messages, noted = answers(room, PATH.removeprefix("/omeda"), Fault(word), gone)
    assert (messages, noted, exchange.verdict) == ([], [], Verdict.REJECTED)
    assert not opted_out(sandbox)


class Transport:
    """A connection that tells what is done to it."""

    def __init__(self, noted):
        self._noted = noted

    def get_extra_info(self, name):
        assert name == "socket"
        return self

    def __getattr__(self, name):
        return lambda *_: self._noted.append(name)


@pytest.mark.parametrize(
    ("word", "done"),
    [
        ("reset", ["setsockopt", "abort"]),
        ("reset-after-commit", ["setsockopt", "abort"]),
        ("truncated", ["write", "close"]),
        ("garbage", ["write", "close"]),
        ("timeout-before-commit", []),
    ],
)
def test_the_journal_has_a_request_before_its_client_learns_of_it(room, word, done):
    coming = [{"type": "http.request", "body": BODY, "more_body": False}]

    async def leaves():
        return coming.pop() if coming else await gone()

    _, _, noted = answers(room, PATH.removeprefix("/omeda"), Fault(word), leaves, Transport)
    assert noted == ["begin", "end", *done]


def test_a_client_that_leaves_while_an_answer_is_held_back_is_sent_nothing(room, sandbox):
    coming = [{"type": "http.request", "body": BODY, "more_body": False}]

    async def leaves():
        return coming.pop() if coming else await gone()

    _, messages, _ = answers(room, PATH.removeprefix("/omeda"), Fault("delay", delay_ms=60_000), leaves)
    assert messages == []
    assert opted_out(sandbox)
