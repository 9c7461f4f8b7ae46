import itertools
from urllib.parse import urlencode

import pytest

from contract_tests.holding import hold
from contract_tests.holding import read as reading
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


def content_of(read, node):
    return read.resolve(node).get("content", {})


def pairs(read, operation):
    """Every example of the request body with the one of its name in an answer that is no refusal, by media types."""
    responses = node_of(read, operation)["responses"]
    for asked, content in content_of(read, node_of(read, operation).get("requestBody", {})).items():
        for name in content.get("examples", {}):
            for status, response in responses.items():
                for given, answer in content_of(read, response).items():
                    if int(status) < 400 and name in answer.get("examples", {}):
                        yield name, asked, given, content, answer


PAIRS = [
    pytest.param(read, operation, pair, id=f"{name}-{operation.operation_id}-{'-'.join(pair[:3])}")
    for name, read in DOCUMENTS.items()
    for operation in read.operations
    for pair in pairs(read, operation)
]


def agrees(expected, *found):
    """Tell whether an example is what two worlds answer, but for what differs between them."""
    if all(isinstance(each, dict) for each in (expected, *found)):
        same = all(each.keys() == expected.keys() for each in found)
        return same and all(agrees(expected[name], *(each[name] for each in found)) for name in expected)
    if all(isinstance(each, list) for each in (expected, *found)):
        same = all(len(each) == len(expected) for each in found)
        return same and all(agrees(*items) for items in zip(expected, *found, strict=True))
    return found[0] == expected if found[0] == found[1] else type(expected) is type(found[0])


@pytest.fixture(scope="module")
def worlds(ground):
    """Two sandboxes that differ in seed and clock."""
    made = ground.sandbox(seed=1, now="2026-01-01T00:00:00Z"), ground.sandbox(seed=2, now="2026-02-02T02:02:02Z")
    yield made
    for each in made:
        ground.end(each)


def in_both(worlds, read, operation, pair):
    """What an example of a request is answered in two worlds, for each path and account that both of them accept."""
    name, asked, given, content, answer = pair
    body = encode(read, asked, content["schema"], read.resolve(content["examples"][name])["value"])
    for path, account in itertools.product(paths(read, operation), worlds[0].target(read).accounts or [None]):
        values = []
        for each in worlds:
            each.reset()
            target = each.target(read)
            headers = target.credential(account) | {"content-type": asked, "accept": given}
            got = target.send(Request(operation, path, query(read, operation), headers, body))
            if got.status < 400:
                values.append(reading(read, given, answer["schema"], got.body))
        if len(values) == len(worlds):
            yield values


@pytest.mark.only_mock
@pytest.mark.parametrize(("read", "operation", "pair"), PAIRS)
def test_an_example_of_a_request_is_answered_by_the_example_of_its_name(worlds, read, operation, pair):
    name, *_, answer = pair
    expected = read.resolve(answer["examples"][name])["value"]
    assert any(agrees(expected, *values) for values in in_both(worlds, read, operation, pair)), f"not {expected}"


@pytest.mark.parametrize(
    ("first", "second", "agree"),
    [
        ({"a": [1, "x"]}, {"a": [1, "x"]}, True),
        ({"a": [1, "y"]}, {"a": [1, "z"]}, True),
        ({"a": [1, "y"]}, {"a": [1, "y"]}, False),
        ({"a": [1, 5]}, {"a": [1, 6]}, False),
        ({"a": [1]}, {"a": [1, "x"]}, False),
        ({"a": [1, "x"], "b": 1}, {"a": [1, "x"], "b": 2}, False),
        (None, None, False),
    ],
)
def test_what_depends_on_the_world_may_differ_from_an_example_and_nothing_else(first, second, agree):
    assert agrees({"a": [1, "x"]}, first, second) is agree


def test_documents_have_examples():
    for read in DOCUMENTS.values():
        assert list(examples.find(read))
