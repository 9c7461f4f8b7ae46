from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.vendors.expoints.records import Datum, OptOut
from tests.driver import Driver
from tests.vendors.expoints_desk import KINDS, ask, assert_told, put_opt_outs

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ADDRESSES = ["a@example.com", "A@Example.COM", "b@example.com", "a@example.com ", "jürgen@example.com", "<&>"]
COLUMNS = {1: "CustomerNumber", 8: "Voornaam", 11: "Achternaam"}
VALUES = ["1", "x", "X", "<&>"]

DATA = st.builds(
    lambda number, value, encrypted: Datum(number, COLUMNS[number], value, encrypted),
    *(st.sampled_from([*COLUMNS]), st.sampled_from(VALUES), st.booleans()),
)
PEOPLE = st.builds(
    OptOut,
    st.just(NOW),
    st.none() | st.sampled_from(ADDRESSES),
    st.lists(DATA, max_size=3).map(tuple),
    st.booleans(),
)
ASKED = st.fixed_dictionaries(
    {"Value": st.sampled_from(VALUES)},
    optional={
        "CustomerDataColumnId": st.sampled_from([*COLUMNS, *COLUMNS, 0, 2, -1]),
        "Name": st.sampled_from([*COLUMNS.values(), "voornaam", "", None]),
        "IsEncrypted": st.booleans(),
        "EncryptionKey": st.sampled_from(["", None, "key"]),
    },
)


def found_in(opt_outs):
    """Ask for one of these people, or for part of one's data, as well as for anybody."""
    known = [
        {"CustomerDataColumnId": each.customer_data_column_id, "Value": each.value, "IsEncrypted": each.is_encrypted}
        for opt_out in opt_outs
        for each in opt_out.data
    ]
    column = ASKED | st.sampled_from(known) if known else ASKED
    optional = {
        "Email": st.sampled_from([*ADDRESSES, "", None]),
        "CustomerDataColumns": st.none() | st.lists(column, max_size=3),
    }
    return st.lists(st.fixed_dictionaries({}, optional=optional), max_size=4)


CASES = st.lists(PEOPLE, max_size=4).flatmap(lambda people: st.tuples(st.just(people), found_in(people)))


def has(person, column):
    number, name = column.get("CustomerDataColumnId", 0), column.get("Name")
    wanted = column["Value"], column.get("IsEncrypted", False)
    return any(
        (number == each.customer_data_column_id if number else name == each.name)
        and wanted == (each.value, each.is_encrypted)
        for each in person.data
    )


def opted_out(customer, people):
    """Say who has opted out: by address, or all of whose columns one person has."""
    email, columns = customer.get("Email"), customer.get("CustomerDataColumns")
    if email and any(person.email and person.email.lower() == email.lower() for person in people):
        return True
    return bool(columns) and any(all(has(person, column) for column in columns) for person in people)


@pytest.fixture(scope="module")
def room(started):
    made = started.world.create()
    yield made
    started.world.delete(made.name)


@pytest.mark.clause("EXPOINTS-02", "EXPOINTS-18", "EXPOINTS-25", "EXPOINTS-C02", "EXPOINTS-C03", "EXPOINTS-C04")
@pytest.mark.clause("EXPOINTS-C05", "EXPOINTS-C10", "EXPOINTS-C13")
@settings(derandomize=True, deadline=None, max_examples=50, database=None)
@given(case=CASES)
def test_any_customers_are_answered_as_the_model_says(started, room, case):
    people, customers = case
    put_opt_outs(room, people)
    driver = Driver(started.app, sandbox=room.name)
    expected = [opted_out(each, people) for each in customers]
    for kind in KINDS:
        assert_told(ask(driver, customers, kind), customers, expected, kind)


def test_the_model_s_cases_reach_every_outcome():
    by_address = {"Email": "a@example.com"}
    by_data = {"CustomerDataColumns": [{"Name": "Voornaam", "Value": "x"}]}
    people = [OptOut(NOW, "A@Example.COM"), OptOut(NOW, None, (Datum(8, "Voornaam", "x"),))]
    assert [opted_out(each, people) for each in (by_address, by_data, by_address | by_data)] == [True, True, True]
    assert [opted_out(each, people[:1]) for each in (by_address, by_data, {})] == [True, False, False]
