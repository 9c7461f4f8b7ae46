from datetime import datetime, timedelta

import pytest

CLOCK = "/__admin/sandboxes/default/clock"
BEGAN = {"now": "2026-01-01T00:00:00Z", "running": False}


def put(control, **change):
    return control.call("PUT", CLOCK, json=change)


def test_a_clock_shows_what_its_sandbox_does(control):
    assert control.get(CLOCK) == BEGAN
    assert control.get("/__admin/sandboxes/default")["now"] == BEGAN["now"]


def test_now_lets_it_stand_at_a_moment(control):
    expected = {"now": "2026-01-02T03:04:05.500000Z", "running": False}
    assert put(control, now="2026-01-02T05:04:05.5+02:00") == expected
    assert control.get(CLOCK) == expected
    assert (
        control.world.find("default").vendors["ledger"].stamp().since.isoformat() == "2026-01-02T03:04:05.500000+00:00"
    )
    assert put(control, now="2026-01-02T03:04:05.5Z") == expected


@pytest.mark.parametrize(("seconds", "shown"), [(1200, "00:20:00Z"), (0, "00:00:00Z"), (0.0000015, "00:00:00.000002Z")])
def test_advance_s_moves_a_standing_clock_on(control, seconds, shown):
    assert put(control, advance_s=seconds) == {"now": f"2026-01-01T{shown}", "running": False}


def moment(shown):
    return datetime.fromisoformat(shown["now"])


def test_it_runs_and_stands_as_asked_and_goes_on_from_what_it_shows(control):
    running = put(control, running=True)
    assert running["running"]
    assert timedelta() <= moment(running) - moment(BEGAN) < timedelta(minutes=1)
    assert moment(put(control, running=True)) >= moment(running)
    moved = put(control, advance_s=3600)
    assert moved["running"]
    assert timedelta(hours=1) <= moment(moved) - moment(BEGAN) < timedelta(hours=1, minutes=1)
    stands = put(control, running=False)
    assert not stands["running"]
    assert moment(stands) >= moment(moved)
    assert control.get(CLOCK) == stands
    assert put(control, running=False) == stands


def test_a_running_clock_never_goes_backwards_either(control):
    put(control, running=True)
    put(control, advance_s=1)
    assert control.refusal("PUT", CLOCK, 400, json={"now": BEGAN["now"]}) == ["/now"]


def test_a_reset_begins_it_anew(control):
    put(control, advance_s=86400)
    control.call("POST", "/__admin/sandboxes/default/reset")
    assert control.get(CLOCK) == BEGAN


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"now": "2025-12-31T23:59:59.999999Z"}, "/now"),
        ({"now": "9000-01-01T00:00:01Z"}, "/now"),
        ({"now": "2026-02-30T00:00:00Z"}, "/now"),
        ({"now": "2027-01-01T00:00:00"}, "/now"),
        ({"now": None}, "/now"),
        ({"advance_s": -1}, "/advance_s"),
        ({"advance_s": 240_000_000_000}, "/advance_s"),
        ({"advance_s": 1e300}, "/advance_s"),
        ({"advance_s": "1"}, "/advance_s"),
        ({"advance_s": True}, "/advance_s"),
        ({"running": "yes"}, "/running"),
        ({"running": True, "advance_s": 1}, ""),
        ({}, ""),
        ([], ""),
        ({"forward": 1}, ""),
    ],
)
def test_what_is_no_change_of_a_clock_is_refused_at_its_place_and_nothing_changes(control, change, pointer):
    assert control.refusal("PUT", CLOCK, 400, json=change) == [pointer]
    assert control.get(CLOCK) == BEGAN


def shown(control, sandbox):
    return moment(control.get(f"/__admin/sandboxes/{sandbox}/clock"))


def test_every_sandbox_has_a_clock_of_its_own_which_its_vendors_follow_at_once(control):
    control.call("POST", "/__admin/sandboxes", 201, json={"name": "t1"})
    own = "/__admin/sandboxes/t1/clock"
    vendor = control.world.find("t1").vendors["ledger"]
    for change in (
        {"now": "2026-05-01T00:00:00Z"},
        {"advance_s": 90},
        {"running": True},
        {"now": "2027-01-01T00:00:00Z"},
    ):
        before = moment(control.call("PUT", own, json=change))
        assert before <= vendor.stamp().since <= shown(control, "t1")
    assert vendor.stamp().since == moment({"now": "2027-01-01T00:00:00Z"})
    control.call("PUT", own, json={"running": True})
    assert vendor.stamp().since > moment({"now": "2027-01-01T00:00:00Z"})
    assert control.get(CLOCK) == BEGAN


def test_now_lets_a_running_clock_stand(control):
    put(control, running=True)
    assert put(control, now="2026-06-01T00:00:00Z") == {"now": "2026-06-01T00:00:00Z", "running": False}
    assert control.get(CLOCK) == {"now": "2026-06-01T00:00:00Z", "running": False}


def test_there_is_no_clock_where_there_is_no_sandbox(control):
    control.refusal("GET", "/__admin/sandboxes/quux/clock", 404)
    control.refusal("PUT", "/__admin/sandboxes/quux/clock", 404, json={"running": True})
