import threading
from dataclasses import FrozenInstanceError, dataclass, replace

import pytest

from mockserver.store import ClockReading, Image
from mockserver.store.memory import MemoryStore


@dataclass(frozen=True, slots=True)
class Cup:
    number: int
    colour: str = "white"

    @property
    def key(self):
        return self.number


@dataclass(frozen=True, slots=True)
class Plate(Cup):
    pass


class Spilt(Exception):
    pass


@pytest.fixture
def store():
    return MemoryStore(["acme", "zeta"], 10)


@pytest.fixture
def records(store):
    found = store.records("acme")
    with found.transaction() as tx:
        tx.put(Cup(1))
        tx.put(Cup(2))
    return found


def test_what_a_transaction_stored_is_there_when_it_ended(records):
    assert records.get(Cup, 1) == Cup(1)
    assert records.get(Cup, 3) is None
    assert records.get(Plate, 1) is None
    assert records.all(Cup) == [Cup(1), Cup(2)]
    assert records.all(Plate) == []


def test_a_transaction_sees_its_own_changes_and_gives_back_what_it_stores(records):
    with records.transaction() as tx:
        assert tx.get(Cup, 3) is None
        cup = Cup(3)
        assert tx.put(cup) is cup
        assert tx.get(Cup, 3) is cup
        tx.put(Cup(1, "red"))
        assert tx.get(Cup, 1) == Cup(1, "red")
        tx.delete(Cup, 2)
        assert tx.get(Cup, 2) is None
        tx.put(Cup(2, "blue"))
        assert tx.get(Cup, 2) == Cup(2, "blue")
        tx.delete(Cup, 3)
        assert tx.get(Cup, 3) is None
    assert records.all(Cup) == [Cup(1, "red"), Cup(2, "blue")]


def test_changes_show_only_when_the_transaction_ends(records):
    with records.transaction() as tx:
        tx.put(Cup(1, "red"))
        tx.put(Cup(3))
        tx.delete(Cup, 2)
        assert records.all(Cup) == [Cup(1), Cup(2)]
        assert records.get(Cup, 1) == Cup(1)
    assert records.all(Cup) == [Cup(1, "red"), Cup(3)]


def test_an_exception_leaves_everything_as_it_was(records):
    before = records.tables()

    def spill():
        with records.transaction() as tx:
            tx.put(Cup(1, "red"))
            tx.put(Cup(3))
            tx.put(Plate(1))
            tx.delete(Cup, 2)
            raise Spilt

    with pytest.raises(Spilt):
        spill()
    assert records.tables() == before == {Cup: {1: Cup(1), 2: Cup(2)}}
    with records.transaction() as tx:
        assert tx.get(Cup, 1) == Cup(1)
        assert tx.get(Cup, 2) == Cup(2)


def test_kinds_do_not_share_keys(records):
    with records.transaction() as tx:
        tx.put(Plate(1))
        tx.delete(Cup, 1)
        assert tx.get(Plate, 1) == Plate(1)
    assert records.get(Plate, 1) == Plate(1)
    assert records.get(Cup, 1) is None


def test_deleting_what_is_absent_is_no_error(records):
    with records.transaction() as tx:
        tx.delete(Cup, 7)
        tx.delete(Plate, 7)
    assert records.tables() == {Cup: {1: Cup(1), 2: Cup(2)}}


def test_a_changed_record_keeps_its_place(records):
    with records.transaction() as tx:
        tx.put(Cup(0))
        tx.put(replace(Cup(1), colour="red"))
    assert records.all(Cup) == [Cup(1, "red"), Cup(2), Cup(0)]


def test_records_cannot_be_changed_behind_the_store():
    with pytest.raises(FrozenInstanceError):
        Cup(1).colour = "red"


def test_vendors_and_stores_share_nothing(store, records):
    other = store.records("zeta")
    assert other.all(Cup) == []
    with other.transaction() as tx:
        tx.put(Cup(1, "other"))
    assert records.get(Cup, 1) == Cup(1)
    assert MemoryStore(["acme"], 10).records("acme").tables() == {}
    with pytest.raises(KeyError):
        store.records("none")


def test_copies_of_tables_are_copies(records):
    copy = records.tables()
    copy[Cup].clear()
    records.all(Cup).clear()
    assert records.all(Cup) == [Cup(1), Cup(2)]


def test_replacing_puts_other_tables_in_the_place_of_all_there_is(records):
    given = {Plate: {5: Plate(5)}}
    records.replace(given)
    given[Plate].clear()
    assert records.tables() == {Plate: {5: Plate(5)}}


def test_a_restart_is_as_new_in_everything(store, records):
    store.draw()
    with store.records("zeta").transaction() as tx:
        tx.put(Cup(9))
    store.restart(Image({"acme": {Plate: {5: Plate(5)}}}, ClockReading(7, None)))
    assert records.tables() == {Plate: {5: Plate(5)}}
    assert store.records("zeta").tables() == {}
    assert store.clock() == ClockReading(7, None)
    assert store.draw() == 0


def test_numbers_for_ids_are_drawn_from_zero(store):
    assert [store.draw() for _ in range(3)] == [0, 1, 2]


def test_the_clock_keeps_its_setting(store):
    assert store.clock() == ClockReading(0, None)
    store.set_clock(lambda _: ClockReading(5, 6))
    assert store.clock() == ClockReading(5, 6)


def test_nobody_else_reads_or_draws_while_a_transaction_is_open(store, records):
    def change():
        with records.transaction() as other:
            return other.get(Cup, 1)

    ways = {
        "transaction": change,
        "get": lambda: records.get(Cup, 1),
        "all": lambda: records.all(Cup),
        "tables": lambda: records.tables()[Cup],
        "zeta": lambda: store.records("zeta").all(Cup),
        "draw": store.draw,
        "entries": store.journal.entries,
    }
    seen = {}
    threads = {name: threading.Thread(target=lambda n=name, w=way: seen.update({n: w()})) for name, way in ways.items()}
    with records.transaction() as tx:
        for thread in threads.values():
            thread.start()
        tx.put(Cup(1, "red"))
        for thread in threads.values():
            thread.join(0.02)
        assert seen == {}
        tx.put(Cup(3))
    for thread in threads.values():
        thread.join(5)
    assert seen["transaction"] == Cup(1, "red")
    assert seen["get"] == Cup(1, "red")
    assert seen["all"] == [Cup(1, "red"), Cup(2), Cup(3)]
    assert seen["tables"] == {1: Cup(1, "red"), 2: Cup(2), 3: Cup(3)}
    assert seen.keys() == threads.keys()


def test_threads_lose_no_change_to_each_other(store):
    records = store.records("acme")
    drawn = []

    def work():
        for _ in range(200):
            with records.transaction() as tx:
                found = tx.get(Cup, 1) or Cup(1, "0")
                tx.put(replace(found, colour=str(int(found.colour) + 1)))
                drawn.append(store.draw())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert records.get(Cup, 1) == Cup(1, "800")
    assert sorted(drawn) == list(range(800))


WAYS = {
    "replace": lambda store: store.records("acme").replace({}),
    "set_clock": lambda store: store.set_clock(lambda _: ClockReading(1, None)),
    "restart": lambda store: store.restart(Image({}, ClockReading(1, None))),
    "open": lambda store: store.journal.open(),
    "close": lambda store: store.journal.close(0, None),
    "clear": lambda store: store.journal.clear(),
    "begin anew": lambda store: store.journal.restart(),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_nobody_else_writes_while_a_transaction_is_open(store, records, way):
    ended = threading.Event()
    thread = threading.Thread(target=lambda: (way(store), ended.set()))
    with records.transaction() as tx:
        tx.put(Cup(3))
        thread.start()
        assert not ended.wait(0.02)
    thread.join(5)
    assert ended.is_set()
