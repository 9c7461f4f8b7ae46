import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from contract_tests.models._expoints import KINDS
from mockserver.vendors.expoints import Account, Expoints, Settings
from mockserver.world.clock import begin
from tests.driver import Driver
from tests.vendors.expoints_desk import (
    DENIED,
    FORBIDDEN,
    TIMEOUT,
    TOO_MANY,
    UNAVAILABLE,
    ask,
    assert_refused,
    assert_told,
    put,
    rows,
    unchanged,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
OUT = [{"Email": "out@example.com"}]
CHALLENGE = {"www-authenticate": "Bearer"}


@pytest.fixture
def trouble(started, sandbox):
    started.world.reset(sandbox, "trouble", None)
    return sandbox


def stalled(app, *chunks):
    """Send these chunks of a body, and then nothing more."""

    async def call(scope, receive, send):
        left = list(chunks)

        async def next_chunk():
            if left:
                return {"type": "http.request", "body": left.pop(0), "more_body": True}
            return await asyncio.Event().wait()

        await app(scope, next_chunk, send)

    return call


@pytest.mark.clause("EXPOINTS-31", "EXPOINTS-57", "EXPOINTS-C22", "EXPOINTS-C31")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer expoints",
        "Bearer EXPOINTS-TOKEN",
        "Bearer expoints-token x",
        "Bearer expoints-token, Bearer expoints-token",
        "Basic expoints-token",
        "expoints-token",
        "Bearer expired-token",
        "Bearer \xff",
    ],
)
def test_any_credential_but_a_good_token_is_a_401(trouble, driver, authorization, kind):
    with unchanged(trouble):
        answer = ask(driver, OUT, kind, authorization=authorization)
        assert_refused(answer, 401, DENIED, kind, **CHALLENGE)


@pytest.mark.clause("EXPOINTS-31", "EXPOINTS-57")
@pytest.mark.parametrize("word", ["Bearer ", "bearer ", "BEARER  "])
def test_a_good_token_is_taken(driver, word):
    assert_told(ask(driver, OUT, authorization=f"{word}expoints-token"), OUT, [True])


@pytest.mark.clause("EXPOINTS-31", "EXPOINTS-C22")
def test_a_token_ends_at_its_moment(sandbox, driver):
    put(sandbox, Account("short", {"Authorization": "Bearer short"}, expires=NOW + timedelta(hours=1)))
    sandbox.store.set_clock(lambda _: begin(NOW + timedelta(minutes=59, seconds=59)))
    assert_told(ask(driver, OUT, authorization="Bearer short"), OUT, [True])
    sandbox.store.set_clock(lambda _: begin(NOW + timedelta(hours=1)))
    assert_refused(ask(driver, OUT, authorization="Bearer short"), 401, DENIED, **CHALLENGE)
    assert_told(ask(driver, OUT), OUT, [True])


@pytest.mark.clause("EXPOINTS-32", "EXPOINTS-C32")
@pytest.mark.parametrize("kind", KINDS)
def test_a_token_without_the_right_is_a_403(sandbox, driver, kind):
    with unchanged(sandbox):
        answer = ask(driver, OUT, kind, authorization="Bearer readonly-token")
        assert_refused(answer, 403, FORBIDDEN, kind)


@pytest.mark.clause("EXPOINTS-34", "EXPOINTS-C23", "EXPOINTS-C29", "EXPOINTS-C32")
@pytest.mark.parametrize("kind", KINDS)
def test_a_limited_token_is_taken_once_a_minute(trouble, driver, kind):
    limited = {"authorization": "Bearer limited-token"}
    for moment in (NOW, NOW + timedelta(seconds=60), NOW + timedelta(seconds=200)):
        trouble.clock.stand_at(moment)
        assert_told(ask(driver, OUT, kind, **limited), OUT, [True], kind)
        with unchanged(trouble):
            assert_refused(ask(driver, OUT, kind, **limited), 429, TOO_MANY, kind, retry_after="60")
        trouble.clock.stand_at(moment + timedelta(seconds=20, microseconds=1))
        with unchanged(trouble):
            assert_refused(ask(driver, OUT, kind, **limited), 429, TOO_MANY, kind, retry_after="40")
        trouble.clock.stand_at(moment + timedelta(seconds=59, microseconds=999_999))
        with unchanged(trouble):
            assert_refused(ask(driver, OUT, kind, **limited), 429, TOO_MANY, kind, retry_after="1")
        assert_told(ask(driver, OUT, kind), OUT, [True], kind)


@pytest.mark.clause("EXPOINTS-34", "EXPOINTS-C29")
def test_a_limit_is_a_token_s_own_and_counts_what_is_refused_for_its_body(sandbox, driver):
    for name in ("a", "b"):
        put(sandbox, Account(name, {"Authorization": f"Bearer {name}"}, requests_per_minute=3))
    assert [ask(driver, OUT, authorization="Bearer a").status for _ in range(4)] == [200, 200, 200, 429]
    assert ask(driver, b"?", authorization="Bearer b").status == 400
    assert ask(driver, b"?", "text/plain", authorization="Bearer b").status == 415
    assert [ask(driver, OUT, authorization="Bearer b").status for _ in range(2)] == [200, 429]
    assert [(row["account"], row["count"]) for row in rows(sandbox)["Usage"]] == [("a", 3), ("b", 3)]


@pytest.mark.clause("EXPOINTS-36", "EXPOINTS-C23", "EXPOINTS-C29", "EXPOINTS-C32")
@pytest.mark.parametrize("kind", KINDS)
def test_a_token_under_maintenance_is_a_503(trouble, driver, kind):
    with unchanged(trouble):
        answer = ask(driver, OUT, kind, authorization="Bearer maintenance-token")
        assert_refused(answer, 503, UNAVAILABLE, kind, retry_after="60")


@pytest.mark.clause("EXPOINTS-33", "EXPOINTS-C24", "EXPOINTS-C26", "EXPOINTS-C29", "EXPOINTS-C32")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("chunks", [(), (b"",), (b'{"Customers":', b"[")], ids=len)
def test_a_body_that_does_not_arrive_in_time_is_a_408(sandbox, driver, kind, chunks):
    put(sandbox, Settings(body_timeout_s=0.01))
    slow = Driver(stalled(driver.app, *chunks), sandbox=sandbox.name)
    with unchanged(sandbox):
        assert_refused(ask(slow, OUT, kind), 408, TIMEOUT, kind, connection="close")
        answer = ask(slow, OUT, kind, authorization=None)
        assert_refused(answer, 408, TIMEOUT, kind, connection="close")


@pytest.mark.clause("EXPOINTS-C29")
def test_the_wait_for_a_body_is_short_in_trouble_and_a_minute_elsewhere(started, sandbox):
    vendor, records = sandbox.vendors["expoints"], sandbox.store.records("expoints")
    assert vendor.body_timeout_s == 60
    started.world.reset(sandbox, "trouble", None)
    assert vendor.body_timeout_s == 0.5
    records.replace({kind: table for kind, table in records.tables().items() if kind is not Settings})
    assert vendor.body_timeout_s == 60


@pytest.mark.clause("EXPOINTS-C29")
def test_the_scenarios_know_these_accounts(started, sandbox):
    names = {}
    for scenario in ("baseline", "empty", "trouble"):
        started.world.reset(sandbox, scenario, None)
        names[scenario] = [each.name for each in sandbox.store.records("expoints").all(Expoints.account)]
    plain = ["expoints", "readonly"]
    troubled = ["expoints", "limited", "maintenance", "expired"]
    assert names == {"baseline": plain, "empty": plain, "trouble": troubled}
