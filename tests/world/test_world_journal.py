from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mockserver.store.memory import MemoryStore
from mockserver.world import journal as module
from mockserver.world.journal import CREDENTIAL_HEADERS, CURRENT, REDACTED, Exchange, Finding, Verdict, keep

AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def exchange():
    return Exchange(
        id=17,
        vendor="acme",
        method="POST",
        path="/acme/x",
        query="a=1",
        request_headers=[(b"X-Run", b"7"), (b"Authorization", b"Bearer s3cret")],
        at=AT,
        operation_id="opt_out",
        request_body=b'{"a":1}',
        status=200,
        response_headers=[(b"content-type", b"application/json"), (b"X-Set", b"x")],
        response_body='{"é":1}'.encode(),
        verdict=Verdict.ACCEPTED,
        clauses=("ACME-52",),
        findings=[Finding("ACME-A08", "a blank was taken off")],
        duration_ms=0.4,
    )


def test_an_exchange_is_rendered_as_the_control_plane_shows_it(exchange):
    assert exchange.render() == {
        "id": 17,
        "at": "2026-01-01T00:00:00Z",
        "vendor": "acme",
        "operation_id": "opt_out",
        "request": {
            "method": "POST",
            "path": "/acme/x",
            "query": "a=1",
            "headers": [["X-Run", "7"], ["Authorization", REDACTED]],
            "body": '{"a":1}',
        },
        "response": {
            "status": 200,
            "headers": [["content-type", "application/json"], ["X-Set", "x"]],
            "body": '{"é":1}',
        },
        "verdict": "accepted",
        "clauses": ["ACME-52"],
        "findings": [{"clause": "ACME-A08", "says": "a blank was taken off"}],
        "fault": None,
        "duration_ms": 0.4,
    }


def test_an_exchange_that_just_began_has_crashed_until_told_otherwise():
    fresh = Exchange(1, "acme", "GET", "/", "", [])
    assert fresh.render() == {
        **fresh.render(),
        "operation_id": None,
        "response": None,
        "verdict": "crashed",
        "clauses": [],
        "findings": [],
        "fault": None,
        "duration_ms": 0.0,
    }
    assert fresh.at.tzinfo is UTC


def test_exchanges_share_no_lists():
    first, second = (Exchange(number, "acme", "GET", "/", "", []) for number in (1, 2))
    first.findings.append(Finding("A-1", "x"))
    first.response_headers.append((b"a", b"b"))
    assert (second.findings, second.response_headers) == ([], [])


@pytest.mark.parametrize("name", [*sorted(CREDENTIAL_HEADERS), "AUTHORIZATION", "Cookie"])
def test_credentials_are_taken_out_whatever_their_letter_case(exchange, name):
    shown = replace(exchange, request_headers=[(name.encode(), b"s3cret")]).render()
    assert shown["request"]["headers"] == [[name, REDACTED]]
    assert "s3cret" not in str(shown)


def test_a_vendors_own_credential_header_is_taken_out(exchange):
    exchange.secret_headers = CREDENTIAL_HEADERS | {"x-key"}
    exchange.request_headers = [(b"X-Key", b"s3cret"), (b"x-keys", b"open")]
    exchange.response_headers = [(b"x-key", b"s3cret")]
    shown = exchange.render()
    assert shown["request"]["headers"] == [["X-Key", REDACTED], ["x-keys", "open"]]
    assert shown["response"]["headers"] == [["x-key", REDACTED]]


def test_bodies_that_are_no_text_are_base64(exchange):
    exchange.request_body = b"\xff\x00"
    exchange.response_body = b"\xfe"
    shown = exchange.render()
    assert (shown["request"]["body"], shown["request"]["encoding"]) == ("/wA=", "base64")
    assert (shown["response"]["body"], shown["response"]["encoding"]) == ("/g==", "base64")


def test_headers_that_are_no_ascii_are_shown_as_latin_1(exchange):
    exchange.request_headers = [(b"x", b"\xe9")]
    assert exchange.render()["request"]["headers"] == [["x", "é"]]


@pytest.mark.parametrize(
    "part",
    [
        {"path": "/" * 50_000},
        {"query": "q" * 50_000},
        {"request_body": b"b" * 50_000},
        {"response_body": b"b" * 50_000},
        {"request_headers": [(b"x", b"v" * 25_000)] * 2},
        {"request_headers": [(b"n" * 25_000, b"v")] * 2},
    ],
    ids=lambda part: next(iter(part)),
)
def test_the_size_of_an_exchange_follows_what_a_client_sends(exchange, part):
    assert 50_000 <= replace(exchange, **part).size < 55_000


def test_even_an_empty_exchange_has_a_size():
    assert Exchange(1, "acme", "GET", "", "", []).size > 0


def test_keeping_stops_the_watch_and_appends(exchange, monkeypatch):
    monkeypatch.setattr(module, "elapsed_ns", lambda: exchange._began + 1_234_567)  # noqa: SLF001 - the watch
    journal = MemoryStore([], 5).journal
    exchange.id, era = journal.open()
    keep(journal, era, exchange)
    assert journal.entries() == ([exchange], 0)
    assert exchange.duration_ms == 1.235


def test_keeping_what_a_reset_overtook_leaves_no_trace(exchange):
    journal = MemoryStore([], 5).journal
    exchange.id, era = journal.open()
    journal.restart()
    keep(journal, era, exchange)
    assert journal.entries() == ([], 0)


def test_no_exchange_is_under_way_by_itself():
    assert CURRENT.get() is None


def test_the_verdicts_are_those_of_the_control_plane():
    assert {str(each) for each in Verdict} == {"accepted", "refused", "rejected", "unmatched", "injected", "crashed"}
