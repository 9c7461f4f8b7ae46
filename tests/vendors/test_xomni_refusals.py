import asyncio
import unicodedata
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.engine.intake import Bounds
from mockserver.server import Server, Settings
from mockserver.world.clock import begin
from mockserver.world.sandbox import Start
from tests.driver import Driver
from tests.vendors.xomni_desk import MANAGEMENT, PATH, PRIVATE, TICK, ask, assert_refused, rows

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MIB = 1024 * 1024
BLANKS = ["", "%20", "%20%20", "%09", "%0A", "%E2%80%83", "%C2%A0"]
MALFORMED = ["a", "@", "a@", "@b", "a@b@c", "a@@b", "a%2540b", "a@b%20", "%20a@b", "a%20b@c", "a%E2%80%83@b", "a%0A@b"]
MALFORMED += ["a%00@b", "a%7F@b", "a%C2%85@b", "a%FF@b", "%C3@b", "a%EF%BF%BD@b", "a@" + "b" * 253, "..", "%00"]
NOT_FOUND = "Mail subscription info not found."


@pytest.mark.clause("XOMNI-24", "XOMNI-27", "XOMNI-29", "XOMNI-58", "XOMNI-A07", "XOMNI-A08")
@pytest.mark.parametrize("segment", BLANKS)
def test_nothing_or_blanks_are_a_missing_address(driver, segment):
    assert_refused(ask(driver, segment), 400, "Mail address is required.")


@pytest.mark.clause("XOMNI-24", "XOMNI-26", "XOMNI-29", "XOMNI-58", "XOMNI-A07", "XOMNI-A08", "XOMNI-A18", "XOMNI-A24")
@pytest.mark.parametrize("segment", MALFORMED)
def test_anything_else_that_is_no_address_is_not_valid(driver, segment):
    assert_refused(ask(driver, segment), 400, "Mail address is not valid.")


def text_for(address):
    if not address.strip():
        return 400, "Mail address is required."
    bad = any(each.isspace() or unicodedata.category(each) == "Cc" or each in "\ufeff\ufffd" for each in address)
    before, _, after = address.partition("@")
    if bad or len(address) > 254 or not before or not after or "@" in after:
        return 400, "Mail address is not valid."
    return 404, NOT_FOUND


@pytest.mark.clause("XOMNI-05", "XOMNI-A07", "XOMNI-A18", "XOMNI-A24")
@settings(derandomize=True, deadline=None, max_examples=200, database=None)
@given(address=st.text(st.characters(codec="utf-8") | st.sampled_from("@@@@%/ +."), max_size=12))
def test_any_text_is_missing_not_valid_or_unknown(started, address):
    driver = Driver(started.app)
    assert_refused(ask(driver, quote(address, safe="")), *text_for(address))


@pytest.mark.clause("XOMNI-24", "XOMNI-58", "XOMNI-A09", "XOMNI-A26")
@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        f"Bearer {PRIVATE[:-1]}",
        f"Bearer {PRIVATE.upper()}",
        f"Bearer {PRIVATE} {PRIVATE}",
        f"Token {PRIVATE}",
        PRIVATE,
        pytest.param(f"Basic {PRIVATE}", marks=pytest.mark.clause("XOMNI-64")),
        pytest.param("Basic dXNlcjpwYXNzd29yZA==", marks=pytest.mark.clause("XOMNI-64")),
        "Bearer c8bd0f5ebafbac07d55bc5cd16b5968b37a26ba91c7bcdc37e38180f9810b5cd",
    ],
)
def test_any_credential_but_a_good_token_is_a_401(started, sandbox, driver, authorization):
    started.world.reset(sandbox, "trouble", None)
    answer = ask(driver, "guy@example.com", authorization=authorization)
    challenge = {"www-authenticate": "Bearer"}
    assert_refused(answer, 401, "Access token is missing or not valid.", **challenge)


@pytest.mark.clause("XOMNI-24", "XOMNI-43", "XOMNI-58", "XOMNI-A09", "XOMNI-A26")
def test_a_token_without_the_private_role_is_a_403(driver):
    answer = ask(driver, "guy@example.com", authorization=f"Bearer {MANAGEMENT}")
    assert_refused(answer, 403, "Access to this API is not allowed.")


@pytest.mark.clause("XOMNI-03", "XOMNI-05", "XOMNI-24", "XOMNI-58", "XOMNI-A18", "XOMNI-A26")
@pytest.mark.parametrize(
    "path",
    [
        "/private/mail/subscription/guy@example.com",
        "/private/mail/subscription/guy@example.com/",
        "/private/mail/subscription/guy@example.com/status//",
        "/private/mail/subscription/guy@example.com/status/x",
        "/private/mail/subscription/guy@example.com/status%0A",
        "/private/mail/subscription/guy@example.com//status",
        "/private/mail/subscription/a/b@example.com/status",
        "/private/mail/subscription///status",
        "/private//mail/subscription/guy@example.com/status",
        "/private/mail/subscription/status",
        "/private/mail/guy@example.com/status",
        "/",
        "",
    ],
)
def test_any_other_path_is_not_found(driver, path):
    assert_refused(ask(driver, path="/xomni" + path), 404, "Resource not found.")


@pytest.mark.clause("XOMNI-03", "XOMNI-24", "XOMNI-A26", "XOMNI-A27")
@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "POST", "PATCH", "DELETE", "TRACE", "PURGE", "get"])
def test_any_other_method_is_a_405(sandbox, driver, method):
    before = rows(sandbox)
    answer = ask(driver, "guy@example.com", method=method, body=b'{"StatusId": 1}')
    assert_refused(answer, 405, "Method is not allowed.", allow="GET, PUT")
    assert rows(sandbox) == before


@pytest.mark.clause("XOMNI-A11")
@pytest.mark.parametrize(
    ("path", "method", "token", "status", "text"),
    [
        (PATH.format("") + "/x", "POST", "unknown", 404, "Resource not found."),
        (PATH.format(""), "POST", "unknown", 405, "Method is not allowed."),
        (PATH.format(""), "GET", "unknown", 401, "Access token is missing or not valid."),
        (PATH.format(""), "GET", MANAGEMENT, 403, "Access to this API is not allowed."),
        (PATH.format("a"), "GET", MANAGEMENT, 403, "Access to this API is not allowed."),
        (PATH.format("%20" * 300), "GET", PRIVATE, 400, "Mail address is required."),
        (PATH.format("nobody@"), "GET", PRIVATE, 400, "Mail address is not valid."),
        (PATH.format("nobody@example.com"), "GET", PRIVATE, 404, NOT_FOUND),
    ],
)
def test_checks_come_in_their_order(driver, path, method, token, status, text):
    answer = ask(driver, path=path, method=method, authorization=f"Bearer {token}")
    assert (answer.status, answer.json["FriendlyDescription"]) == (status, text)


@pytest.mark.clause("XOMNI-58", "XOMNI-A34")
@pytest.mark.parametrize(
    ("now", "tick"),
    [
        (datetime(1, 1, 1, tzinfo=UTC), 7),
        (datetime(2015, 2, 3, 8, 11, 39, 954971, tzinfo=UTC), 635585478999549717),
        (NOW, TICK),
    ],
)
def test_the_tick_is_the_clock_in_units_of_100_ns(sandbox, driver, now, tick):
    sandbox.store.set_clock(lambda _: begin(now))
    assert_refused(ask(driver, "nobody@example.com"), 404, NOT_FOUND, tick=tick)


@pytest.mark.clause("XOMNI-A34")
def test_a_client_that_reads_the_tick_as_a_double_has_another_one(driver):
    tick = ask(driver, "nobody@example.com").json["IdentifierTick"]
    assert tick > 2**53
    assert int(float(tick)) != tick


@pytest.mark.clause("XOMNI-58")
def test_every_failure_has_an_identifier_of_its_own(driver):
    answers = [ask(driver, segment) for segment in ("nobody@example.com", "nobody@example.com", "", "a")]
    assert len({answer.json["IdentifierGuid"] for answer in answers}) == 4


@pytest.mark.clause("XOMNI-24", "XOMNI-58", "XOMNI-A26", "XOMNI-A28")
def test_a_body_may_have_two_mib_and_no_more(driver):
    assert ask(driver, "guy@example.com", body=b" " * 2 * MIB).status == 200
    answer = ask(driver, "guy@example.com", body=b" " * (2 * MIB + 1))
    assert_refused(answer, 413, "Request is too large.", connection="close")


@pytest.mark.clause("XOMNI-24", "XOMNI-A26", "XOMNI-A28")
def test_header_fields_over_32_kib_are_a_431(driver):
    assert ask(driver, "guy@example.com", x="y" * 32 * 1000).status == 200
    answer = ask(driver, "guy@example.com", x="y" * 32 * 1024)
    assert_refused(answer, 431, "Request headers are too large.", connection="close")


@pytest.mark.clause("XOMNI-24", "XOMNI-A26", "XOMNI-A28")
def test_a_body_that_does_not_arrive_in_time_is_a_408():
    server = Server(Settings(start=Start(now=NOW), bounds=Bounds(body_timeout_s=0.01)))

    async def silent():
        await asyncio.Event().wait()

    async def stalled(scope, receive, send):
        await server.app(scope, silent, send)

    answer = ask(Driver(stalled), "guy@example.com", body=b"?")
    assert_refused(answer, 408, "Request was not received in time.", connection="close")


@pytest.mark.clause("XOMNI-24", "XOMNI-58", "XOMNI-A26")
def test_a_fault_of_the_mock_is_a_500(driver, monkeypatch):
    monkeypatch.setattr("mockserver.vendors.xomni.render", None)
    assert_refused(ask(driver, "guy@example.com"), 500, "Generic error friendly description.")


@pytest.mark.clause("XOMNI-A04", "XOMNI-A11")
def test_the_other_modes_change_nothing(other_mode):
    _, driver, _ = other_mode
    assert ask(driver, "limit@example.com", accept=None).json["StatusId"] == 3
    assert_refused(ask(driver, "nobody@example.com", accept="text/html"), 404, NOT_FOUND)
    assert_refused(ask(driver, ""), 400, "Mail address is required.")
    assert_refused(ask(driver, "a"), 400, "Mail address is not valid.")
