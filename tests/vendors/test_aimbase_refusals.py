from datetime import UTC, datetime, timedelta

import pytest

from mockserver.world.clock import begin
from mockserver.world.sandbox import Mode
from tests.vendors.aimbase_desk import (
    DENIED,
    INVALID,
    MISSPELT,
    PATH,
    TABLES,
    TOKEN,
    ask,
    assert_found,
    assert_not_found,
    assert_refused,
    base_of,
    findings,
    in_mode,
    numbers,
    person,
    records,
    rows_of,
    state,
    store,
)

ISSUED = datetime(2018, 10, 11, 5, 33, 24, tzinfo=UTC)
EXPIRING = "Avala-Api expired:5d0c7a9e-3b52-4e0f-9c41-27f6b8e1d304"
CHALLENGE = {"www_authenticate": "Avala-Api"}
CREDENTIALS = [{"clauses": [], **row} for row in TABLES["credentials"]]


def text_of(row):
    return row.get("whole") or INVALID + row["text"]


@pytest.mark.clause("AIMBASE-05", "AIMBASE-B11", "AIMBASE-B36", "AIMBASE-B44")
@pytest.mark.parametrize("row", rows_of(TABLES["refused"] + TABLES["cases"]))
def test_a_query_that_is_not_understood_is_a_400_in_these_words(sandbox, driver, row):
    before = state(sandbox)
    assert_refused(ask(driver, row["query"]), 400, text_of(row))
    assert state(sandbox) == before


@pytest.mark.clause("AIMBASE-05", "AIMBASE-B11")
@pytest.mark.parametrize("mode", [Mode.STRICT, Mode.LENIENT])
def test_the_other_modes_refuse_the_same_in_the_same_words(mode):
    driver, _ = in_mode(mode)
    for row in TABLES["refused"]:
        assert_refused(ask(driver, row["query"]), 400, text_of(row))


@pytest.mark.parametrize("row", rows_of(TABLES["cases"]))
def test_under_lenient_names_may_have_any_letter_case(row):
    driver, sandbox = in_mode(Mode.LENIENT)
    rows = records(sandbox)
    assert_found(driver, ask(driver, row["query"]), [rows[each] for each in numbers(row["ids"])])


@pytest.mark.clause("AIMBASE-B32")
def test_strict_has_exact_letter_case_too():
    driver, _ = in_mode(Mode.STRICT)
    for row in TABLES["cases"]:
        assert_refused(ask(driver, row["query"]), 400, text_of(row))


@pytest.mark.clause("AIMBASE-B28")
def test_a_plus_sign_that_is_not_encoded_is_a_blank(driver):
    answer = ask(driver, b"$filter=Email+eq+'jane+news@example.com'")
    assert_found(driver, answer, [])
    zone = ask(driver, b"$filter=OptInDate%20gt%202017-10-13T13:29:51+05:00")
    assert "text '2017-10-13T13:29:51' should be in format" in zone.json["error"]["message"]


@pytest.mark.clause("AIMBASE-06", "AIMBASE-09", "AIMBASE-10", "AIMBASE-11", "AIMBASE-29", "AIMBASE-60")
@pytest.mark.clause("AIMBASE-B11", "AIMBASE-B12", "AIMBASE-B34", "AIMBASE-B36")
@pytest.mark.parametrize("row", rows_of(CREDENTIALS))
def test_any_credential_but_a_good_token_is_a_401(started, sandbox, driver, row):
    started.world.reset(sandbox, "trouble", None)
    sent = {name: row[name] for name in ("authenticate", "authorization") if name in row}
    assert_refused(ask(driver, **sent), 401, DENIED, **CHALLENGE)


@pytest.mark.clause("AIMBASE-51", "AIMBASE-B15")
@pytest.mark.parametrize(
    ("age", "status"),
    [(timedelta(), 200), (timedelta(minutes=20, microseconds=-1), 200), (timedelta(minutes=20), 401)],
)
def test_a_token_is_good_for_twenty_minutes_used_or_not(started, sandbox, driver, age, status):
    started.world.reset(sandbox, "trouble", None)
    for each in (ISSUED, ISSUED + age):
        sandbox.store.set_clock(lambda _, now=each: begin(now))
        found = ask(driver, authenticate=EXPIRING).status
    assert found == status
    assert ask(driver).status == 200


@pytest.mark.clause("AIMBASE-B15")
def test_the_token_of_a_fixture_does_not_expire(sandbox, driver):
    sandbox.store.set_clock(lambda _: begin(datetime(2076, 1, 1, tzinfo=UTC)))
    assert ask(driver).status == 200


@pytest.mark.clause("AIMBASE-13", "AIMBASE-54", "AIMBASE-B34", "AIMBASE-B40")
@pytest.mark.parametrize(
    "path",
    [
        "/odata/v2/Subscribers",
        "/odata/v2/SubscriberOptIns",
        "/odata/v2/SubscriberOptIn//",
        "/odata/v2/SubscriberOptIn/x",
        "/odata/v2//SubscriberOptIn",
        "/odata/v2/SubscriberOptIn%0A",
        "/odata/v2/Subscriber%2FOptIn",
        "/odata/v1/SubscriberOptIn",
        "/odata/SubscriberOptIn",
        "/SubscriberOptIn",
        "/api/odata/v2/SubscriberOptIn",
        "/",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_any_other_path_is_a_404_of_the_plain_shape(driver, method, path):
    assert_not_found(ask(driver, "$top=1", path="/aimbase" + path, method=method), base_of(driver) + path)


@pytest.mark.clause("AIMBASE-30", "AIMBASE-B01", "AIMBASE-B33")
@pytest.mark.parametrize(
    ("method", "token", "query", "status"),
    [("POST", TOKEN, "", 405), ("HEAD", "x", "", 405), ("GET", "x", "", 401), ("GET", TOKEN, "$top=x", 400)],
)
def test_under_lenient_the_misspelt_path_refuses_as_the_right_one(method, token, query, status):
    driver, sandbox = in_mode(Mode.LENIENT)
    answers, exchanges = [], []
    for path in (PATH, MISSPELT):
        answers.append(ask(driver, query, path=path, method=method, authenticate=token))
        exchanges.append(sandbox.store.journal.entries()[0][-1])
    assert answers[0] == answers[1]
    assert answers[0].status == status
    first, second = ((each.verdict, each.operation_id, each.clauses) for each in exchanges)
    assert first == second


@pytest.mark.clause("AIMBASE-44", "AIMBASE-B11", "AIMBASE-B24", "AIMBASE-B34", "AIMBASE-B36")
@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PURGE", "get"])
def test_any_other_method_is_a_405(sandbox, driver, method):
    before = state(sandbox)
    answer = ask(driver, method=method, body=b'{"Id":1519,"IsOptedIn":true}')
    text = f"The requested resource does not support http method '{method}'."
    assert_refused(answer, 405, text, allow="GET")
    assert state(sandbox) == before


@pytest.mark.clause("AIMBASE-B33")
@pytest.mark.parametrize(
    ("path", "method", "token", "status"),
    [
        (MISSPELT, "POST", "unknown", 404),
        (PATH, "POST", "unknown", 405),
        (PATH, "GET", "unknown", 401),
        (PATH, "GET", EXPIRING, 401),
    ],
)
def test_checks_come_in_their_order(started, sandbox, driver, path, method, token, status):
    started.world.reset(sandbox, "trouble", None)
    answer = ask(driver, "$filter=(&$foo", path=path, method=method, authenticate=token)
    assert answer.status == status
    assert ask(driver, "$filter=(&$foo").status == 400


@pytest.mark.clause("AIMBASE-07", "AIMBASE-B11", "AIMBASE-B34", "AIMBASE-B36")
def test_a_fault_of_the_mock_is_a_500(driver, monkeypatch):
    monkeypatch.setattr("mockserver.vendors.aimbase._rendering", None)
    assert_refused(ask(driver), 500, "An internal error has occurred.")


@pytest.mark.clause("AIMBASE-21", "AIMBASE-B07")
def test_a_finding_stays_with_a_query_that_fails_at_a_row(sandbox, driver):
    store(sandbox, person(5))
    answer = ask(driver, "$filter=1 div (Id sub 5) eq 1")
    assert_refused(answer, 400, INVALID + "Attempted to divide by zero.")
    assert findings(sandbox) == [("AIMBASE-B07", "$filter on Id, which the page does not list")]
