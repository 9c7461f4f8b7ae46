import io
import zipfile
from dataclasses import replace

import pytest

from mockserver.contract.text import read_yaml
from mockserver.world import sandbox as bounds
from tests.admin.control import Line

SANDBOX = "/__admin/sandboxes/default"
SNAPSHOTS = f"{SANDBOX}/snapshots"
STATE = f"{SANDBOX}/state/ledger"
LINE = {"number": 1, "state": "opted_in", "email": None, "audience": None, "data": None}


def put(control, *numbers):
    control.call("PUT", STATE, 204, json={"Line": [{"number": each} for each in numbers]})


def numbers(control):
    return [each["number"] for each in control.get(STATE)["Line"]]


def take(control, **body):
    return control.call("POST", SNAPSHOTS, 201, json=body)


def restore(control, number="1", status=200):
    return control.call("POST", f"{SNAPSHOTS}/{number}/restore", status)


def files(control, number="1"):
    with zipfile.ZipFile(io.BytesIO(control.get(f"{SNAPSHOTS}/{number}?format=zip"))) as archive:
        assert archive.testzip() is None
        return {name: read_yaml(archive.read(name), name) for name in archive.namelist()}


def test_a_sandbox_begins_without_snapshots(control):
    assert control.get(SNAPSHOTS) == {"snapshots": []}


def test_a_snapshot_has_an_id_a_name_if_given_and_the_time_of_the_sandbox(control):
    first = {"id": "1", "name": "before the import", "taken_at": "2026-01-01T00:00:00Z"}
    assert list(take(control, name="before the import").items()) == list(first.items())
    control.call("PUT", f"{SANDBOX}/clock", json={"advance_s": 60})
    second = {"id": "2", "name": None, "taken_at": "2026-01-01T00:01:00Z"}
    assert control.call("POST", SNAPSHOTS, 201) == second
    assert control.get(SNAPSHOTS) == {"snapshots": [first, second]}
    assert control.get(f"{SNAPSHOTS}/2") == second


def test_two_snapshots_may_have_the_same_name(control):
    assert [take(control, name="same")["id"] for _ in range(2)] == ["1", "2"]


@pytest.mark.parametrize("name", ["a", "7", "v1.2_b-c d", "x" * 63])
def test_a_name_is_taken_as_it_is(control, name):
    assert take(control, name=name)["name"] == name


@pytest.mark.parametrize(
    "body",
    [
        *({"name": name} for name in ("", ".", "..", "../x", "/etc", "a/b", "a\\b", "C:\\x", "~root", " a", "a\n")),
        *({"name": name} for name in ("é", "a\0", "x" * 64, "x" * 100_000, None, 7, ["a"])),
    ],
    ids=lambda body: repr(body)[:30],
)
def test_a_name_that_is_none_or_looks_like_a_path_is_refused(control, body):
    assert control.refusal("POST", SNAPSHOTS, 400, json=body) == ["/name"]


@pytest.mark.parametrize("body", [[], "x", {"title": "x"}, {"name": "a", "records": {}}], ids=str)
def test_what_is_no_wish_for_a_snapshot_is_refused(control, body):
    assert control.refusal("POST", SNAPSHOTS, 400, json=body) == [""]


def test_a_body_that_is_no_json_takes_no_snapshot(control):
    control.refusal("POST", SNAPSHOTS, 400, data=b"{", content_type="application/json")
    control.refusal("POST", SNAPSHOTS, 415, data=b"name=x", content_type="application/x-www-form-urlencoded")


@pytest.mark.parametrize("number", ["2", "0", "01", "x", "%2e%2e", "default", "1" * 5000])
@pytest.mark.parametrize(
    ("method", "below"), [("GET", ""), ("GET", "?format=zip"), ("DELETE", ""), ("POST", "/restore")]
)
def test_an_unknown_snapshot_is_a_404_of_its_own_that_says_which_there_are(control, method, below, number):
    take(control)
    control.refusal(method, f"{SNAPSHOTS}/{number}{below}", 404)
    problem = control.call(method, f"{SNAPSHOTS}/{number}{below}", 404)
    assert problem["type"] == "urn:mockserver:unknown-snapshot"
    assert problem["detail"].endswith("the last it has: 1")


@pytest.mark.parametrize(
    ("method", "below"),
    [("GET", ""), ("POST", ""), ("GET", "/1"), ("DELETE", "/1"), ("POST", "/1/restore"), ("GET", "/1?format=zip")],
)
def test_snapshots_of_an_unknown_sandbox_are_none(control, method, below):
    problem = control.call(method, f"/__admin/sandboxes/quux/snapshots{below}", 404)
    assert problem["type"] == "urn:mockserver:unknown-sandbox"


@pytest.mark.parametrize(("query", "pointer"), [("format=tar", "/query/format"), ("as=zip", "/query/as")])
def test_a_snapshot_has_no_other_forms(control, query, pointer):
    take(control)
    assert control.refusal("GET", f"{SNAPSHOTS}/1?{query}", 400) == [pointer]


def test_a_sandbox_keeps_a_bounded_number_and_says_so(control, monkeypatch):
    monkeypatch.setattr(bounds, "MOST_SNAPSHOTS", 2)
    take(control)
    take(control)
    control.refusal("POST", SNAPSHOTS, 409)
    problem = control.call("POST", SNAPSHOTS, 409)
    assert problem["type"] == "urn:mockserver:limit-reached"
    assert problem["detail"] == "sandbox 'default' keeps 2 snapshots at most; delete one first"
    control.call("DELETE", f"{SNAPSHOTS}/1", 204)
    assert take(control)["id"] == "3"
    assert [each["id"] for each in control.get(SNAPSHOTS)["snapshots"]] == ["2", "3"]


def test_a_restore_brings_records_back_as_often_as_asked(control):
    put(control, 1, 2)
    take(control)
    for change in ((), (3,), (1, 2, 4)):
        put(control, *change)
        assert restore(control)["name"] == "default"
        assert numbers(control) == [1, 2]


def test_a_snapshot_is_not_touched_by_what_happens_later(control):
    put(control, 1)
    take(control)
    control.call("POST", f"{SANDBOX}/events/ledger", json={"event": "change", "number": 1})
    restore(control)
    control.call("POST", f"{SANDBOX}/events/ledger", json={"event": "change", "number": 1})
    take(control)
    restore(control)
    assert control.get(STATE)["Line"] == [LINE]
    restore(control, "2")
    assert control.get(STATE)["Line"] == [LINE | {"state": "opted_out"}]


def test_a_restored_consent_dates_from_where_it_dated(control):
    put(control, 1)
    control.call("POST", f"{SANDBOX}/events/ledger", json={"event": "change", "number": 1})
    before = control.get(f"{SANDBOX}/consents?vendor=ledger")
    assert before["consents"][0]["since"]
    take(control)
    control.call("POST", f"{SANDBOX}/reset")
    restore(control)
    assert control.get(f"{SANDBOX}/consents?vendor=ledger") == before


def test_ids_scenario_and_seed_are_those_of_then(control):
    sandbox = control.world.find("default")
    sandbox.ids.uuid()
    take(control)
    to_come = [sandbox.ids.uuid() for _ in range(3)]
    control.call("POST", f"{SANDBOX}/reset", json={"scenario": "empty", "seed": 5})
    restored = restore(control)
    assert (restored["scenario"], restored["seed"]) == ("baseline", 0)
    assert [sandbox.ids.uuid() for _ in range(3)] == to_come
    control.call("POST", f"{SANDBOX}/reset")
    assert control.get(SANDBOX)["scenario"] == "baseline"


def test_the_journal_is_empty_and_its_ids_go_on_from_then(control):
    control.note()
    control.note()
    take(control)
    control.note()
    restore(control)
    assert control.get(f"{SANDBOX}/requests") == {"requests": [], "total": 0, "dropped": 0}
    assert control.note().id == 3


def test_a_clock_that_stood_stands_where_it_stood(control):
    take(control)
    control.call("PUT", f"{SANDBOX}/clock", json={"advance_s": 86400})
    control.call("PUT", f"{SANDBOX}/clock", json={"running": True})
    restore(control)
    assert control.get(f"{SANDBOX}/clock") == {"now": "2026-01-01T00:00:00Z", "running": False}


def test_a_clock_that_ran_runs_on_from_what_it_showed(control):
    control.call("PUT", f"{SANDBOX}/clock", json={"running": True})
    take(control)
    control.call("PUT", f"{SANDBOX}/clock", json={"now": "2030-01-01T00:00:00Z"})
    restore(control)
    clock = control.get(f"{SANDBOX}/clock")
    assert clock["running"]
    assert clock["now"].startswith("2026-01-01T00:")


def test_snapshots_outlast_a_reset_and_go_with_their_sandbox(control):
    made = control.call("POST", "/__admin/sandboxes", 201, json={"name": "t1"})["name"]
    control.call("POST", f"/__admin/sandboxes/{made}/snapshots", 201)
    control.call("POST", f"/__admin/sandboxes/{made}/reset")
    assert len(control.get(f"/__admin/sandboxes/{made}/snapshots")["snapshots"]) == 1
    assert control.get(SNAPSHOTS)["snapshots"] == []
    control.call("DELETE", f"/__admin/sandboxes/{made}", 204)
    control.call("POST", "/__admin/sandboxes", 201, json={"name": made})
    assert control.get(f"/__admin/sandboxes/{made}/snapshots")["snapshots"] == []


def test_a_zip_has_a_fixture_a_vendor_and_what_the_scenario_is(control):
    put(control, 1)
    control.world.find("default").ids.uuid()
    take(control, name="one line")
    found = files(control)
    assert set(found) == {"scenario.yaml", *(f"{name}.yaml" for name in control.vendors)}
    assert found["scenario.yaml"]["says"] == ("Snapshot 'one line' of a world that began from 'baseline' with seed 0.")
    assert {**found["scenario.yaml"], "says": ""} == {
        "version": 1,
        "says": "",
        "now": "2026-01-01T00:00:00Z",
        "running": False,
        "began": "2026-01-01T00:00:00Z",
        "ids": 1,
    }
    assert found["ledger.yaml"] == {"Account": [], "Line": [LINE]}
    for name in control.vendors:
        assert found[f"{name}.yaml"] == control.get(f"{SANDBOX}/state/{name}")


@pytest.mark.parametrize(
    ("query", "accept", "given"),
    [
        ("", None, "application/json"),
        ("", "*/*", "application/json"),
        ("", "text/html", "application/json"),
        ("", "application/zip", "application/zip"),
        ("", "application/json;q=0.5, application/zip", "application/zip"),
        ("?format=json", "application/zip", "application/json"),
        ("?format=zip", "application/json", "application/zip"),
    ],
)
def test_the_parameter_decides_on_the_form_and_accept_where_there_is_none(control, query, accept, given):
    take(control)
    headers = {"Accept": accept} if accept else {}
    answer = control.app.test_client().get(f"{SNAPSHOTS}/1{query}", headers=headers)
    assert answer.headers["Content-Type"] == given


def test_a_zip_has_a_name_and_the_same_bytes_each_time(control):
    take(control)
    answers = [control.app.test_client().get(f"{SNAPSHOTS}/1?format=zip") for _ in range(2)]
    assert answers[0].headers["Content-Disposition"] == 'attachment; filename="default-snapshot-1.zip"'
    assert answers[0].data == answers[1].data


def test_a_zip_of_many_records_is_whole(control):
    put(control, *range(1000))
    take(control)
    assert [each["number"] for each in files(control)["ledger.yaml"]["Line"]] == list(range(1000))


def test_a_snapshot_is_taken_in_one_step(control):
    records = control.world.find("default").store.records("ledger")
    put(control, 1)
    with records.transaction() as tx:
        tx.put(replace(records.get(Line, 1), email="new@example.com"))
        tx.put(Line(2))
        control.world.find("default").take(None)
    restore(control)
    assert numbers(control) == [1]
    assert control.get(STATE)["Line"][0]["email"] is None
