from dataclasses import dataclass
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.store import ClockReading, Image
from mockserver.store.memory import MemoryStore


@dataclass(frozen=True, slots=True)
class Jar:
    number: int
    lid: str = "tin"
    herbs: tuple[str, ...] = ()
    indexes: ClassVar = {"lid": lambda jar: (jar.lid,), "herb": lambda jar: jar.herbs}
    ordered: ClassVar = True

    @property
    def key(self):
        return self.number


class Spilt(Exception):
    pass


HERBS = ("basil", "dill", "mint")
JARS = st.builds(Jar, st.integers(0, 5), st.sampled_from(["tin", "cork"]), st.lists(st.sampled_from(HERBS)).map(tuple))
CHANGES = st.lists(JARS | st.integers(0, 5), max_size=4)
TABLES = st.lists(JARS, max_size=6).map(lambda jars: {jar.key: jar for jar in jars})
STEPS = st.tuples(st.sampled_from(["commit", "roll back"]), CHANGES) | st.tuples(
    st.sampled_from(["replace", "restart"]), TABLES
)


def numbers(jars):
    return sorted(jar.number for jar in jars)


def change(records, changes, *, fail=False):
    """Put the jars, delete the numbers."""
    with records.transaction() as tx:
        for each in changes:
            if isinstance(each, Jar):
                tx.put(each)
            else:
                tx.delete(Jar, each)
        if fail:
            raise Spilt


def expected(table, changes):
    table = dict(table)
    for each in changes:
        if isinstance(each, Jar):
            table[each.key] = each
        else:
            table.pop(each, None)
    return table


def take(store, step, table):
    """Take a step on the store, and give what a plain dictionary would hold after it."""
    records = store.records("acme")
    match step:
        case "commit", changes:
            change(records, changes)
            return expected(table, changes)
        case "roll back", changes:
            with pytest.raises(Spilt):
                change(records, changes, fail=True)
        case "replace", new:
            records.replace({Jar: new})
            return dict(new)
        case "restart", new:
            store.restart(Image({"acme": {Jar: new}}, ClockReading(0, None)))
            return dict(new)
    return table


def assert_as_scanned(records, table):
    jars = list(table.values())
    for lid in ("tin", "cork", "glass"):
        assert numbers(records.find(Jar, "lid", lid)) == numbers(jar for jar in jars if jar.lid == lid)
    for one in HERBS:
        for other in HERBS:
            found = records.find(Jar, "herb", one, other)
            assert numbers(found) == numbers(jar for jar in jars if {one, other} <= set(jar.herbs))
            assert all(jar is table[jar.key] for jar in found)
    in_order = [table[key] for key in sorted(table)]
    assert records.page(Jar, None, 0, None) == (in_order, len(table))
    assert records.page(Jar, 2, 1, 2) == ([jar for jar in in_order if jar.number > 2][1:3], len(table))


@given(steps=st.lists(STEPS, max_size=6))
def test_indexes_and_order_find_what_a_scan_would_after_any_changes(steps):
    store, table = MemoryStore(["acme"], 10), {}
    for step in steps:
        table = take(store, step, table)
        assert store.records("acme").tables().get(Jar, {}) == table
        assert_as_scanned(store.records("acme"), table)


@pytest.fixture
def records():
    found = MemoryStore(["acme"], 10).records("acme")
    change(found, [Jar(2, "cork", ("dill", "mint")), Jar(1, "cork", ("mint",)), Jar(3, "tin", ("dill", "dill"))])
    return found


def test_a_record_is_found_by_all_values_asked_for(records):
    assert numbers(records.find(Jar, "herb", "mint")) == [1, 2]
    assert numbers(records.find(Jar, "herb", "mint", "dill")) == [2]
    assert records.find(Jar, "herb", "mint", "basil") == []
    assert records.find(Jar, "herb") == []


def test_changes_under_way_do_not_show_in_an_index(records):
    with records.transaction() as tx:
        tx.put(Jar(1, "tin"))
        assert numbers(records.find(Jar, "lid", "cork")) == [1, 2]
    assert numbers(records.find(Jar, "lid", "cork")) == [2]


def test_what_is_found_is_a_copy(records):
    records.find(Jar, "lid", "cork").clear()
    records.page(Jar, None, 0, None)[0].clear()
    assert numbers(records.find(Jar, "lid", "cork")) == [1, 2]
    assert records.page(Jar, None, 1, 1) == ([Jar(2, "cork", ("dill", "mint"))], 3)


def test_what_a_class_does_not_declare_is_a_fault_of_the_caller(records):
    with pytest.raises(KeyError, match="size"):
        records.find(Jar, "size", 1)
    with pytest.raises(TypeError, match="str is not kept in the order of its keys"):
        records.page(str, None, 0, None)
