"""Holds one answer to a document: status, media type with its parameters, headers, body."""

import re

import orjson

from mockserver.contract import media
from mockserver.contract.dotnet import READERS, markup
from mockserver.errors import DocumentError


def node_of(document, operation, status):
    """Give the documented answer, as the document has it."""
    operations = document.tree["paths"][operation.path]
    return document.resolve(operations[operation.method.lower()]["responses"][str(status)])


def always(_ids):
    """Hold whatever it rests on."""
    return True


def hold(document, operation, status, headers, body, asserts=always):
    """Assert that an answer of an operation is documented; header names are in lower case.

    `asserts` tells of clauses whether what rests on them is held: beyond the status, nothing else is.
    """
    response = operation.responses.get(status)
    assert response, f"{status} is not documented for {operation.operation_id}: {body[:200]!r}"
    node = node_of(document, operation, status)
    if not asserts(node.get("x-clauses", ())):
        return
    for name, value in response.constant_headers:
        if asserts(document.resolve(node["headers"][name]).get("x-clauses", ())):
            assert headers.get(name.lower()) == value, f"{name} is {headers.get(name.lower())!r}, not {value!r}"
    offered = node.get("content", {})
    if not offered:
        assert ("content-type" in headers, body) == (False, b""), f"there is a body, where none is: {body[:200]!r}"
        return
    types = {each: name for name, content in offered.items() for each in content_types(document, name, content)}
    assert headers.get("content-type") in types, f"{headers.get('content-type')} is none of {list(types)}"
    name = types[headers["content-type"]]
    text = body.decode(media.parse(headers["content-type"]).charset)
    value = read(document, name, offered[name]["schema"], text.removeprefix("\ufeff").encode())
    found = document.validator(offered[name]["schema"]).violations(value, "body")
    assert not found, (
        f"the body does not match its schema at {found[0].pointer or '/'}: {found[0].message}: {text[:200]}"
    )


def content_types(document, name, content):
    """Give the values of Content-Type that a media type may come with."""
    for parameters in (content.get("x-parameters"), *content.get("x-parameters-on-request", ())):
        whole = f"{name}; {parameters}" if parameters else name
        yield whole
        yield from (whole.replace("charset=utf-8", f"charset={each}") for each in document.charsets)


def read(document, media_type, schema, body):
    """Read an answer's body; one in XML as its reader does, or element by element where it has none; text as text."""
    if media_type.endswith("json"):
        return orjson.loads(body)
    node = document.resolve(schema)
    if node.get("type") == "string" and "xml" not in node:
        return body.decode()
    try:
        return READERS["datacontract"](schema, document.resolve).read(body, "utf-8").value
    except DocumentError:
        root = markup.parse(body, "utf-8", frozenset(re.findall(r"<([^\s/>!?]+)", body.decode())))
        return {each.local: _within(each) for each in root.children()}


def _within(element):
    """Give an element's text, or the texts of the elements in it by their names."""
    if any(isinstance(each, markup.Node) for each in element.content):
        return {each.local: [each.text()] for each in element.children()}
    return element.text()
