import pytest

from mockserver.world.journal import Finding, Verdict
from tests.admin.control import Control

REQUESTS = "/__admin/sandboxes/default/requests"


def ids(control, query=""):
    body = control.get(f"{REQUESTS}?{query}")
    return [each["id"] for each in body["requests"]], body["total"]


@pytest.fixture
def used(control):
    other = next(name for name in control.vendors if name != "ledger")
    control.note()
    control.note(operation_id="fetch", status=404, verdict=Verdict.REFUSED)
    control.note(vendor=other, operation_id=None, status=404, verdict=Verdict.UNMATCHED)
    control.note(status=None, verdict=Verdict.REJECTED)
    control.note(verdict=Verdict.INJECTED, status=503, fault="503")
    control.note(verdict=Verdict.CRASHED, status=500)
    control.other = other
    return control


def test_a_fresh_journal_is_empty(control):
    assert list(control.get(REQUESTS).items()) == [("requests", []), ("total", 0), ("dropped", 0)]


def test_an_exchange_is_shown_whole(control):
    made = control.note(
        query="a=b",
        request_body=b'{"a":1}',
        response_body=b"\xff",
        response_headers=[(b"content-type", b"text/plain")],
        clauses=("LEDGER-1",),
        findings=[Finding("LEDGER-2", "odd")],
    )
    assert control.get(REQUESTS)["requests"] == [made.render()]


def test_what_was_sent_as_a_credential_is_not_shown(control):
    control.note(request_headers=[(b"Authorization", b"Bearer s3cret")])
    assert "s3cret" not in str(control.get(REQUESTS))


def test_an_exchange_without_an_answer_has_none(control):
    control.note(status=None, verdict=Verdict.REJECTED, operation_id=None)
    assert control.get(REQUESTS)["requests"][0]["response"] is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [1, 2, 3, 4, 5, 6]),
        ("vendor=ledger", [1, 2, 4, 5, 6]),
        ("operation_id=fetch", [2]),
        ("operation_id=opt_out&status=404", []),
        ("status=404", [2, 3]),
        ("status=404&vendor=ledger", [2]),
        ("verdict=rejected", [4]),
        ("verdict=injected", [5]),
        ("verdict=crashed", [6]),
        ("since=0", [1, 2, 3, 4, 5, 6]),
        ("since=4", [5, 6]),
        ("since=6", []),
        ("since=" + "9" * 40, []),
        ("since=1&status=200", []),
    ],
)
def test_requests_are_filtered(used, query, expected):
    assert ids(used, query) == (expected, len(expected))


def test_another_vendors_requests_are_found(used):
    assert ids(used, f"vendor={used.other}") == ([3], 1)


@pytest.mark.parametrize(
    ("query", "expected", "total"),
    [("limit=1", [6], 6), ("limit=2&status=404", [2, 3], 2), ("limit=2&since=1", [5, 6], 5), ("limit=10000", None, 6)],
)
def test_the_newest_are_given_oldest_first_and_total_counts_all_that_match(used, query, expected, total):
    assert ids(used, query) == (expected or [1, 2, 3, 4, 5, 6], total)


def test_a_hundred_are_given_unless_told_otherwise(control):
    for _ in range(101):
        control.note()
    assert ids(control) == (list(range(2, 102)), 101)


def test_dropped_counts_what_the_journal_no_longer_holds():
    control = Control(journal_size=2)
    for _ in range(5):
        control.note()
    assert ids(control) == ([4, 5], 2)
    assert control.get(REQUESTS)["dropped"] == 3


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limit=0", "/query/limit"),
        ("limit=10001", "/query/limit"),
        ("limit=ten", "/query/limit"),
        ("limit=1.5", "/query/limit"),
        ("limit=%D9%A3", "/query/limit"),
        ("limit=", "/query/limit"),
        ("limit=1&limit=2", "/query/limit"),
        ("since=-1", "/query/since"),
        ("status=99", "/query/status"),
        ("status=2xx", "/query/status"),
        ("verdict=ACCEPTED", "/query/verdict"),
        ("operation_id=a%20b", "/query/operation_id"),
        ("vendor=quux", "/query/vendor"),
        ("operation_id=never", "/query/operation_id"),
        ("operationId=fetch", "/query/operationId"),
    ],
)
def test_a_filter_that_is_none_is_refused(control, query, pointer):
    assert control.refusal("GET", f"{REQUESTS}?{query}", 400) == [pointer]


def test_a_refused_parameter_says_what_is_wrong_with_it(control):
    body = control.get(f"{REQUESTS}?limit=0", 400)
    assert body["detail"] == "/query/limit: 0 is less than the minimum of 1"
    assert control.get(f"{REQUESTS}?x=0&limit=0", 400)["detail"].endswith(" (and 1 more)")


def test_forgetting_empties_the_journal_and_ids_go_on(used):
    used.call("DELETE", REQUESTS, 204)
    assert ids(used) == ([], 0)
    assert used.note().id == 7
    assert ids(used) == ([7], 1)


def test_forgetting_refuses_filters(used):
    assert used.refusal("DELETE", f"{REQUESTS}?vendor=ledger", 400) == ["/query/vendor"]
