"""What a wrong server gets wrong: each key of a row, before an application that tells what it was asked."""

import asyncio
import json
import re

import httpx
import pytest

from contract_tests.mutant import Mutant, Mutating

URL = "http://mock/~t1/xomni/people/a%2Bb@example.com"
SENT = {"query": "top=5", "sent": '{"state":2}', "headers": {"token": "good", "content-type": "application/json"}}


async def echo(scope, receive, send):
    body = (await receive())["body"]
    asked = {
        "path": scope["raw_path"].decode(),
        "query": scope["query_string"].decode(),
        "headers": {name.decode(): value.decode() for name, value in scope["headers"]},
        "sent": body.decode(),
    }
    await send({"type": "http.response.start", "status": 200, "headers": [(b"kind", b"echo")]})
    await send({"type": "http.response.body", "body": json.dumps(asked).encode()})


def ask(row, url=URL, method="PUT", server=None):
    server = server or Mutating(echo)
    server.active = None if row is None else Mutant("xomni", {"id": "x"} | row)

    async def send():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(server)) as http:
            return await http.request(
                method, f"{url}?{SENT['query']}", content=SENT["sent"].encode(), headers=SENT["headers"]
            )

    return asyncio.run(send())


def test_without_a_mutant_nothing_is_wrong():
    assert ask(None).json()["path"] == "/~t1/xomni/people/a%2Bb@example.com"


@pytest.mark.parametrize(
    ("change", "part", "becomes"),
    [
        ({"request": {"path": ["%2B[^@]*", ""]}}, "path", "/~t1/xomni/people/a@example.com"),
        ({"request": {"query": ["5", "50"]}}, "query", "top=50"),
        ({"request": {"body": ["2", "1"]}}, "sent", '{"state":1}'),
        ({"lost": True}, "path", "/~elsewhere/xomni/people/a%2Bb@example.com"),
    ],
)
def test_a_request_is_got_wrong(change, part, becomes):
    assert ask(change).json()[part] == becomes


@pytest.mark.parametrize(
    ("change", "token"),
    [
        ({"headers": {"token": "other"}}, "other"),
        ({"headers": {"token": None}}, None),
        ({"replace": ["token", "^g", "f"]}, "food"),
    ],
)
def test_a_header_of_a_request_is_got_wrong(change, token):
    assert ask({"request": change}).json()["headers"].get("token") == token


def test_an_answer_is_got_wrong():
    answer = ask({"answer": {"status": 201, "body": ["^.*$", "hello"], "headers": {"kind": None, "more": "x"}}})
    assert (answer.status_code, answer.text) == (201, "hello")
    assert (answer.headers.get("kind"), answer.headers["more"], answer.headers["content-length"]) == (None, "x", "5")


@pytest.mark.parametrize(
    ("when", "meant"),
    [
        (
            {"method": "PUT", "path": "people", "query": "top", "sent": "state", "status": 200, "body": "echo|path"},
            True,
        ),
        ({"method": "GET"}, False),
        ({"path": "places"}, False),
        ({"query": "skip"}, False),
        ({"sent": "9"}, False),
        ({"status": 404}, False),
        ({"body": "nowhere"}, False),
    ],
)
def test_only_what_a_row_means_is_got_wrong(when, meant):
    assert (ask({"when": when, "answer": {"status": 418}}).status_code == 418) is meant


@pytest.mark.parametrize(
    "url", ["http://mock/__admin/health", "http://mock/omeda/people", "http://mock/~t1/omeda/xomni/"]
)
def test_other_vendors_and_the_control_plane_are_left_alone(url):
    assert ask({"answer": {"status": 418}}, url).status_code == 200


def test_a_vendor_is_got_wrong_in_the_default_sandbox_too():
    assert ask({"answer": {"status": 418}}, "http://mock/xomni/people").status_code == 418


def test_of_what_is_meant_only_some_may_be_got_wrong_in_each_sandbox():
    server = Mutating(echo)
    row = {"every": 3, "answer": {"status": 418}}
    asked = [ask(row, f"http://mock/~{name}/xomni/people", server=server).status_code for name in "aabababb"]
    assert asked == [200, 200, 200, 418, 200, 200, 418, 200]


def test_what_is_put_in_may_be_another_each_time():
    server = Mutating(echo)
    first, second = (ask({"answer": {"body": ["^.*$", "id {{guid}}"]}}, server=server).text for _ in range(2))
    assert first != second
    assert re.fullmatch("id [0-9a-f-]{36}", first)
