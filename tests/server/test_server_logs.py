import json
import logging
import sys

import httpx
import pytest

from mockserver.server.logs import FORMATS
from mockserver.world.journal import CURRENT, Exchange
from tests.driver import Driver
from tests.engine.acme import dispatcher
from tests.test_cli import started, url_of

SECRET = "5ecret-c0ffee"


def record(message, *arguments, exc_info=None):
    return logging.LogRecord("mockserver", logging.ERROR, __file__, 1, message, arguments, exc_info)


def raised(text):
    try:
        {}[text]
    except KeyError:
        return sys.exc_info()


def test_a_record_is_one_object_of_json_on_one_line():
    line = FORMATS["json"]().format(record("a %s\nb \udcff", "«x»", exc_info=raised("why")))
    assert "\n" not in line
    told = json.loads(line)
    assert list(told) == ["time", "level", "logger", "message", "exception"]
    assert told["time"].endswith("Z")
    assert (told["level"], told["logger"], told["message"]) == ("ERROR", "mockserver", "a «x»\nb \udcff")
    assert told["exception"].endswith("KeyError: 'why'")


def test_without_an_exception_none_is_told():
    assert "exception" not in json.loads(FORMATS["json"]().format(record("a")))


@pytest.fixture
def under_way():
    """A request under way, with credentials."""
    headers = [(b"authorization", f"Bearer {SECRET}".encode()), (b"cookie", b"k"), (b"accept", b"text/plain")]
    token = CURRENT.set(Exchange(1, "acme", "GET", "/", "", headers))
    yield
    CURRENT.reset(token)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.usefixtures("under_way")
def test_the_credentials_of_the_request_under_way_are_taken_out(form):
    line = FORMATS[form]().format(
        record("asked text/plain with Bearer %s", SECRET, exc_info=raised(f"no {SECRET} here"))
    )
    assert SECRET not in line
    assert "asked text/plain with [REDACTED]" in line
    assert "no [REDACTED] here" in line


def test_each_request_to_a_vendor_is_a_line_from_info_on(tmp_path, caplog):
    caplog.set_level(logging.INFO, "mockserver.access")
    app, world = dispatcher(tmp_path)
    world.create("t1")
    driver = Driver(app)
    driver.get("/~t1/acme/echo", headers={"authorization": f"Bearer {SECRET}"}, query=b"who=a@b.test")
    driver.get("/acme/nowhere")
    driver.get("/acme/openapi.json")
    first, second = [each.getMessage() for each in caplog.records]
    assert first.startswith("GET /~t1/acme/echo: 401 rejected, echo, ")
    assert first.endswith(" ms")
    assert second.startswith("GET /acme/nowhere: 404 unmatched, no operation, ")


def test_requests_are_not_told_otherwise(tmp_path, caplog):
    caplog.set_level(logging.WARNING, "mockserver.access")
    Driver(dispatcher(tmp_path)[0]).get("/acme/nowhere")
    assert not caplog.records


def test_a_server_logs_as_its_flags_say_from_the_environment_too():
    env = {
        "MOCKSERVER_LOG_FORMAT": "json",
        "MOCKSERVER_LOG_LEVEL": "info",
        "MOCKSERVER_WATCH": "1",
        "MOCKSERVER_EXPLAIN": "1",
        "MOCKSERVER_VENDOR": "xomni",
    }
    with started("--port", "0", env=env) as (process, line):
        answer = httpx.get(url_of(line) + "/xomni/private/mail/subscription/guy@example.com/status")
        assert "mock-clause" in answer.headers
        process.terminate()
        lines = [json.loads(each) for each in process.stderr]
        assert process.wait(timeout=5) == 0
    assert {each["level"] for each in lines} == {"INFO"}
    (told,) = [each["message"] for each in lines if each["logger"] == "mockserver.access"]
    assert told.startswith("GET /xomni/private/mail/subscription/guy@example.com/status: 401 rejected, ")
