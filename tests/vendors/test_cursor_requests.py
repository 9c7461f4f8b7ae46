import asyncio

import orjson
import pytest

from mockserver.engine.intake import Bounds
from mockserver.server import Server, Settings
from mockserver.world.sandbox import Start
from tests.driver import Driver
from tests.vendors.cursor_desk import (
    EMPTY,
    NEWSLETTER,
    NOW,
    ROOT,
    TABLES,
    ask,
    assert_answer,
    assert_refused,
    check_refused,
    create,
    rows,
)

MIB = 1024 * 1024
ONE = {"optIns": [{"type": NEWSLETTER}]}
CALLS = ["POST new@example.com", "PUT flows/abc12345"]
GETS = ["GET example@example.com", "GET flows/abc12345"]


@pytest.mark.clause("CURSOR-10", "CURSOR-23", "CURSOR-31", "CURSOR-U01")
@pytest.mark.parametrize("content_type", TABLES["content_types"]["taken"])
@pytest.mark.parametrize("call", CALLS)
def test_json_in_utf_8_is_taken(driver, call, content_type):
    answer = ask(driver, call, ONE, headers={"content-type": content_type})
    assert_answer(answer, 200, answer.json)


@pytest.mark.clause("CURSOR-10", "CURSOR-23", "CURSOR-31", "CURSOR-U01", "CURSOR-U34", "CURSOR-U35")
@pytest.mark.parametrize("content_type", TABLES["content_types"]["refused"])
@pytest.mark.parametrize("call", CALLS)
def test_any_other_media_type_is_a_415(sandbox, driver, call, content_type):
    headers = {"content-type": content_type}
    check_refused(sandbox, driver, {"call": call, "send": ONE, "headers": headers, "status": 415})


@pytest.mark.clause("CURSOR-10", "CURSOR-23", "CURSOR-U01")
@pytest.mark.parametrize("call", CALLS)
def test_a_form_is_a_415_although_the_page_says_form(sandbox, driver, call):
    headers = {"content-type": "application/x-www-form-urlencoded"}
    raw = "optIns=%5B%7B%22type%22%3A%22C0INFOTYPE_NEWSLETTER%22%7D%5D"
    check_refused(sandbox, driver, {"call": call, "raw": raw, "headers": headers, "status": 415})


@pytest.mark.clause("CURSOR-31", "CURSOR-U32")
@pytest.mark.parametrize("content_type", [*TABLES["content_types"]["refused"], "text/xml"])
@pytest.mark.parametrize("call", GETS)
def test_the_media_type_of_a_get_is_not_looked_at(driver, call, content_type):
    expected = ask(driver, call).json
    assert_answer(ask(driver, call, headers={"content-type": content_type}), 200, expected)
    assert_answer(ask(driver, call, raw="<", headers={"content-type": content_type}), 200, expected)


@pytest.mark.clause("CURSOR-31", "CURSOR-U32")
@pytest.mark.parametrize("accept", ["text/xml", "application/xml, */*;q=0", "nonsense", "application/json; charset=x"])
def test_every_answer_is_json_in_utf_8_whatever_is_accepted(driver, accept):
    headers = {"accept": accept}
    answers = [ask(driver, call, ONE if call in CALLS else None, headers=headers) for call in CALLS + GETS]
    for answer in answers:
        assert_answer(answer, 200, answer.json)
    assert_refused(ask(driver, "GET flows/", headers=headers), 404)


@pytest.mark.clause("CURSOR-34", "CURSOR-U13", "CURSOR-U23")
@pytest.mark.parametrize("credential", ["Basic dTpw", "Bearer x", "", "\xff"])
def test_no_credential_is_asked_for_and_any_is_ignored(driver, credential):
    for call in CALLS + GETS:
        sent = ONE if call in CALLS else None
        assert ask(driver, call, sent, headers={"authorization": credential}).status == 200


@pytest.mark.clause("CURSOR-34")
def test_there_is_no_limit_on_calls_or_records(driver):
    for _ in range(200):
        assert ask(driver, "POST new@example.com", ONE).status == 200
    assert len(create(driver, "new@example.com", *ONE["optIns"] * 300)["optIns"]) == 300


@pytest.mark.clause("CURSOR-01", "CURSOR-02", "CURSOR-33", "CURSOR-U34", "CURSOR-U35", "CURSOR-U40")
@pytest.mark.parametrize("path", TABLES["paths"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_any_other_path_is_a_404(sandbox, driver, method, path):
    check_refused(sandbox, driver, {"call": f"{method} {path}", "send": ONE, "status": 404})


@pytest.mark.clause("CURSOR-33", "CURSOR-U34", "CURSOR-U35", "CURSOR-U36")
@pytest.mark.parametrize("method", ["HEAD", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE", "get"])
@pytest.mark.parametrize(
    ("target", "allow"), [("flows/abc12345", "GET, PUT"), ("example@example.com", "GET, POST"), ("flows", "GET, POST")]
)
def test_any_other_method_is_a_405(sandbox, driver, method, target, allow):
    check_refused(sandbox, driver, {"call": f"{method} {target}", "send": ONE, "status": 405, "allow": allow})


@pytest.mark.clause("CURSOR-07", "CURSOR-20", "CURSOR-U36")
@pytest.mark.parametrize(
    ("call", "allow"), [("POST flows/abc12345", "GET, PUT"), ("PUT example@example.com", "GET, POST")]
)
def test_contacts_are_posted_to_and_flows_are_put(sandbox, driver, call, allow):
    check_refused(sandbox, driver, {"call": call, "send": ONE, "status": 405, "allow": allow})


@pytest.mark.clause("CURSOR-01")
@pytest.mark.parametrize("host", ["demo-restapi.cursor.de", "Demo-RestAPI.cursor.de:443", "cursor.localhost:8080"])
def test_every_host_shows_the_one_state(driver, host):
    path = ROOT.removeprefix("/cursor")
    answer = ask(driver, f"POST {path}new@example.com", ONE, headers={"host": host})
    assert answer.status == 200
    assert ask(driver, "GET new@example.com").json["optIns"] == answer.json["optIns"]
    assert_answer(ask(driver, f"GET {path}nobody", headers={"host": host}), 200, EMPTY)


@pytest.mark.clause("CURSOR-U35")
@pytest.mark.parametrize("call", CALLS)
def test_a_body_that_is_not_utf_8_is_a_400(sandbox, driver, call):
    message = "the body cannot be read: 'utf-8' codec can't decode byte 0xfc in position 12: invalid start byte"
    raw = '{"optIns":["ü"]}'.encode("latin-1")
    check_refused(sandbox, driver, {"call": call, "raw": raw, "status": 400, "message": message})


@pytest.mark.clause("CURSOR-U37")
@pytest.mark.parametrize("call", CALLS)
def test_a_body_may_have_two_mib_and_no_more(sandbox, driver, call):
    body = orjson.dumps(ONE).ljust(2 * MIB)
    before = rows(sandbox)
    assert_refused(ask(driver, call, raw=body + b" "), 413, connection="close")
    assert rows(sandbox) == before
    assert ask(driver, call, raw=body).status == 200


@pytest.mark.clause("CURSOR-U37")
def test_header_fields_over_32_kib_are_a_431(driver):
    for call in CALLS + GETS:
        assert_refused(ask(driver, call, ONE, headers={"x": "y" * 32 * 1024}), 431, connection="close")


@pytest.mark.clause("CURSOR-U37")
def test_a_body_that_does_not_arrive_in_time_is_a_408():
    server = Server(Settings(start=Start(now=NOW), bounds=Bounds(body_timeout_s=0.01)))

    async def silent():
        await asyncio.Event().wait()

    async def stalled(scope, receive, send):
        await server.app(scope, silent, send)

    assert_refused(ask(Driver(stalled), "POST new@example.com", ONE), 408, connection="close")


@pytest.mark.clause("CURSOR-U38")
@pytest.mark.parametrize(("call", "broken"), [(CALLS[0], "OptIn"), (CALLS[1], "desk.replace")])
def test_a_fault_of_the_mock_is_a_500_that_stores_nothing(sandbox, driver, monkeypatch, call, broken):
    monkeypatch.setattr(f"mockserver.vendors.cursor.{broken}", None)
    before = rows(sandbox)
    assert_refused(ask(driver, call, ONE), 500)
    assert rows(sandbox) == before
