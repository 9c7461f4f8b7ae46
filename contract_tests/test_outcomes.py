from concurrent.futures import ThreadPoolExecutor

import pytest

from contract_tests import outcome
from contract_tests.target import Request
from mockserver.contract import document

MOCK = pytest.mark.only_mock
DOCUMENTS = [document.load(name) for name in document.names()]
CASES = [
    pytest.param(case, id=case.name, marks=[pytest.mark.clause(*case.row["clauses"]), *([MOCK] * case.needs_mock)])
    for read in DOCUMENTS
    for case in outcome.read(read)
    if not case.row.get("stalls")
]
STALLED = [case for read in DOCUMENTS for case in outcome.read(read) if case.row.get("stalls")]
FORCED = [
    pytest.param(read, *each, id=f"{read.name}-{each[0].operation_id}-{each[1]}-{each[2]}-{each[3]}")
    for read in DOCUMENTS
    for each in outcome.forced(read)
]


@pytest.mark.parametrize("case", CASES)
def test_an_outcome_is_the_whole_answer(ground, world, case):
    read, row = case.document, case.row
    sandbox, target = outcome.prepare(case, world) if ground.is_mock else (None, ground.target(read))
    known = {}
    for each in (row, *row.get("reads", ())):
        accept = case.media_type if each is row else None
        asked = outcome.recalled(each, known)
        answer = target.send(outcome.request_of(read, asked, target, accept))
        if ground.is_mock or row["anywhere"] is True:
            known |= outcome.compare(read, asked, answer, target, accept)
        else:
            outcome.compare_status(each, answer)
    for consent in row.get("consents", ()):
        ledger = sandbox.consents(read.name)
        assert any(consent.items() <= each.items() for each in ledger.values()), consent


@MOCK
def test_a_body_that_does_not_come_is_not_waited_for_for_ever(ground, world):
    """All at once: each takes as long as the server waits."""
    assert STALLED
    served = {each.name for each in ground.documents}
    cases = [each for each in STALLED if each.document.name in served]

    def stalled(case):
        needs = case.row.get("needs", {})
        target = world(**({"scenario": needs["scenario"]} if needs else {})).target(case.document)
        try:
            answer = target.stall(outcome.request_of(case.document, case.row, target, case.media_type))
        except OSError as error:
            pytest.fail(f"{case.name}: {error}")
        return case, answer, target

    with ThreadPoolExecutor(len(STALLED)) as pool:
        for case, answer, target in pool.map(stalled, cases):
            outcome.compare(case.document, case.row, answer, target, case.media_type)


@MOCK
@pytest.mark.parametrize(("read", "operation", "status", "media_type", "example"), FORCED)
def test_what_only_injection_reaches_is_answered_as_its_example(world, read, operation, status, media_type, example):
    target = world().target(read)
    headers = {"prefer": f"code={status}, example={example}", "accept": media_type}
    path = {each.name: "1" for each in operation.parameters if each.where == "path"}
    answer = target.send(Request(operation, path, headers=headers))
    assert (answer.status, answer.headers["preference-applied"]) == (status, headers["prefer"])
