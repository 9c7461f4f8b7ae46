import pytest
from prometheus_client.parser import text_string_to_metric_families

from mockserver.world.journal import Exchange, Verdict
from mockserver.world.tally import BOUNDS_MS
from tests.admin.control import Control

XOMNI = "/xomni/private/mail/subscription/guy@example.com/status"


@pytest.fixture
def counting():
    """A control plane that nobody else counts with."""
    return Control()


def count(control, duration_ms=0.3, **what):
    exchange = Exchange(1, "ledger", "PUT", "/people/1", "", [], duration_ms=duration_ms)
    for name, value in {"operation_id": "opt_out", "status": 200, "verdict": Verdict.ACCEPTED, **what}.items():
        setattr(exchange, name, value)
    control.world.tally.count(exchange)


def figures(control, **kwargs):
    """All figures by metric and labels."""
    families = text_string_to_metric_families(control.get("/__admin/metrics", **kwargs).decode())
    return {
        (sample.name, *(f"{name}={value}" for name, value in sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def test_requests_are_counted_by_vendor_operation_status_and_verdict(counting):
    count(counting)
    count(counting)
    count(counting, status=404, verdict=Verdict.REFUSED)
    count(counting, operation_id=None, status=None, verdict=Verdict.UNMATCHED)
    requests = {key[1:]: value for key, value in figures(counting).items() if key[0] == "mockserver_requests_total"}
    assert requests == {
        ("operation=opt_out", "status=200", "vendor=ledger", "verdict=accepted"): 2,
        ("operation=opt_out", "status=404", "vendor=ledger", "verdict=refused"): 1,
        ("operation=", "status=", "vendor=ledger", "verdict=unmatched"): 1,
    }


def test_faults_are_counted_by_their_word_and_the_requests_they_struck_too(counting):
    count(counting, fault="503", status=503, verdict=Verdict.INJECTED)
    count(counting, fault="delay")
    count(counting)
    told = figures(counting)
    faults = {key[1:]: value for key, value in told.items() if key[0] == "mockserver_faults_total"}
    assert faults == {
        ("fault=503", "operation=opt_out", "vendor=ledger"): 1,
        ("fault=delay", "operation=opt_out", "vendor=ledger"): 1,
    }
    assert (
        told["mockserver_requests_total", "operation=opt_out", "status=200", "vendor=ledger", "verdict=accepted"] == 2
    )


def test_durations_are_a_histogram_of_seconds_whatever_became_of_the_request(counting):
    count(counting, duration_ms=0.3)
    count(counting, duration_ms=0.5, status=404)
    count(counting, duration_ms=99_999)
    told = figures(counting)
    labels = ("operation=opt_out", "vendor=ledger")
    name = "mockserver_request_duration_seconds"
    assert told[f"{name}_count", *labels] == 3
    assert told[f"{name}_sum", *labels] == pytest.approx(99.9998)
    buckets = [told[f"{name}_bucket", f"le={bound / 1000}", *labels] for bound in BOUNDS_MS]
    assert buckets == [0, 0, *[2] * (len(BOUNDS_MS) - 2)]
    assert told[f"{name}_bucket", "le=+Inf", *labels] == 3


def test_sandboxes_and_all_of_their_journals_are_measured(counting):
    counting.call("POST", "/__admin/sandboxes", 201, json={"name": "t1"})
    entries = [counting.note(), counting.note("t1"), counting.note("t1")]
    told = {key[0]: value for key, value in figures(counting).items()}
    assert told["mockserver_sandboxes"] == 2
    assert told["mockserver_journal_entries"] == 3
    assert told["mockserver_journal_bytes"] == sum(each.size for each in entries)
    assert told["mockserver_journal_dropped"] == 0


def test_what_journals_dropped_is_told():
    control = Control(journal_size=1)
    control.note(), control.note(), control.note()
    told = {key[0]: value for key, value in figures(control).items()}
    assert (told["mockserver_journal_entries"], told["mockserver_journal_dropped"]) == (1, 2)


def test_the_media_type_says_the_version_of_the_format(counting):
    answer = counting.app.test_client().get("/__admin/metrics")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"


def test_metrics_are_guarded_by_the_token():
    control = Control(token="s3cret")
    control.get("/__admin/metrics", 401)
    assert figures(control, headers={"Authorization": "Bearer s3cret"})[("mockserver_sandboxes",)] == 1
