import asyncio

import a2wsgi
import orjson
import pytest

from mockserver.engine.dispatcher import send_problem
from mockserver.engine.intake import Bounds, Intake
from mockserver.errors import TooLarge
from tests.admin.control import ADMIN
from tests.driver import Driver

WITH_BODY = [
    pytest.param(each.method, each.path.replace("{sandbox}", "default").replace("{vendor}", "ledger"), id=each.path)
    for each in ADMIN.operations
    if each.content is not None
]
JSON = "application/json"


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
@pytest.mark.parametrize(
    "media_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=utf-16",
        "application/jsonx",
        "",
        "/",
    ],
)
def test_a_body_of_another_media_type_is_refused(control, method, path, media_type):
    assert control.refusal(method, path, 415, data=b"{}", content_type=media_type) == []


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
def test_a_body_without_a_media_type_is_refused(control, method, path):
    control.refusal(method, path, 415, data=b"{}")


@pytest.mark.parametrize(
    "media_type", ["Application/JSON", 'application/json; charset="UTF-8"', "application/json;v=1"]
)
def test_a_media_type_is_read_as_http_has_it(control, media_type):
    control.call("POST", "/__admin/sandboxes", 201, data=b"{}", content_type=media_type)


BAD = {
    "half": b'{"name":',
    "blank": b" ",
    "two values": b"{}{}",
    "NaN": b'{"seed":NaN}',
    "not UTF-8": b'{"name":"\xff"}',
    "lone surrogate": b'{"scenario":"\\udfff"}',
    "deep": b"[" * 100_000,
    "deep and closed": b'{"a":' * 500 + b"1" + b"}" * 500,
    "endless digits": b"9" * 20_000,
}


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
@pytest.mark.parametrize("body", BAD.values(), ids=BAD)
def test_what_is_no_json_is_refused(control, method, path, body):
    assert control.refusal(method, path, 400, data=body, content_type=JSON) == [""]


def test_a_body_that_must_be_there_is_missed(control):
    path = "/__admin/sandboxes/default/state/ledger"
    assert control.refusal("PUT", path, 400) == [""]
    assert control.call("PUT", path, 400)["detail"] == "body: a body is required"
    assert control.refusal("PUT", path, 400, data=b"", content_type=JSON) == [""]


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
def test_a_body_over_the_bound_is_refused(control, method, path):
    control.app.config["MAX_CONTENT_LENGTH"] = 10
    assert control.refusal(method, path, 413, data=b'{"name":"a"}', content_type=JSON) == []


def test_the_bound_is_64_mebibytes(control):
    environ = {"CONTENT_LENGTH": str(64 * 1024 * 1024 + 1)}
    body = control.call("POST", "/__admin/sandboxes", 413, environ_overrides=environ, content_type=JSON)
    assert "67108864 bytes" in body["detail"]


def test_a_body_that_ends_too_soon_is_refused(control):
    environ = {"CONTENT_LENGTH": "100"}
    control.refusal("POST", "/__admin/sandboxes", 400, data=b"{}", content_type=JSON, environ_overrides=environ)


@pytest.mark.parametrize(("method", "path"), [("DELETE", "requests"), ("GET", "consents")])
def test_a_body_where_none_is_expected_is_not_looked_at(control, method, path):
    url = f"/__admin/sandboxes/default/{path}"
    control.call(method, url, 204 if method == "DELETE" else 200, data=b"?", content_type="text/plain")


async def refuse(error, send):
    await send_problem(TooLarge(str(error)), send)


class Chunks:
    """The application under the middleware that serves it, called with a body in chunks."""

    def __init__(self, app, limit=1000):
        self.app = Intake(a2wsgi.WSGIMiddleware(app), Bounds(body_bytes=limit), refuse)

    async def __call__(self, scope, receive, send):
        chunks = [b'{"na', b'me":', b'"chunked"}']

        async def piecemeal():
            if not chunks:
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": chunks.pop(0), "more_body": bool(chunks)}

        await self.app(scope, piecemeal, send)


def test_a_body_in_chunks_is_read(control):
    driver = Driver(Chunks(control.app), {"transfer-encoding": "chunked", "content-type": JSON})
    answer = driver.request("POST", "/__admin/sandboxes")
    assert (answer.status, answer.json["name"]) == (201, "chunked")


def test_a_body_in_chunks_is_bounded(control):
    driver = Driver(Chunks(control.app, 10), {"transfer-encoding": "chunked", "content-type": JSON})
    assert driver.request("POST", "/__admin/sandboxes").status == 413


def test_under_its_middleware_it_answers_many_at_once(control):
    driver = Driver(a2wsgi.WSGIMiddleware(control.app), {"content-type": JSON})

    async def crowd():
        paths = ["/__admin/sandboxes"] * 20
        return await asyncio.gather(*(driver.send("POST", path, body=orjson.dumps({})) for path in paths))

    numbers = sorted(int(each.json["name"].removeprefix("s")) for each in asyncio.run(crowd()))
    assert numbers == list(range(numbers[0], numbers[0] + 20))
