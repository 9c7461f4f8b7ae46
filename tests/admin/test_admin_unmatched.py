import pytest

from mockserver.admin.nearest import nearest
from mockserver.contract import document
from mockserver.world.journal import Verdict
from tests.admin.test_admin_journal import REQUESTS, used
from tests.driver import Driver

__all__ = ["used"]
SERVED = {name: document.load(name) for name in document.names()}
PATHS = [
    pytest.param(read, each, id=f"{name}-{each.operation_id}")
    for name, read in SERVED.items()
    for each in read.operations
]


def count(control, query=""):
    return control.get(f"{REQUESTS}/count?{query}")["count"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", 6),
        ("vendor=ledger", 5),
        ("operation_id=fetch", 1),
        ("operation_id=opt_out&status=404", 0),
        ("status=404", 2),
        ("verdict=rejected", 1),
        ("since=4", 2),
        ("since=1&status=200&vendor=ledger", 0),
    ],
)
def test_a_count_is_of_what_the_same_filters_list(used, query, expected):
    assert count(used, query) == used.get(f"{REQUESTS}?{query}")["total"] == expected


@pytest.mark.parametrize("below", ["count", "unmatched"])
@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("status=99", "/query/status"),
        ("vendor=quux", "/query/vendor"),
        ("verdict=no", "/query/verdict"),
        ("x=1", "/query/x"),
    ],
)
def test_what_is_no_filter_is_none_here_either(control, below, query, pointer):
    assert control.refusal("GET", f"{REQUESTS}/{below}?{query}", 400) == [pointer]


def test_unmatched_are_those_that_met_no_operation_each_with_reason_and_nearest(used):
    made = used.note(
        verdict=Verdict.UNMATCHED,
        operation_id=None,
        status=404,
        path="/peoples/7",
        reason="no operation has this path",
    )
    found = used.get(f"{REQUESTS}/unmatched?vendor=ledger")
    explained = {"reason": "no operation has this path", "nearest": ["PUT /people/{id}", "GET /people/{id}"]}
    assert found == {"requests": [made.render() | explained], "total": 1, "dropped": 0}


def test_unmatched_are_filtered_and_bounded_as_others(control):
    for number in range(5):
        control.note(verdict=Verdict.UNMATCHED, operation_id=None, status=404 + number % 2, reason="none")
    ids = lambda query: [each["id"] for each in control.get(f"{REQUESTS}/unmatched?{query}")["requests"]]  # noqa: E731
    assert ids("") == [1, 2, 3, 4, 5]
    assert (ids("status=405"), ids("since=3"), ids("limit=2"), ids("verdict=accepted")) == ([2, 4], [4, 5], [4, 5], [])
    assert control.get(f"{REQUESTS}/unmatched?limit=2")["total"] == 5


def test_every_vendor_says_why_a_request_met_no_operation(driver, sandbox, started):
    for name, read in SERVED.items():
        driver.get(f"/{name}/nowhere")
        driver.request("PATCH", f"/{name}" + read.operations[0].path.replace("{", "").replace("}", ""))
    answer = Driver(started.app).get(f"/__admin/sandboxes/{sandbox.name}/requests/unmatched")
    found = [(each["vendor"], each["reason"]) for each in answer.json["requests"]]
    expected = []
    for name, read in SERVED.items():
        allow = ", ".join(each.method for each in read.operations if each.path == read.operations[0].path)
        expected += [
            (name, "no operation has this path"),
            (name, f"this path has no PATCH; its methods are {allow}"),
        ]
    assert found == expected


@pytest.mark.parametrize(("read", "operation"), PATHS)
@pytest.mark.parametrize(
    "slip",
    [
        lambda path: path.replace("{", "").replace("}", ""),
        lambda path: path + "/",
        lambda path: "/v2" + path,
        lambda path: path.upper(),
        lambda path: path[:-1],
        lambda path: path.replace("/", "//", 1),
        lambda path: path.replace("t", "tt", 1),
    ],
    ids=["none", "slash", "prefix", "case", "short", "empty", "letter"],
)
def test_the_operation_that_was_meant_is_among_the_nearest(read, operation, slip):
    sent = slip(operation.path).replace("{", "").replace("}", "")
    found = nearest(operation.method, sent, read.operations)
    assert f"{operation.method} {operation.path}" in found
    assert len(found) == min(3, len(read.operations))


OMEDA = SERVED["omeda"].operations
XOMNI = SERVED["xomni"].operations


def test_the_nearest_comes_first():
    assert nearest("POST", "/webservices/rest/client/CLNT1/optoutqueue/*", OMEDA)[0].endswith("optoutfilterqueue/*")
    assert nearest("POST", "/webservices/rest/client/CLNT1/optinqueue/*", OMEDA)[0].endswith("optinfilterqueue/*")
    assert nearest("PUT", "/mail/subscription/a%40b.c/status", XOMNI)[0].startswith("PUT ")
    assert nearest("POST", "/private/mail/subscription/a/status", XOMNI)[0].startswith("GET ")


@pytest.mark.parametrize("path", ["", "/", "*", "/" * 60_000, "/" + "x" * 60_000, "/%", "/\xff%ff", "/x" * 30_000])
def test_nearest_takes_any_path(path):
    assert len(nearest("GET", path, OMEDA)) == 3
