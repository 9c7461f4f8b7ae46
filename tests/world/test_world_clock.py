from datetime import UTC, datetime, timedelta, timezone

import pytest

from mockserver.store import ClockReading
from mockserver.store.memory import MemoryStore
from mockserver.world import clock
from mockserver.world.clock import EPOCH, Clock, begin, elapsed_ns, real_now, wire

NOW = datetime(2026, 1, 1, 12, 30, 15, 123456, tzinfo=UTC)


@pytest.fixture
def store():
    return MemoryStore([], 1)


@pytest.fixture
def real(monkeypatch):
    class Real:
        us = 1_000_000

    monkeypatch.setattr(clock.time, "time_ns", lambda: Real.us * 1000 + 999)
    return Real


@pytest.mark.parametrize(
    "now",
    [NOW, EPOCH, datetime(1, 1, 1, tzinfo=UTC), datetime.max.replace(tzinfo=UTC), datetime(1969, 12, 31, tzinfo=UTC)],
)
def test_a_clock_that_was_given_a_moment_stands_there(store, real, now):
    store.set_clock(lambda _: begin(now))
    assert Clock(store).now() == now
    real.us += 10**9
    assert Clock(store).now() == now
    assert Clock(store).now().tzinfo is UTC


def test_a_moment_in_another_zone_is_the_same_moment(store):
    store.set_clock(lambda _: begin(NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))))
    assert Clock(store).now().isoformat() == "2026-01-01T12:30:15.123456+00:00"


def test_a_clock_without_a_moment_runs_with_real_time(store, real):
    store.set_clock(lambda _: begin(None))
    assert Clock(store).now() == EPOCH + timedelta(seconds=1)
    real.us += 2_500_000
    assert Clock(store).now() == EPOCH + timedelta(seconds=3.5)


def test_a_running_clock_may_show_another_time_than_the_real_one(store, real):
    store.set_clock(lambda _: ClockReading(now_us=5_000_000, real_us=400_000))
    assert Clock(store).now() == EPOCH + timedelta(seconds=5.6)


def test_real_time_is_real():
    before = datetime.now(UTC)
    assert before <= real_now() <= datetime.now(UTC)
    assert real_now().tzinfo is UTC
    assert abs(Clock(running()).now() - real_now()) < timedelta(seconds=5)
    assert elapsed_ns() <= elapsed_ns()


def running():
    store = MemoryStore([], 1)
    store.set_clock(lambda _: begin(None))
    return store


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01T00:00:00Z"),
        (NOW, "2026-01-01T12:30:15.123456Z"),
        (datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=-5))), "2026-01-01T05:00:00Z"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00Z"),
    ],
)
def test_moments_are_written_in_utc(moment, text):
    assert wire(moment) == text
