import itertools
from urllib.parse import urlencode

import pytest

from contract_tests.holding import hold
from contract_tests.steps import named, node_of, parameter_examples
from contract_tests.target import Request
from mockserver.contract import bodies as bodies_of
from mockserver.contract import document, examples

DOCUMENTS = {name: document.load(name) for name in document.names()}
OPERATIONS = [
    pytest.param(read, operation, id=f"{name}-{operation.operation_id}")
    for name, read in DOCUMENTS.items()
    for operation in read.operations
]


def paths(read, operation):
    """Every path that the examples of the path parameters give."""
    names = [each for each in operation.parameters if each.where == "path"]
    for values in itertools.product(*(parameter_examples(read, operation, each) for each in names)):
        yield {each.name: value for each, value in zip(names, values, strict=True)}


def query(read, operation):
    """The parameters that a query must have, with their first examples."""
    needed = [each for each in operation.parameters if each.where == "query" and each.required]
    return urlencode({each.name: parameter_examples(read, operation, each)[0] for each in needed})


def bodies(read, operation):
    """Every example of the request body, by media type; one empty pair where there is no body."""
    content = read.resolve(node_of(read, operation).get("requestBody", {})).get("content", {})
    found = [
        (media_type, encode(read, media_type, each["schema"], value))
        for media_type, each in content.items()
        for value in named(read, each)
    ]
    return found or [(None, b"")]


def encode(read, media_type, schema, value):
    return bodies_of.writer(media_type, schema, read.resolve)(value)


@pytest.mark.parametrize(("read", "operation"), OPERATIONS)
def test_what_the_examples_ask_for_is_answered_as_documented(ground, read, operation):
    target = ground.target(read)
    seen = set()
    for path, (media_type, body), account in itertools.product(
        paths(read, operation), bodies(read, operation), [*target.accounts, None]
    ):
        headers = target.credential(account) | ({"content-type": media_type} if media_type else {})
        answer = target.send(Request(operation, path, query(read, operation), headers, body))
        hold(read, operation, answer.status, answer.headers, answer.body, ground.asserts)
        seen.add(answer.status)
    assert operation.success in seen, f"no example got a {operation.success}, but {sorted(seen)}"


def test_documents_have_examples():
    for read in DOCUMENTS.values():
        assert list(examples.find(read))
