import itertools

import httpx
import pytest

from contract_tests.holding import hold
from mockserver.contract import bodies as bodies_of
from mockserver.contract import document, examples

DOCUMENTS = {name: document.load(name) for name in document.names()}
OPERATIONS = [
    pytest.param(read, operation, id=f"{name}-{operation.operation_id}")
    for name, read in DOCUMENTS.items()
    for operation in read.operations
]


def named(read, node):
    return {name: read.resolve(each)["value"] for name, each in read.resolve(node).get("examples", {}).items()}


def node_of(read, operation):
    return read.tree["paths"][operation.path][operation.method.lower()]


def paths(read, operation):
    """Every path that the examples of the path parameters give."""
    given = [*read.tree["paths"][operation.path].get("parameters", ()), *node_of(read, operation).get("parameters", ())]
    parameters = [each for each in map(read.resolve, given) if each["in"] == "path"]
    for values in itertools.product(*(named(read, each).values() for each in parameters)):
        path = operation.path
        for parameter, value in zip(parameters, values, strict=True):
            path = path.replace(
                f"{{{parameter['name']}}}", httpx.QueryParams({"v": value}).__str__()[2:].replace("+", "%20")
            )
        yield path


def bodies(read, operation):
    """Every example of the request body, by media type; one empty pair where there is no body."""
    content = read.resolve(node_of(read, operation).get("requestBody", {})).get("content", {})
    found = [
        (media_type, encode(read, media_type, each["schema"], value))
        for media_type, each in content.items()
        for value in named(read, each).values()
    ]
    return found or [(None, None)]


def encode(read, media_type, schema, value):
    return bodies_of.writer(media_type, schema, read.resolve)(value)


@pytest.mark.parametrize(("read", "operation"), OPERATIONS)
def test_what_the_examples_ask_for_is_answered_as_documented(base_url, read, operation):
    mock = httpx.get(f"{base_url}/__admin/vendors").json()["vendors"]
    credentials = next(each["credentials"] for each in mock if each["name"] == read.name)
    seen = set()
    for path, (media_type, body), account in itertools.product(
        paths(read, operation), bodies(read, operation), [each["headers"] for each in credentials] + [{}]
    ):
        headers = account | ({"content-type": media_type} if media_type else {})
        answer = httpx.request(operation.method, f"{base_url}/{read.name}{path}", headers=headers, content=body)
        hold(read, operation, answer.status_code, answer.headers, answer.content)
        seen.add(answer.status_code)
    assert operation.success in seen


def test_documents_have_examples():
    for read in DOCUMENTS.values():
        assert list(examples.find(read))
