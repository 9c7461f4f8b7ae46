from pathlib import Path

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from mockserver.admin.operation import BoundOperation
from mockserver.contract import examples
from mockserver.contract.document import Document
from mockserver.errors import DocumentError
from tests.admin.control import ADMIN, ALLOWED

EXAMPLES = list(examples.find(ADMIN))
OPERATIONS = [pytest.param(each, id=each.operation_id) for each in ADMIN.operations]


@pytest.fixture
def control(control):
    control.world.find("default").take(None)  # the examples speak of the first one
    return control


def node_of(operation):
    return ADMIN.tree["paths"][operation.path][operation.method.lower()]


def first_examples(operation):
    """A path whose parameters are their first examples."""
    item = ADMIN.tree["paths"][operation.path]
    path = operation.path
    for parameter in map(ADMIN.resolve, item.get("parameters", ())):
        example = next(iter(parameter["examples"].values()))
        path = path.replace(f"{{{parameter['name']}}}", example["value"])
    return path


def queries():
    for operation in ADMIN.operations:
        for parameter in map(ADMIN.resolve, node_of(operation).get("parameters", ())):
            for name, example in parameter["examples"].items():
                yield pytest.param(operation, parameter["name"], example["value"], id=f"{parameter['name']}-{name}")


def bodies():
    for operation in ADMIN.operations:
        for content in node_of(operation).get("requestBody", {}).get("content", {}).values():
            for name, example in content["examples"].items():
                yield pytest.param(operation, example["value"], id=f"{operation.operation_id}-{name}")


def test_it_is_valid_openapi():
    assert list(OpenAPIV30SpecValidator(ADMIN.tree).iter_errors()) == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: each.pointer)
def test_each_example_matches_its_schema(example):
    assert ADMIN.validator(example.schema).violations(example.value, "body") == []


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_content_and_parameter_has_a_named_example(operation):
    nodes = [ADMIN.resolve(each) for each in node_of(operation)["responses"].values()]
    nodes += [node_of(operation)["requestBody"]] if operation.content else []
    for node in nodes:
        assert all(content["examples"] for content in node.get("content", {}).values())
    for node in map(ADMIN.resolve, node_of(operation).get("parameters", ())):
        assert node["examples"]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_documents_what_any_of_them_may_answer(operation):
    expected = {400, 403, 405, 408, 413, 431, 500}
    expected |= set() if node_of(operation).get("security") == [] else {401}
    expected |= {404} if "{" in operation.path else set()
    expected |= {415} if operation.content else set()
    assert expected <= set(operation.responses)


@pytest.mark.parametrize("operation", [each for each in OPERATIONS if each.values[0].method == "GET"])
def test_each_get_works_with_the_first_examples_of_its_path(control, operation):
    control.get(first_examples(operation), operation.success)


@pytest.mark.parametrize(("operation", "name", "value"), list(queries()))
def test_each_example_of_a_query_works(control, operation, name, value):
    control.call(operation.method, first_examples(operation), operation.success, query_string={name: value})


@pytest.mark.parametrize(("operation", "value"), list(bodies()))
def test_each_example_of_a_body_works(control, operation, value):
    control.call(operation.method, first_examples(operation), operation.success, json=value)


@pytest.mark.parametrize("path", ALLOWED)
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND"])
def test_a_path_has_the_methods_that_the_document_gives_it_and_no_others(control, path, method):
    if method not in ALLOWED[path]:
        url = path.replace("{sandbox}", "default").replace("{vendor}", "ledger").replace("{snapshot}", "1")
        answer = control.app.test_client().open(url, method=method)
        control.refusal(method, url, 405)
        assert set(answer.headers["Allow"].split(", ")) - {"HEAD"} == ALLOWED[path]


MINIMAL = b"""
openapi: "3.0.3"
info: {title: t, version: "1"}
paths:
  /x/{name}:
    parameters: [{name: name, in: path, required: true, schema: {type: string}}]
    get: {operationId: fetch, responses: {"200": {description: ok}}}
"""


class Fetching:
    def fetch(self, name, origin):
        """Handler of the document above."""


class Greedy:
    def fetch(self, name, colour):
        """Asks for what the document does not have."""


def bind(*handlers):
    read = Document(Path("minimal.yaml"), MINIMAL)
    return BoundOperation(read, read.operations[0], handlers)


def test_an_operation_is_bound_to_the_handler_of_its_name():
    assert bind(object(), Fetching())


@pytest.mark.parametrize(("handlers", "number"), [([object()], 0), ([Fetching(), Fetching()], 2)])
def test_an_operation_without_its_one_handler_stops_the_start(handlers, number):
    with pytest.raises(DocumentError, match=f"operationId fetch: {number} handlers have a method of that name"):
        bind(*handlers)


def test_a_handler_that_asks_for_what_the_document_does_not_have_stops_the_start():
    with pytest.raises(DocumentError, match="fetch asks for 'colour'; there are accepted, body, name, origin, query"):
        bind(Greedy())
