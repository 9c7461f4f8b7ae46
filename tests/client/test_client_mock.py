from datetime import UTC, datetime, timedelta

import pytest

from mockserver.client import ControlError, MockServer
from mockserver.client.records import Exchange
from mockserver.client.wording import received, report
from mockserver.errors import ConfigurationError

STANDING = datetime(2030, 1, 1, tzinfo=UTC)


def test_what_a_client_did_is_told_as_records(mock, optout):
    optout(accept="application/json")
    consent = mock.consents(vendor="omeda", email="TEST@omeda.com")[0]
    (exchange,) = mock.requests(vendor="omeda")
    assert (consent.audience, consent.state, consent.request_id) == ("23", "opted_out", exchange.id)
    assert consent.since == mock.clock.now()
    assert (exchange.operation_id, exchange.verdict, exchange.status) == ("opt_out", "accepted", 200)
    assert exchange.request.json()["BrandOptOut"][0]["BrandId"] == ["XXP"]
    assert dict(exchange.request.headers)["x-omeda-appid"] == "[REDACTED]"
    assert exchange.response.json()["Success"] == "Your submission was successful"
    assert exchange.at.utcoffset() == timedelta()
    assert mock.consents(state="opted_out", email="test@omeda.com")[0] == consent


def test_findings_and_clauses_are_told(mock, http):
    url = f"{mock.url('omeda')}/webservices/rest/client/CLNT1/optoutfilterqueue/*"
    body = {"ClientOptOut": [{"EmailAddress": "test@omeda.com"}], "Note": "x"}
    http.post(url, json=body, headers=mock.credentials("omeda"))
    (exchange,) = mock.requests()
    assert exchange.clauses
    assert "Note" in exchange.findings[0].says
    assert exchange.findings[0].clause.startswith("OMEDA-")
    assert exchange.findings[0].says in report(mock.name, [exchange])


def test_a_body_that_is_no_text_is_told_as_bytes(mock, http):
    http.post(f"{mock.url('omeda')}/nowhere", content=b"\xff\x00")
    (exchange,) = mock.requests()
    assert (exchange.request.encoding, exchange.request.content) == ("base64", b"\xff\x00")


def test_what_was_never_answered_is_told_so():
    request = {"method": "POST", "path": "/x", "query": "a=1", "headers": [], "body": ""}
    times = {"at": "2026-01-01T00:00:00Z", "duration_ms": 1.5}
    told = {"id": 3, "vendor": "acme", "operation_id": None, "request": request, "response": None, **times}
    exchange = Exchange.read({**told, "verdict": "injected", "clauses": [], "findings": [], "fault": "reset", "new": 1})
    assert (exchange.response, exchange.status) == (None, None)
    assert "#3 acme - POST /x?a=1 -> no answer injected (fault reset)" in report("s1", [exchange])


def test_all_requests_are_given_however_many_there_are(mock, http):
    for _ in range(101):
        http.get(mock.url("xomni") + "/private/mail/subscription/guy@example.com/status")
    assert (len(mock.requests()), mock.count(), len(mock.requests(limit=2))) == (101, 101, 2)
    assert [each.id for each in mock.requests(since=100)] == [101]


def test_a_filter_that_the_control_plane_does_not_have_is_refused_with_those_it_has(mock):
    with pytest.raises(ControlError, match=r"no such parameter; there are vendor, .*\(400 urn:mockserver:bad-request"):
        mock.requests(vendr="omeda")


def test_all_that_is_wrong_is_told(mock):
    with pytest.raises(ControlError) as caught:
        mock.event("xomni", "bounce", mail="guy@example.com")
    assert str(caught.value).count("body: ") + str(caught.value).count("/email: ") == len(caught.value.errors) == 2
    assert "more" not in str(caught.value)


def test_a_misfit_of_records_is_pointed_at_and_nothing_changes(mock):
    before = mock.state("omeda")
    with pytest.raises(ControlError) as caught:
        mock.put_state("omeda", before | {"Brand": [{"client": "CLNT1"}]})
    assert (caught.value.status, caught.value.errors[0][0]) == (400, "/Brand/0/brand_id")
    assert mock.state("omeda") == before


@pytest.mark.parametrize(
    "ask",
    [
        lambda mock: mock.url("acme"),
        lambda mock: mock.credentials("acme"),
        lambda mock: mock.state("../consents"),
        lambda mock: mock.put_state("acme", {}),
        lambda mock: mock.event("acme", "bounce"),
        lambda mock: mock.assert_called("acme", "opt_out"),
    ],
)
def test_an_unknown_vendor_is_named_with_those_there_are(mock, ask):
    with pytest.raises(ConfigurationError, match=r"there is no vendor '.*' here; served are aimbase, "):
        ask(mock)


def test_an_unknown_account_is_named_with_those_there_are(mock):
    with pytest.raises(ConfigurationError, match="omeda has no account 'x'; it has CLNT1, CLNT2, CLNT3"):
        mock.credentials("omeda", "x")
    with pytest.raises(ConfigurationError, match="cursor has no account 'x'; it has none"):
        mock.credentials("cursor", "x")


def test_an_unknown_operation_is_named_with_the_nearest(mock):
    with pytest.raises(ConfigurationError, match="omeda has no operation 'optOut'; did you mean opt_out"):
        mock.assert_called("omeda", "optOut", times=0)
    with pytest.raises(
        ConfigurationError, match=r"no operation 'x'; did you mean opt_out or opt_in or look_filters_up"
    ):
        mock.assert_called("omeda", "x")


def test_calls_are_counted_however_they_were_answered_unless_narrowed(mock, optout):
    mock.assert_called("omeda", "opt_out", times=0)
    optout()
    optout(brand="nobody's")
    mock.assert_called("omeda", "opt_out")
    mock.assert_called("omeda", "opt_out", times=2)
    mock.assert_called("omeda", "opt_out", times=1, status=200)
    with pytest.raises(AssertionError) as caught:
        mock.assert_called("omeda", "opt_out", times=2, verdict="accepted", status=200)
    first, second, *rows = str(caught.value).splitlines()
    assert first == (
        "omeda opt_out (verdict=accepted, status=200) was called 1 time, expected 2 times: "
        "POST /webservices/rest/client/{clientAbbreviation}/optoutfilterqueue/*"
    )
    assert second == f"sandbox {mock.name} received 2 requests:"
    assert rows[0] == "  #1 omeda opt_out POST /webservices/rest/client/CLNT1/optoutfilterqueue/* -> 200 accepted"
    assert rows[1].endswith("-> 400 refused")


def test_a_call_too_many_fails_though_none_was_expected(mock, optout):
    optout()
    with pytest.raises(AssertionError, match="was called 1 time, expected 0 times"):
        mock.assert_called("omeda", "opt_out", times=0)


def test_where_nothing_came_the_failure_says_what_the_client_should_call(mock):
    with pytest.raises(AssertionError, match=rf"sandbox {mock.name} received nothing: does the client call mock\.url"):
        mock.assert_called("omeda", "opt_out")
    assert report(mock.name, []) == received(mock.name, [])


def test_of_many_requests_a_failure_tells_the_latest(mock, optout):
    for _ in range(21):
        optout()
    with pytest.raises(AssertionError) as caught:
        mock.assert_called("xomni", "fetch_mail_subscription_status")
    _, head, *rows = str(caught.value).splitlines()
    assert head.endswith("received 21 requests, of which the latest 20 are:")
    assert [row.split()[0] for row in rows] == [f"#{number}" for number in range(2, 22)]


def test_a_report_shortens_long_bodies(mock, optout):
    optout(email="x" * 500 + "@example.com")
    assert "characters)" in report(mock.name, mock.requests())


def test_the_clock_moves_as_told(mock):
    assert mock.clock.stop_at(STANDING) == STANDING == mock.clock.now()
    assert mock.clock.advance(timedelta(days=1)) == STANDING + timedelta(days=1)
    assert not mock.clock.running
    assert mock.clock.run() >= STANDING + timedelta(days=1)
    assert mock.clock.running
    assert mock.clock.stop_at() == mock.clock.now()
    with pytest.raises(ControlError, match="bad-request"):
        mock.clock.stop_at("2029-01-01T00:00:00Z")
    with pytest.raises(ValueError, match="2031-01-01T00:00:00 has no zone"):
        mock.clock.stop_at(datetime(2031, 1, 1))  # noqa: DTZ001 - what is refused


def test_a_sandbox_begins_as_asked_for_and_anew_as_asked_for(server, optout):
    with server.sandbox(name="as-asked", scenario="empty", seed=7, now=STANDING) as mock:
        assert (mock.name, mock.consents(), mock.clock.now()) == ("as-asked", [], STANDING)
        assert server.find("as-asked").url("omeda") == mock.url("omeda") == f"{server.url}/~as-asked/omeda"
        assert repr(mock) == f"<Mock as-asked at {server.url}>"
        mock.reset(scenario="baseline", seed=1)
        assert mock.consents()
        mock.reset()
        assert mock.consents()
        with pytest.raises(ControlError, match="urn:mockserver:conflict"):
            server.sandbox(name="as-asked")
    assert "as-asked" not in server.sandboxes()


def test_a_sandbox_that_is_gone_may_end_again_but_default_may_not(server):
    with server.sandbox() as mock:
        mock.delete()
    with pytest.raises(ControlError, match="409"):
        server.find().delete()


def test_two_sandboxes_see_nothing_of_each_other(server, mock, optout):
    with server.sandbox() as other:
        optout()
        assert (mock.count(), other.count()) == (1, 0)


def test_a_server_tells_where_it_is(server):
    assert repr(server) == f"<MockServer at {server.url}>"
    assert MockServer(server.url + "/").url == server.url


def test_a_snapshot_brings_back_what_was(mock, optout):
    mock.clock.stop_at(STANDING)
    optout()
    before, consents = mock.snapshot("one opt-out"), mock.consents()
    assert (before.name, before.taken_at) == ("one opt-out", STANDING)
    mock.clock.advance(60)
    optout(brand="XXD")
    mock.restore(before)
    assert (mock.consents(), mock.count(), mock.clock.now()) == (consents, 0, STANDING)
    assert mock.snapshots() == [before]
    assert mock.snapshot().name is None


def test_a_snapshot_of_another_sandbox_is_refused(server, mock):
    with server.sandbox() as other:
        taken = other.snapshot()
        with pytest.raises(ControlError, match="urn:mockserver:unknown-snapshot"):
            mock.restore(taken)


def test_faults_are_put_and_tell_what_they_counted(mock, optout):
    put = mock.faults(
        {"match": {"vendor": "omeda", "operation_id": "opt_out", "nth": [2]}, "fault": "500-after-commit"},
        {"rate": {"limit": 100, "per_s": 1}, "match": {"vendor": "expoints"}},
    )
    assert [(each.id, each.fault, each.rate and each.rate["limit"], each.times) for each in put] == [
        (1, "500-after-commit", None, None),
        (2, None, 100, None),
    ]
    assert [optout(email).status_code for email in ("a@omeda.com", "b@omeda.com")] == [200, 500]
    assert [each.state for each in mock.consents("omeda", "b@omeda.com")] == ["opted_out"] * 3
    assert [(each.matched, each.fired) for each in mock.rules()] == [(2, 1), (0, 0)]
    assert [each.fault for each in mock.requests()] == [None, "500-after-commit"]
    assert mock.faults() == mock.rules() == []


def test_a_fault_that_does_not_exist_is_pointed_at_and_nothing_changes(mock):
    before = mock.faults({"match": {"vendor": "xomni"}, "fault": "500-after-commit"})
    with pytest.raises(ControlError) as caught:
        mock.faults({"fault": "flood"})
    assert (caught.value.status, caught.value.errors[0][0]) == (400, "/rules/0/fault")
    assert mock.rules() == before


def test_what_met_no_operation_is_told_with_what_was_probably_meant(mock, optout):
    optout()
    mock.assert_no_unmatched()
    optout(path="optoutqueue/*")
    with pytest.raises(AssertionError) as caught:
        mock.assert_no_unmatched()
    head, row, nearest, *_ = str(caught.value).splitlines()
    assert head == f"1 request to sandbox {mock.name} met no operation:"
    assert row.startswith("  #2 omeda - POST /webservices/rest/client/CLNT1/optoutqueue/* -> 404 unmatched: no ")
    assert nearest == "    nearest: POST /webservices/rest/client/{clientAbbreviation}/optoutfilterqueue/*"
    assert [each.id for each in mock.unmatched(vendor="omeda")] == [2]
    assert mock.requests(status=404)[0].reason is None
