from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.laws import (
    LAWS,
    Step,
    a_wrong_credential_is_refused,
    an_answer_is_in_its_document,
    an_opt_out_repeated_is_the_same_opt_out,
    opt_outs_stay_unless_the_operation_lifts_them,
    reads_change_nothing,
    refusals_change_nothing,
    sandboxes_do_not_see_each_other,
    the_same_history_gets_the_same_bytes,
)
from contract_tests.steps import requests
from contract_tests.target import Answer, Request
from mockserver.contract import document
from mockserver.contract.document import Document

DOCUMENTS = {name: document.load(name) for name in document.names()}


@pytest.fixture(scope="module")
def worlds(ground):
    """Two sandboxes: one to act in, one to look on."""
    made = ground.sandbox(), ground.sandbox()
    yield made
    for each in made:
        ground.end(each)


@pytest.mark.only_mock
@pytest.mark.parametrize("read", DOCUMENTS.values(), ids=DOCUMENTS)
def test_every_step_of_every_vendor_keeps_every_law(worlds, read):
    here, there = worlds
    target = here.target(read)
    drawn = st.sampled_from(read.operations).flatmap(lambda operation: requests(read, operation))
    accounts = st.sampled_from([*[name for name in target.accounts for _ in range(4)], "wrong", None])

    @given(st.lists(st.tuples(drawn, accounts), min_size=1, max_size=5))
    def walk(history):
        here.reset()
        steps = []
        for drawn_request, account in history:
            request = replace(drawn_request, headers=drawn_request.headers | target.credential(account))
            before, elsewhere = here.consents(read.name), there.consents(read.name)
            answer = target.send(request)
            after = here.consents(read.name)
            target.send(request)
            again = here.consents(read.name)
            steps.append((request, account, answer, before, after, again, (elsewhere, there.consents(read.name))))
        here.reset()
        for request, account, answer, before, after, again, elsewhere in steps:
            replayed = target.send(request)
            target.send(request)
            step = Step(read, request, answer, before, after, again, replayed, elsewhere, account)
            for law in LAWS:
                law(step)

    walk()


TOY = Document(
    Path("toy.yaml"),
    b"""
openapi: "3.0.3"
info: {title: Toy, version: "1"}
security: [{key: []}]
paths:
  /standing:
    get: {operationId: look, responses: {"200": {$ref: "#/components/responses/Fine"}}}
    put: {operationId: opt_out, responses: {"200": {$ref: "#/components/responses/Fine"}}}
    post: {operationId: check, x-safe: true, responses: {"200": {$ref: "#/components/responses/Fine"}}}
    delete: {operationId: opt_in, x-lifts-opt-outs: true, responses: {"200": {$ref: "#/components/responses/Fine"}}}
components:
  responses: {Fine: {description: Fine., content: {application/json: {schema: {type: object}}}}}
  securitySchemes: {key: {type: apiKey, in: header, name: x-key}}
""",
)
FINE = Answer(200, {"content-type": "application/json"}, b"{}")
REFUSED = Answer(409, {"content-type": "application/json"}, b"{}")
IN = {"a": {"state": "opted_in", "since": None}}
OUT = {"a": {"state": "opted_out", "since": "2026-01-01T00:00:00Z"}}
LATER = {"a": {"state": "opted_out", "since": "2026-01-01T00:00:01Z"}}


def step(name, answer=FINE, before=IN, after=IN, again=None, **changes):
    """A step of the toy's: it keeps every law but those that its arguments break."""
    operation = next(each for each in TOY.operations if each.operation_id == name)
    made = Step(TOY, Request(operation), answer, before, after, again or after, answer, ({}, {}))
    return replace(made, **changes)


OFFENCES = {
    refusals_change_nothing: [step("opt_out", REFUSED, after=OUT)],
    reads_change_nothing: [step("look", after=OUT), step("check", after=OUT)],
    opt_outs_stay_unless_the_operation_lifts_them: [
        step("opt_out", before=OUT, after=IN),
        step("opt_out", before=OUT, after={}),
        step("look", before=OUT, after=LATER),
    ],
    an_opt_out_repeated_is_the_same_opt_out: [
        step("opt_out", after=OUT, again=LATER),
        step("opt_out", after=OUT, again=IN),
    ],
    the_same_history_gets_the_same_bytes: [
        step("look", replayed=replace(FINE, body=b"{ }")),
        step("look", replayed=replace(FINE, headers={"content-type": "application/json", "x": "y"})),
    ],
    sandboxes_do_not_see_each_other: [step("opt_out", elsewhere=(IN, OUT))],
    a_wrong_credential_is_refused: [step("look", credential="wrong"), step("look", credential=None)],
    an_answer_is_in_its_document: [
        step("look", replace(FINE, status=201)),
        step("look", replace(FINE, headers={"content-type": "text/html"})),
        step("look", replace(FINE, body=b"[]")),
    ],
}
KEPT = [
    step("look"),
    step("opt_out", after=OUT),
    step("opt_out", before=OUT, after=OUT),
    step("opt_in", before=OUT, after=IN),
    step("opt_in", before=OUT, after=IN, again=LATER),
    step("check", before=OUT, after=OUT),
]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_every_law_bites(law):
    for offence in OFFENCES[law]:
        with pytest.raises(AssertionError):
            law(offence)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_no_law_bites_what_keeps_it(law):
    for kept in KEPT:
        law(kept)
