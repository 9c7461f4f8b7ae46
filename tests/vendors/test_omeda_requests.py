import asyncio

import orjson
import pytest

from mockserver.engine.intake import Bounds
from mockserver.server import Server, Settings
from mockserver.world.sandbox import Start
from tests.driver import Driver
from tests.vendors.omeda_desk import (
    NOW,
    ONE,
    PATH,
    TABLES,
    assert_refused,
    assert_taken,
    check_refused,
    filters,
    rows,
    submit,
)

MOUNT = "/omeda"
MIB = 1024 * 1024


@pytest.mark.clause("OMEDA-09", "OMEDA-12", "OMEDA-13", "OMEDA-14", "OMEDA-A06", "OMEDA-A07")
@pytest.mark.parametrize("content_type", TABLES["content_types"]["taken"])
def test_json_is_taken_by_name_and_without_any(sandbox, driver, content_type):
    assert_taken(submit(driver, headers={"content-type": content_type}))
    assert ("a@example.com", 23) in filters(sandbox)


@pytest.mark.clause("OMEDA-12", "OMEDA-14", "OMEDA-47", "OMEDA-A06", "OMEDA-A37")
@pytest.mark.parametrize("content_type", TABLES["content_types"]["refused"])
def test_any_other_content_type_is_a_400(sandbox, driver, content_type):
    lines = [f"The content type {content_type} is not supported."]
    check_refused(sandbox, driver, {"headers": {"content-type": content_type}, "lines": lines})


@pytest.mark.clause("OMEDA-A06")
def test_a_charset_is_what_the_body_is_read_with(sandbox, driver):
    sent = orjson.dumps({"ClientOptOut": [{"EmailAddress": "jürgen@example.com"}]})
    assert_taken(submit(driver, raw=sent, headers={"content-type": "application/json; charset=utf-8"}))
    ascii_only = {"content-type": "application/json; charset=us-ascii"}
    lines = ["The request body is not a valid JSON object."]
    check_refused(sandbox, driver, {"raw": sent, "headers": ascii_only, "lines": lines})


@pytest.mark.clause("OMEDA-47", "OMEDA-A10", "OMEDA-A37")
@pytest.mark.parametrize(
    "raw",
    [*TABLES["no_objects"], b'{"a":"\xff"}', "{}".encode("utf-16"), b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"],
    ids=lambda raw: repr(raw[:12]),
)
def test_what_is_no_json_object_has_one_line(sandbox, driver, raw):
    check_refused(sandbox, driver, {"raw": raw, "lines": ["The request body is not a valid JSON object."]})


@pytest.mark.clause("OMEDA-101", "OMEDA-A10", "OMEDA-A26", "OMEDA-A36")
@pytest.mark.parametrize("address", [*TABLES["addresses"]["refused"], "a@" + "b" * 253, "a b" * 100])
@pytest.mark.parametrize(
    ("level", "more"),
    [("ClientOptOut", {}), ("BrandOptOut", {"BrandId": "XXP"}), ("DeploymentTypeOptOut", {"DeploymentTypeId": 23})],
    ids=["client", "brand", "type"],
)
def test_a_malformed_address_has_one_line_with_the_address(sandbox, driver, address, level, more):
    send = {level: [{"EmailAddress": address, **more}]}
    check_refused(sandbox, driver, {"send": send, "lines": [f"EmailAddress is not valid {address}"]})


@pytest.mark.clause("OMEDA-A33", "OMEDA-A36")
@pytest.mark.parametrize("address", [*TABLES["addresses"]["taken"], "a@" + "b" * 252])
def test_any_other_address_is_taken_though_nobody_has_it(sandbox, driver, address):
    assert_taken(submit(driver, {"BrandOptOut": [{"EmailAddress": address, "BrandId": "XXP"}]}))
    assert [each.deployment_type_id for each in filters(sandbox).values() if each.email == address] == [23, 25, 26]


@pytest.mark.clause("OMEDA-06", "OMEDA-49", "OMEDA-A28", "OMEDA-A29", "OMEDA-A37")
@pytest.mark.parametrize(
    "path",
    [
        "/webservices/rest/client/CLNT1/optoutfilterqueue",
        "/webservices/rest/client/CLNT1/optoutfilterqueue/",
        "/webservices/rest/client/CLNT1/optoutfilterqueue/*/",
        "/webservices/rest/client/CLNT1/optoutfilterqueue/**",
        "/webservices/rest/client/CLNT1/optoutfilterqueue/%252A",
        "/webservices/rest/client/CLNT1/optoutfilterqueue/*%0A",
        "/webservices/rest/client/CLNT1/OptOutFilterQueue/*",
        "/WebServices/rest/client/CLNT1/optoutfilterqueue/*",
        "/webservices/rest/brand/CLNT1/optoutfilterqueue/*",
        "/webservices/rest/client/CLNT1/x/optoutfilterqueue/*",
        "/",
        "",
    ],
)
def test_any_other_path_is_a_404(sandbox, driver, path):
    lines = ["The resource requested was not found."]
    check_refused(sandbox, driver, {"path": MOUNT + path, "status": 404, "lines": lines})


@pytest.mark.clause("OMEDA-06", "OMEDA-A28")
@pytest.mark.parametrize("asterisk", ["*", "%2A", "%2a"])
def test_the_asterisk_may_be_encoded_and_a_query_is_ignored(sandbox, driver, asterisk):
    path = "/omeda/webservices/rest/client/CLNT1/optoutfilterqueue/" + asterisk
    appid = {"x-omeda-appid": "11111111-1111-1111-1111-111111111111"}
    assert_taken(driver.request("POST", path, headers=appid, body=orjson.dumps(ONE), query=b"ClientOptOut=x&="))
    assert ("a@example.com", 23) in filters(sandbox)


@pytest.mark.clause("OMEDA-16", "OMEDA-50", "OMEDA-A29", "OMEDA-A37")
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE", "post"])
def test_any_other_method_is_a_405(sandbox, driver, method):
    lines = [f"The HTTP method {method} is not allowed for this resource."]
    check_refused(sandbox, driver, {"method": method, "status": 405, "lines": lines})


@pytest.mark.clause("OMEDA-A41")
@pytest.mark.parametrize(
    "host",
    [
        pytest.param("ows.omeda.com", marks=pytest.mark.clause("OMEDA-04")),
        pytest.param("ows.omedastaging.com", marks=pytest.mark.clause("OMEDA-05")),
        "OWS.Omeda.com:443",
        "omeda.localhost:8080",
    ],
)
def test_every_host_shows_the_one_state(sandbox, driver, host):
    assert_taken(submit(driver, path=PATH.format("CLNT1").removeprefix(MOUNT), headers={"host": host}))
    assert ("a@example.com", 23) in filters(sandbox)


@pytest.mark.clause("OMEDA-A32", "OMEDA-A37")
def test_a_body_may_have_two_mib_and_no_more(sandbox, driver):
    body = orjson.dumps(ONE).ljust(2 * MIB)
    assert_taken(submit(driver, raw=body))
    before = rows(sandbox)
    assert_refused(submit(driver, raw=body + b" "), ["The request body is too large."], 413, connection="close")
    assert rows(sandbox) == before


@pytest.mark.clause("OMEDA-A32")
def test_there_is_no_limit_on_elements_or_calls(sandbox, driver):
    elements = [{"EmailAddress": f"a{number}@example.com"} for number in range(1000)]
    assert_taken(submit(driver, {"ClientOptOut": elements}))
    for _ in range(200):
        assert_taken(submit(driver))
    assert len([each for each in filters(sandbox).values() if each.email.startswith("a")]) == 8001


@pytest.mark.clause("OMEDA-A37", "OMEDA-A39")
def test_header_fields_over_32_kib_are_a_431(driver):
    lines = ["The request headers are too large."]
    assert_refused(submit(driver, headers={"x": "y" * 32 * 1024}), lines, 431, connection="close")
    assert_taken(submit(driver, headers={"x": "y" * 32 * 1000}))


@pytest.mark.clause("OMEDA-A37", "OMEDA-A38")
def test_a_body_that_does_not_arrive_in_time_is_a_408():
    server = Server(Settings(start=Start(now=NOW), bounds=Bounds(body_timeout_s=0.01)))

    async def silent():
        await asyncio.Event().wait()

    async def stalled(scope, receive, send):
        await server.app(scope, silent, send)

    answer = submit(Driver(stalled))
    assert_refused(answer, ["The request was not received in time."], 408, connection="close")


@pytest.mark.clause("OMEDA-A37", "OMEDA-A40")
def test_a_fault_of_the_mock_is_a_500_that_stores_nothing(sandbox, driver, monkeypatch):
    monkeypatch.setattr("mockserver.vendors.omeda.queue.Filter", None)
    lines = ["The request could not be processed."]
    check_refused(sandbox, driver, {"status": 500, "lines": lines})
