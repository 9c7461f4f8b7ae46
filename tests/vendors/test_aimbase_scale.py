import threading
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from mockserver.engine import operation
from mockserver.vendors.aimbase.records import Subscriber
from tests.vendors.aimbase_desk import TOKEN

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SET = "/aimbase/odata/v2/SubscriberOptIn"


@pytest.fixture
def threads(monkeypatch):
    """The threads in which rows are gone over."""
    seen = []
    plain = vars(operation.BoundOperation)["_write"]

    def noting(self, call, result):
        seen.append(threading.current_thread() is threading.main_thread())
        plain(self, call, result)

    monkeypatch.setattr(operation.BoundOperation, "_write", noting)
    return seen


def fill(sandbox, count):
    with sandbox.store.records("aimbase").transaction() as tx:
        for number in range(100_000, 100_000 + count):
            tx.put(Subscriber(number, f"a{number}@x.com", number % 2 == 0, NOW, NOW))


def get(driver, path="", **options):
    query = "&".join(f"${name}={quote(str(value))}" for name, value in options.items())
    answer = driver.get(SET + path, headers={"authenticate": TOKEN}, query=query.encode())
    assert answer.status == 200, answer
    return answer


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("(100007)", {}),
        ("", {"filter": "Email eq 'a100007@x.com'"}),
        ("", {"filter": "Id eq 100007 and IsOptedIn eq false"}),
        ("", {"top": 5, "skip": 200}),
        ("", {"top": 5, "orderby": "Id"}),
        ("/$count", {}),
    ],
)
def test_a_look_up_and_a_page_stay_on_the_loop(sandbox, driver, threads, path, options):
    fill(sandbox, operation.MANY + 1)
    get(driver, path, **options)
    assert threads == [True]


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("", {"filter": "contains(Email,'7@')"}),
        ("", {"orderby": "Email desc", "top": 5}),
        ("", {}),
        ("/$count", {"filter": "IsOptedIn eq true"}),
    ],
)
def test_what_goes_over_many_rows_does_so_beside_the_loop(sandbox, driver, threads, path, options):
    fill(sandbox, operation.MANY + 1)
    get(driver, path, **options)
    assert threads == [False]


def test_a_finding_of_a_long_scan_is_noted_with_its_request(sandbox, driver):
    fill(sandbox, operation.MANY + 1)
    get(driver, filter="Id gt 5")
    assert [each.clause for each in sandbox.store.journal.entries()[0][-1].findings] == ["AIMBASE-B07"]


@pytest.mark.parametrize("order", [None, "Id", "Id desc", "Email desc,Id", "IsOptedIn,Email"])
@pytest.mark.parametrize("condition", [None, "Email eq 'a100003@x.com'", "Id eq 100003", "IsOptedIn eq true"])
def test_rows_by_an_index_are_those_of_a_scan(sandbox, driver, order, condition):
    fill(sandbox, 9)
    asked = {"filter": condition} if condition else {}
    scanned = {"filter": f"({condition}) or false" if condition else "true"}
    asked |= {"orderby": order} if order else {}
    scanned |= {"orderby": order} if order else {}
    for cut in ({}, {"top": 3}, {"skip": 2, "top": 2}, {"skip": 100}):
        assert get(driver, **asked, **cut).json["value"] == get(driver, **scanned, **cut).json["value"]
