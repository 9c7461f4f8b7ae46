import pytest

from contract_tests import outcome
from contract_tests.ground import inferred
from contract_tests.target import Answer
from mockserver.contract import document

ANYWHERE = [
    pytest.param(read.name, row, id=f"{read.name}-{row['operation']}-{row['says']}")
    for read in map(document.load, document.names())
    for row in {case.row["says"] + case.row["operation"]: case.row for case in outcome.read(read)}.values()
    if "anywhere" in row
]


@pytest.mark.parametrize(("vendor", "row"), ANYWHERE)
def test_a_vendor_s_own_server_is_asked_what_rests_on_nothing_of_ours_and_on_nothing_that_it_keeps(vendor, row):
    assert row["anywhere"] in {True, "status"}
    assert not inferred(vendor) & {*row["clauses"]}
    assert not row.keys() & {"needs", "consents", "stalls", "reads"}


def test_a_status_can_be_compared_alone():
    row = {"answer": {"status": 401, "body": "denied"}}
    outcome.compare_status(row, Answer(401, {"x": "y"}, b"refused"))
    with pytest.raises(AssertionError, match="the status is 400, not 401: refused"):
        outcome.compare_status(row, Answer(400, {}, b"refused"))
