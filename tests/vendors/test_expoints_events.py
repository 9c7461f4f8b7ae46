from datetime import UTC, datetime

import pytest

from mockserver.vendors.expoints.records import Datum, OptOut
from tests.vendors.expoints_desk import JSON, ask, put, put_opt_outs

DAY = datetime(2025, 11, 5, tzinfo=UTC)
PATH = "/expoints/external/api/v3/customer/deleteoptout"


@pytest.fixture
def expoints(sandbox):
    put_opt_outs(sandbox, [])
    return sandbox.vendors["expoints"]


def ledger(expoints):
    return [(each.email, each.data, each.stamp and each.stamp.since) for each in expoints.consents()]


def delete(driver, body):
    assert ask(driver, body, JSON, method="DELETE", path=PATH).status == 200


@pytest.mark.clause("EXPOINTS-C15")
def test_data_in_another_order_is_the_same_opt_out(expoints):
    expoints.opt_out(data={"CustomerNumber": "1", "Voornaam": "Ada"})
    expoints.opt_out(data={"Voornaam": "Ada", "CustomerNumber": "1"})
    (kept,) = expoints.store.all(OptOut)
    assert kept.data == (Datum(1, "CustomerNumber", "1"), Datum(8, "Voornaam", "Ada"))


@pytest.mark.clause("EXPOINTS-54", "EXPOINTS-C46")
def test_a_person_with_several_opt_outs_has_one_standing_since_the_first_until_all_are_deleted(expoints, driver):
    (first,) = expoints.opt_out(email="ada@example.com")
    (second,) = expoints.opt_out(email="Ada@Example.com", data={"CustomerNumber": "1"})
    assert len(expoints.store.all(OptOut)) == 2
    assert second.stamp == first.stamp
    assert ledger(expoints) == [("ada@example.com", None, first.stamp.since)]
    delete(driver, b'{"Data":[{"CustomerDataColumnId":1,"Value":"1"}]}')
    assert ledger(expoints) == [("ada@example.com", None, first.stamp.since)]
    expoints.opt_out(email="ada@example.com", data={"CustomerNumber": "2"})
    delete(driver, b'{"Email":"ada@example.com","Data":[{"Name":"CustomerNumber","Value":"2"}]}')
    assert len(ledger(expoints)) == 1
    delete(driver, b'{"Email":"ADA@example.com"}')
    assert ledger(expoints) == []


@pytest.mark.clause("EXPOINTS-C15")
def test_who_is_opted_out_by_a_fixture_stays_so_since_ever(sandbox, expoints):
    put(sandbox, OptOut(DAY, "b@x"))
    assert [each.stamp for each in expoints.opt_out(email="B@x", data={"CustomerNumber": "1"})] == [None]
    assert ledger(expoints) == [("b@x", None, None)]


@pytest.mark.clause("EXPOINTS-C13")
def test_an_encrypted_column_without_key_is_a_finding_of_a_deletion_too(sandbox, driver):
    delete(driver, b'{"Data":[{"Name":"CustomerNumber","Value":"sample string 3","IsEncrypted":true}]}')
    found = sandbox.store.journal.entries()[0][-1].findings
    assert [each.clause for each in found] == ["EXPOINTS-C13"]
