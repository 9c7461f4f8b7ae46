import threading
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.store import ClockReading, Image, memory
from mockserver.store.memory import MemoryJournal, MemoryStore


@dataclass(frozen=True)
class Note:
    id: int
    size: int = 1


@pytest.fixture
def journal():
    return MemoryJournal(threading.RLock(), 3)


def write(journal, size=1):
    number, era = journal.open()
    journal.close(era, Note(number, size))
    return number


def ids(journal):
    return [note.id for note in journal.entries()[0]]


def test_a_journal_begins_empty_and_counts_from_one(journal):
    assert journal.entries() == ([], 0)
    assert [write(journal) for _ in range(3)] == [1, 2, 3]
    assert journal.entries() == ([Note(1), Note(2), Note(3)], 0)


def test_beyond_its_number_the_oldest_go_and_are_counted(journal):
    for _ in range(5):
        write(journal)
    assert ids(journal) == [3, 4, 5]
    assert journal.entries()[1] == 2


def test_beyond_its_bytes_the_oldest_go_and_are_counted(journal, monkeypatch):
    monkeypatch.setattr(memory, "JOURNAL_BYTES", 100)
    write(journal, 60)
    write(journal, 40)
    assert (ids(journal), journal.entries()[1]) == ([1, 2], 0)
    write(journal, 1)
    assert (ids(journal), journal.entries()[1]) == ([2, 3], 1)
    write(journal, 59)
    assert (ids(journal), journal.entries()[1]) == ([2, 3, 4], 1)
    write(journal, 100)
    assert (ids(journal), journal.entries()[1]) == ([5], 4)


def test_an_exchange_greater_than_the_bound_is_not_kept(journal, monkeypatch):
    monkeypatch.setattr(memory, "JOURNAL_BYTES", 100)
    write(journal, 101)
    assert journal.entries() == ([], 1)
    write(journal, 100)
    assert journal.entries() == ([Note(2, 100)], 1)


def test_a_journal_of_size_zero_keeps_nothing():
    journal = MemoryJournal(threading.RLock(), 0)
    write(journal)
    assert journal.entries() == ([], 1)


def test_exchanges_come_by_id_whichever_ended_first(journal):
    first, era = journal.open()
    second = write(journal)
    journal.close(era, Note(first))
    assert ids(journal) == [first, second]


def test_clearing_forgets_but_counts_on(journal):
    for _ in range(4):
        write(journal)
    number, era = journal.open()
    journal.clear()
    assert journal.entries() == ([], 0)
    journal.close(era, Note(number))
    assert write(journal) == 6
    assert ids(journal) == [5, 6]


def test_clearing_gives_its_bytes_back(journal, monkeypatch):
    monkeypatch.setattr(memory, "JOURNAL_BYTES", 100)
    write(journal, 90)
    journal.clear()
    write(journal, 90)
    assert (ids(journal), journal.entries()[1]) == ([2], 0)


def test_what_began_before_a_restart_never_shows(journal):
    write(journal)
    number, era = journal.open()
    journal.restart()
    assert journal.entries() == ([], 0)
    journal.close(era, Note(number))
    assert journal.entries() == ([], 0)
    assert write(journal) == 1
    assert ids(journal) == [1]


def test_a_restarted_store_has_a_new_era():
    store = MemoryStore(["acme"], 5)
    number, era = store.journal.open()
    store.restart(Image({}, ClockReading(0, None)))
    store.journal.close(era, Note(number))
    assert store.journal.entries() == ([], 0)
    assert write(store.journal) == 1


def test_the_copy_of_the_exchanges_is_a_copy(journal):
    write(journal)
    journal.entries()[0].clear()
    assert ids(journal) == [1]


STEPS = st.lists(
    st.tuples(st.sampled_from(["write", "write", "write", "clear", "restart"]), st.integers(0, 60)), max_size=40
)


@settings(derandomize=True, deadline=None, max_examples=100, database=None)
@given(STEPS, st.integers(1, 6), st.integers(1, 100))
def test_a_journal_never_holds_more_than_its_bounds_and_counts_what_it_dropped(steps, most, most_bytes):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(memory, "JOURNAL_BYTES", most_bytes)
        journal, written = MemoryJournal(threading.RLock(), most), 0
        for step, size in steps:
            if step == "write":
                write(journal, size)
                written += 1
            else:
                getattr(journal, step)()
                written = 0
            entries, dropped = journal.entries()
            assert len(entries) <= most
            assert sum(each.size for each in entries) <= most_bytes
            assert len(entries) + dropped == written
