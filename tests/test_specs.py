import re

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from contract_tests.cells import text_of
from contract_tests.holding import node_of
from mockserver.contract import clauses, document, examples
from mockserver.contract.clauses import Basis
from mockserver.tracing import tests

VENDORS = document.names()


def marked():
    """The clause ids that tests are bound to."""
    return {each.clause_id for each in tests.find()}


@pytest.mark.parametrize("name", VENDORS)
def test_a_document_is_valid_openapi(name):
    assert list(OpenAPIV30SpecValidator(document.load(name).tree).iter_errors()) == []


@pytest.mark.parametrize("name", VENDORS)
def test_every_example_matches_its_schema(name):
    read = document.load(name)
    for example in examples.find(read):
        assert read.validator(example.schema).violations(example.value, "body") == [], example.pointer


@pytest.mark.parametrize("name", VENDORS)
def test_every_clause_that_a_document_binds_is_registered(name):
    register = clauses.load(name)
    for clause_id, pointer in clauses.bindings(document.load(name).tree):
        assert clause_id in register, pointer


@pytest.mark.parametrize("name", VENDORS)
def test_every_clause_of_the_page_is_bound_to_the_document_and_to_a_test_or_says_why_not(name):
    bound = {clause_id for clause_id, _ in clauses.bindings(document.load(name).tree)}
    tested = marked()
    for clause_id, clause in clauses.load(name).items():
        if clause.basis is Basis.PAGE:
            assert (clause.not_mocked is not None) != (clause_id in bound), clause_id
            assert (clause.not_mocked is not None) != (clause_id in tested), clause_id


@pytest.mark.parametrize("name", VENDORS)
def test_every_clause_that_a_test_is_bound_to_is_registered(name):
    prefix = next(iter(clauses.load(name))).split("-")[0]
    assert {each for each in marked() if each.startswith(prefix + "-")} <= clauses.load(name).keys()


@pytest.mark.parametrize("name", VENDORS)
def test_the_named_error_bodies_of_an_answer_are_its_examples_each_told_by_its_own_pattern_first(name):
    read = document.load(name)
    for operation in read.operations:
        for status in operation.responses:
            node = node_of(read, operation, status)
            for content in node.get("content", {}).values() if "x-bodies" in node else ():
                shown = {each: read.resolve(found)["value"] for each, found in content["examples"].items()}
                assert shown.keys() == node["x-bodies"].keys(), (operation.operation_id, status)
                for each, value in shown.items():
                    text = "\n".join(text_of(value))
                    matching = [body for body, pattern in node["x-bodies"].items() if re.search(pattern, text)]
                    assert matching[:1] == [each], (operation.operation_id, status)
