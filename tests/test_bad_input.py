import urllib.parse

import pytest

from contract_tests.holding import hold
from contract_tests.steps import parameter_examples
from mockserver.contract import document
from mockserver.world.fixture import dump

OPERATIONS = [
    pytest.param(read, operation, id=f"{read.name}-{operation.operation_id}")
    for read in map(document.load, document.names())
    for operation in read.operations
]
WITH_BODY = [each for each in OPERATIONS if each.values[1].content is not None]
BY_TYPE = [
    pytest.param(*each.values, media_type, id=f"{each.id}-{media_type}")
    for each in WITH_BODY
    for media_type in each.values[1].content.validators
]

BODIES = {
    "nothing": b"",
    "blank": b" ",
    "half an object": b'{"a":',
    "two values": b"{}{}",
    "null": b"null",
    "a string": b'"x"',
    "a number": b"5",
    "an array": b"[]",
    "NaN": b'{"a":NaN}',
    "infinity": b"[-Infinity]",
    "bad UTF-8": b'{"a":"\xff"}',
    "overlong UTF-8": b'{"a":"\xc0\xaf"}',
    "lone surrogate": b'{"a":"\\udfff"}',
    "UTF-16": '{"a":1}'.encode("utf-16"),
    "NUL": b"\x00",
    "nested arrays": b"[" * 100_000,
    "nested objects": b'{"a":' * 100_000,
    "nested and closed": b"[" * 100_000 + b"]" * 100_000,
    "20,000 digits": b"9" * 20_000,
    "XML": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    "XML with another root": b"<Other/>",
    "XML with mismatched tags": b"<a><b></a></b>",
    "XML that says another encoding": b'<?xml version="1.0" encoding="utf-16"?><a/>',
    "XML 100,000 elements deep": b"<a>" * 100_000 + b"</a>" * 100_000,
    "XML with an instruction": b"<?php echo 1 ?><a/>",
    "2 MiB and a byte": b" " * (2 * 1024 * 1024 + 1),
}
TYPES = [
    "text/plain",
    "application/xml",
    "application/x-www-form-urlencoded",
    "application/json; charset=nope",
    "nonsense",
    "",
    "a/b/c",
    ";",
]
TYPES += ["multipart/form-data", "application/json, application/json", "\xff"]


def credential(started, sandbox, name):
    found = started.world.find(sandbox.name).store.records(name).all(started.vendors[name].account)
    return dict(found[0].headers) if found else {}


def path_of(read, operation, **changes):
    """A path whose parameters are their first examples, unless changed."""
    path = f"/{read.name}{operation.path}"
    for parameter in operation.parameters:
        if parameter.where == "path":
            first = parameter_examples(read, operation, parameter)[0]
            path = path.replace(f"{{{parameter.name}}}", changes.get(parameter.name, urllib.parse.quote(first)))
    return path


def state(started, sandbox, name):
    return dump(sandbox.store.records(name).tables(), started.vendors[name].kinds())


def assert_documented(read, operation, answer):
    """A refusal below the vendor's path is in its document, in its shape."""
    assert answer.status >= 400, answer
    assert answer.status != 500, answer
    hold(read, operation, answer.status, answer.headers, answer.body)


@pytest.fixture
def mock(started, sandbox, driver):
    """Gives call(read, operation, …): refused, documented, and nothing has changed."""

    def call(read, operation, *, path=None, method=None, headers=None, body=b"", query=b""):
        before = state(started, sandbox, read.name)
        sent = {**credential(started, sandbox, read.name), **(headers or {})}
        answer = driver.request(
            method or operation.method, path or path_of(read, operation), headers=sent, body=body, query=query
        )
        assert_documented(read, operation, answer)
        assert state(started, sandbox, read.name) == before
        return answer

    return call


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize(("read", "operation", "media_type"), BY_TYPE)
def test_a_body_that_cannot_be_meant_is_refused_as_documented(mock, read, operation, media_type, body):
    assert mock(read, operation, headers={"content-type": media_type}, body=body)


@pytest.mark.parametrize("media_type", TYPES)
@pytest.mark.parametrize(("read", "operation"), WITH_BODY)
def test_a_wrong_media_type_is_refused_as_documented(mock, read, operation, media_type):
    mock(read, operation, headers={"content-type": media_type}, body=b"{}")


@pytest.mark.parametrize("value", ["", "x", "Bearer", "Bearer ", "Basic dTpw", "\xff", "x" * 1000])
@pytest.mark.parametrize(("read", "operation"), [each for each in OPERATIONS if each.values[0].schemes])
def test_a_wrong_credential_is_refused_as_documented(mock, started, sandbox, read, operation, value):
    names = credential(started, sandbox, read.name)
    mock(read, operation, headers=dict.fromkeys(names, value), body=b"{}" if operation.content else b"")


@pytest.mark.parametrize(("read", "operation"), OPERATIONS)
def test_other_methods_are_refused_and_the_right_ones_allowed(mock, read, operation):
    allowed = [each.method for each in read.operations if each.path == operation.path]
    for method in {"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"} - set(
        allowed
    ):
        answer = mock(read, operation, method=method)
        assert (answer.status, answer.headers["allow"]) == (405, ", ".join(allowed))


@pytest.mark.parametrize(("read", "operation"), OPERATIONS)
def test_unknown_paths_are_refused_in_the_vendors_shape(mock, read, operation):
    good = path_of(read, operation)
    for path in (
        f"/{read.name}",
        f"/{read.name}/",
        f"{good}//",
        f"{good}/x/y",
        f"/{read.name}/..{good}",
        f"/{read.name}/%ff",
        f"/{read.name}//",
    ):
        first = read.operations[0]  # where no operation is known, the document's first 404 is answered
        assert mock(read, first, method=operation.method, path=path).status == 404


@pytest.mark.parametrize(("read", "operation"), OPERATIONS)
def test_a_slash_at_the_end_makes_another_path_unless_the_document_ignores_it(mock, read, operation):
    held_to = operation if read.ignores_trailing_slash else read.operations[0]
    answer = mock(read, held_to, method="PURGE", path=f"{path_of(read, operation)}/")
    assert answer.status == (405 if read.ignores_trailing_slash else 404)


@pytest.mark.parametrize(
    "segment",
    ["%00", "%0a", "%ff", "%2F", "..", "%2e%2e", "%F0%9F%98%80", "a" * 5000, "%25", "'", "%5C", "%E2%80%AE", ""],
)
@pytest.mark.parametrize(
    ("read", "operation"), [each for each in OPERATIONS if any(p.where == "path" for p in each.values[1].parameters)]
)
def test_a_strange_segment_has_a_documented_answer_and_changes_nothing(
    started, sandbox, driver, read, operation, segment
):
    before = state(started, sandbox, read.name)
    for name in [each.name for each in operation.parameters if each.where == "path"]:
        answer = driver.request(
            operation.method,
            path_of(read, operation, **{name: segment}),
            headers=credential(started, sandbox, read.name),
            body=b"{}" if operation.content else b"",
        )
        if answer.status == 404 and segment == "":
            continue  # at the end of a path it is another path
        assert answer.status != 500
        hold(read, operation, answer.status, answer.headers, answer.body)
    assert state(started, sandbox, read.name) == before


@pytest.mark.parametrize(("read", "operation"), OPERATIONS)
def test_header_fields_beyond_the_bound_are_refused(mock, read, operation):
    assert mock(read, operation, headers={"x-long": "y" * 33_000}).status == 431
    assert mock(read, operation, headers={f"x-{n}": "y" * 100 for n in range(400)}).status == 431


@pytest.mark.parametrize("query", [b"a=b", b"a", b"&&&=&", b"%ff=%00", b"a[]=1&a[]=2", b"x" * 60_000, b"a=1;b=2"])
@pytest.mark.parametrize(("read", "operation"), OPERATIONS)
def test_unknown_query_parameters_change_no_outcome(started, sandbox, driver, read, operation, query):
    headers = {**credential(started, sandbox, read.name), "content-type": "application/json"}
    body = b"{}" if operation.content else b""
    statuses = {
        driver.request(operation.method, path_of(read, operation), headers=headers, body=body, query=each).status
        for each in (b"", query)
    }
    assert len(statuses) == 1
    assert statuses < set(operation.responses)
