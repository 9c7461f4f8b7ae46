import contextlib
import json
import socket
import threading
import time
from datetime import UTC, datetime

import httpx
import pytest

from mockserver.errors import ConfigurationError
from mockserver.server import Settings, is_loopback, listen, running
from mockserver.world.journal import Exchange
from mockserver.world.sandbox import Start
from tests.driver import Driver

APPID = "11111111-1111-1111-1111-111111111111"
PATH = "/omeda/webservices/rest/client/CLNT1/optoutfilterqueue/*"
HEADERS = {"x-omeda-appid": APPID, "content-type": "application/json"}
BODY = b'{"BrandOptOut":[{"EmailAddress":"a@b.c","BrandId":"XXP"}]}'
SIZE = len(BODY)


@pytest.fixture
def served():
    """A server of its own on a socket."""
    with running(Settings(port=0, start=Start(now=datetime(2026, 1, 1, tzinfo=UTC)))) as (url, server):
        host, port = url.removeprefix("http://").split(":")
        yield url, (host, int(port)), server


def head(path, *lines, length=SIZE):
    fields = (
        f"POST {path} HTTP/1.1",
        "Host: x",
        f"x-omeda-appid: {APPID}",
        f"Content-Length: {length}",
        *lines,
        "",
        "",
    )
    return "\r\n".join(fields).encode()


def said(connection):
    """Read one answer: status and body."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(65536)
    start, _, body = answer.partition(b"\r\n\r\n")
    length = int(
        next(line for line in start.lower().split(b"\r\n") if line.startswith(b"content-length")).split(b":")[1]
    )
    while len(body) < length:
        body += connection.recv(65536)
    return int(start.split()[1]), json.loads(body)


def test_a_client_that_offers_an_upgrade_keeps_its_body(served):
    _, address, _ = served
    offer = (
        "Connection: Upgrade, HTTP2-Settings",
        "Upgrade: h2c",
        "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA",
    )
    with socket.create_connection(address, timeout=5) as connection:
        for lines in (offer, (), offer):
            connection.sendall(head(PATH, *lines) + BODY)
            status, body = said(connection)
            assert (status, body["Success"]) == (200, "Your submission was successful")
        connection.sendall(head(PATH) + BODY[:10])
        connection.sendall(BODY[10:])
        assert said(connection)[0] == 200


OFFER = "Connection: Upgrade, close\r\nUpgrade: h2c\r\n"


def talk(address, *segments):
    """Send segments one after another, and read all that comes back until the server closes or is silent."""
    with socket.create_connection(address, timeout=1) as connection:
        for segment in segments:
            connection.sendall(segment.encode() if isinstance(segment, str) else segment)
            time.sleep(0.1)
        answer = b""
        with contextlib.suppress(TimeoutError):
            while more := connection.recv(65536):
                answer += more
    return answer.decode(), answer.count(b"HTTP/1.1 ")


INNER = "GET /__admin/sandboxes HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: h2c\r\n\r\n"


@pytest.mark.parametrize("path", ["/nosuch", "/~nosuch/xomni/x", "/xomni/x"])
def test_a_body_is_never_read_as_a_request_whatever_it_holds(served, path):
    start = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(INNER)}\r\n\r\n"
    answer, count = talk(served[1], start, INNER)
    assert (answer[:12], count) == ("HTTP/1.1 404", 1)


@pytest.mark.parametrize("cut", range(20, 200, 15))
def test_an_offer_may_be_cut_anywhere(served, cut):
    whole = head(PATH, *OFFER.strip().split("\r\n")) + BODY
    answer, count = talk(served[1], whole[:cut], whole[cut:])
    assert ("Your submission was successful" in answer, count) == (True, 1)


def test_an_offer_may_come_behind_another_request(served):
    answer, count = talk(
        served[1], b"GET /xomni/x HTTP/1.1\r\nHost: x\r\n\r\n" + head(PATH, *OFFER.strip().split("\r\n")) + BODY
    )
    assert ("Resource not found." in answer, "Your submission was successful" in answer, count) == (True, True, 2)


def test_an_offer_with_a_body_in_chunks_keeps_it(served):
    start = head(PATH, *OFFER.strip().split("\r\n")).replace(
        b"Content-Length: %d" % SIZE, b"Transfer-Encoding: chunked"
    )
    answer, count = talk(served[1], start, b"%x\r\n" % SIZE + BODY + b"\r\n0\r\n\r\n")
    assert ("Your submission was successful" in answer, count) == (True, 1)


@pytest.mark.parametrize("start", ["CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", "GET /x\x00 HTTP/1.1\r\n\r\n"])
def test_what_is_no_request_is_the_server_s_bare_400(served, start):
    answer, count = talk(served[1], start)
    assert (answer[:12], count) == ("HTTP/1.1 400", 1)


def test_a_target_over_64_kib_is_the_bare_400_with_an_offer_too(served):
    answer, _ = talk(served[1], f"GET /xomni/x?{'a' * 70_000} HTTP/1.1\r\nHost: x\r\n{OFFER}\r\n")
    assert answer.startswith("HTTP/1.1 400")


def test_who_asks_before_sending_a_body_that_is_too_large_is_not_invited(served):
    start = head(PATH, "Expect: 100-continue", length=99_999_999)
    answer, count = talk(served[1], start)
    assert (answer[:12], count) == ("HTTP/1.1 413", 1)


def test_an_upgrade_on_a_connection_already_in_use_keeps_its_body_too(served):
    _, address, _ = served
    with socket.create_connection(address, timeout=5) as connection:
        for lines in ((), ("Connection: Upgrade", "Upgrade: h2c")):
            connection.sendall(head(PATH, *lines) + BODY)
            assert said(connection)[0] == 200


@pytest.mark.parametrize(
    "body",
    [
        b'{"ClientOptOut":[' + b"1," * 900_000 + b"1]}",
        b'{"BrandOptOut":[{"EmailAddress":"a@b.c","BrandId":[' + b"[]," * 600_000 + b"[]]}]}",
        b'{"ClientOptOut":[' + b'{"EmailAddress":"a@b.c"},' * 50_000 + b"1]}",
    ],
    ids=["a million errors", "a long list of no kind", "an error at the end"],
)
def test_a_monstrous_body_is_refused_in_seconds_while_others_are_served(served, body):
    url, _, _ = served
    answers = []
    sending = threading.Thread(
        target=lambda: answers.append(httpx.post(url + PATH, headers=HEADERS, content=body, timeout=30))
    )
    began = time.monotonic()
    sending.start()
    slowest = 0.0
    while sending.is_alive():
        asked = time.monotonic()
        assert httpx.get(f"{url}/__admin/health", timeout=10).status_code == 200
        slowest = max(slowest, time.monotonic() - asked)
    assert time.monotonic() - began < 15
    assert slowest < 5
    assert answers[0].status_code == 400
    assert len(answers[0].content) < 100_000


def test_a_monstrous_exchange_does_not_drive_others_out_of_the_journal(served):
    url, _, _ = served
    httpx.post(url + PATH, headers=HEADERS, content=BODY)
    many = b'{"BrandOptOut":[{"EmailAddress":"a@b.c","BrandId":[' + b"1," * 500_000 + b"1]}]}"
    assert httpx.post(url + PATH, headers=HEADERS, content=many, timeout=60).status_code == 400
    journal = httpx.get(f"{url}/__admin/sandboxes/default/requests", timeout=60).json()
    assert (journal["total"], journal["dropped"]) == (2, 0)
    assert journal["requests"][1]["response"]["body"].endswith(" bytes in all)")


def test_slow_bodies_hold_no_thread_of_the_control_plane_and_do_not_outlive_the_server(served):
    url, address, _ = served
    held = [socket.create_connection(address) for _ in range(15)]
    try:
        for connection in held:
            connection.sendall(head("/__admin/sandboxes", "Content-Type: application/json", length=100) + b"{")
        assert httpx.get(f"{url}/__admin/health", timeout=5).status_code == 200
    finally:
        for connection in held:
            connection.close()


def test_a_body_under_way_when_the_server_ends_is_answered_in_the_dialect(caplog):
    with running(Settings(port=0)) as (url, _):
        host, port = url.removeprefix("http://").split(":")
        waiting = {
            path: socket.create_connection((host, int(port)), timeout=10) for path in (PATH, "/__admin/sandboxes")
        }
        for path, connection in waiting.items():
            connection.sendall(head(path, "Content-Type: application/json") + b"{")
        time.sleep(0.3)
    with waiting[PATH] as vendor, waiting["/__admin/sandboxes"] as admin:
        status, body = said(vendor)
        assert (status, body["Errors"][0]["Error"]) == (408, "The request was not received in time.")
        assert said(admin)[1]["type"] == "urn:mockserver:timed-out"
    assert "Traceback" not in caplog.text


def opt_out_across(served, between):
    """Send half an opt-out, do something, send the rest."""
    url, address, _ = served
    with socket.create_connection(address, timeout=5) as connection:
        connection.sendall(head("/~t1" + PATH) + BODY[:10])
        time.sleep(0.2)
        between(f"{url}/__admin/sandboxes/t1")
        connection.sendall(BODY[10:])
        return said(connection)


def test_a_request_that_comes_in_across_a_reset_belongs_to_the_new_world(served):
    url, _, _ = served
    httpx.post(f"{url}/__admin/sandboxes", json={"name": "t1"})
    httpx.get(f"{url}/~t1/xomni/x")
    status, _ = opt_out_across(served, lambda sandbox: httpx.post(f"{sandbox}/reset"))
    journal = httpx.get(f"{url}/__admin/sandboxes/t1/requests").json()["requests"]
    consents = httpx.get(f"{url}/__admin/sandboxes/t1/consents?email=a@b.c").json()["consents"]
    assert status == 200
    assert [each["id"] for each in journal] == [1]
    assert {each["request_id"] for each in consents} == {1}


def test_a_request_for_a_sandbox_that_is_deleted_meanwhile_is_not_acknowledged(served):
    url, _, _ = served
    httpx.post(f"{url}/__admin/sandboxes", json={"name": "t1"})
    status, body = opt_out_across(served, httpx.delete)
    assert (status, body["type"]) == (404, "urn:mockserver:unknown-sandbox")


def test_a_client_sees_the_413_though_it_was_still_sending(served):
    url, _, _ = served
    for _ in range(5):
        assert httpx.post(url + PATH, headers=HEADERS, content=b"x" * 3_000_000).status_code == 413


def test_a_vendor_whose_wording_fails_still_answers_500(fresh, monkeypatch, caplog):
    server = fresh()
    monkeypatch.setattr(server.vendors["xomni"], "render_error", lambda *_: 1 / 0)
    answer = Driver(server.app).get("/xomni/nothing")
    assert (answer.status, answer.body) == (500, b"")
    assert "ZeroDivisionError" in caplog.text


def test_an_encoded_tilde_is_a_tilde(driver, sandbox):
    assert driver.app is not None
    for spelling in ("%7E", "%7e", "~"):
        answer = Driver(driver.app).get(f"/{spelling}{sandbox.name}/xomni/x")
        assert answer.json["FriendlyDescription"] == "Resource not found."


@pytest.mark.parametrize(
    ("host", "own"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("127.9.9.9", True), ("0.0.0.0", False), ("::", False)],
)
def test_loopback_is_told_by_address(host, own):
    assert is_loopback(host) is own


def test_a_name_that_only_looks_like_loopback_is_none(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: [(0, 0, 0, "", ("192.0.2.1", 0))])
    assert not is_loopback("127.evil.example")

    def unknown(*_):
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert not is_loopback("localhost.evil.example")


def test_the_control_plane_bounds_header_fields(served):
    url, _, _ = served
    answer = httpx.get(f"{url}/__admin/health", headers={"x-long": "y" * 40_000})
    assert (answer.status_code, answer.json()["type"]) == (431, "urn:mockserver:headers-too-long")


def test_an_own_scenario_is_read_anew_and_one_without_fixtures_refused(served, tmp_path):
    url, _, _ = served
    (tmp_path / "omeda.yaml").write_text("Brand: [{brand_id: ONE}]")
    sandboxes = f"{url}/__admin/sandboxes"
    assert httpx.post(sandboxes, json={"name": "mine", "scenario": f"{tmp_path}/"}).status_code == 201
    (tmp_path / "omeda.yaml").write_text("Brand: [{brand_id: TWO}]")
    httpx.post(f"{sandboxes}/mine/reset")
    assert httpx.get(f"{sandboxes}/mine/state/omeda").json()["Brand"][0]["brand_id"] == "TWO"
    (tmp_path / "omeda.yaml").rename(tmp_path / "omeda.yml")
    refused = httpx.post(f"{sandboxes}/mine/reset")
    assert refused.status_code == 400
    assert "holds no fixture" in refused.json()["detail"]


def test_a_request_that_nobody_waits_for_ends_quietly(served):
    _, address, server = served
    for path in (PATH, "/__admin/sandboxes"):
        with socket.create_connection(address) as connection:
            connection.sendall(head(path, "Content-Type: application/json") + b"{")
            time.sleep(0.1)
    time.sleep(0.3)
    (*_, last), _ = server.world.find("default").store.journal.entries()
    assert (last.status, last.verdict) == (None, "rejected")


def test_an_address_that_nobody_knows_is_told(monkeypatch):
    def unknown(*_, **__):
        raise OSError(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(
        ConfigurationError, match=r"^cannot listen on nowhere:1: Name or service not known; take another"
    ):
        listen("nowhere", 1)


def test_findings_past_the_hundredth_are_not_kept():
    exchange = Exchange(1, "acme", "GET", "/", "", [])
    for number in range(200):
        exchange.note("A-1", f"{number}" * 1000)
    assert len(exchange.findings) == 100
    assert {len(each.says) for each in exchange.findings} == {500}
    assert exchange.size > 100 * 500
