"""Holds one answer to a document: status, media type with its parameters, headers, body."""

import orjson
from lxml import etree

from mockserver.contract.dotnet import READERS
from mockserver.errors import DocumentError


def node_of(document, operation, status):
    """Give the documented answer, as the document has it."""
    operations = document.tree["paths"][operation.path]
    return document.resolve(operations[operation.method.lower()]["responses"][str(status)])


def hold(document, operation, status, headers, body):
    """Assert that an answer of an operation is documented; header names are in lower case."""
    response = operation.responses.get(status)
    assert response, f"{status} is not documented for {operation.operation_id}: {body[:200]!r}"
    for name, value in response.constant_headers:
        assert headers[name.lower()] == value, name
    types = {content_type: name for name, (content_type, _) in response.contents.items()}
    if not types:
        assert (headers.get("content-type"), body) == (None, b""), "an answer without content is documented"
        return
    assert headers["content-type"] in types, f"{headers['content-type']} is none of {list(types)}"
    content = node_of(document, operation, status)["content"][types[headers["content-type"]]]
    value = read(document, types[headers["content-type"]], content["schema"], body)
    assert document.validator(content["schema"]).violations(value, "body") == []


def read(document, media_type, schema, body):
    """Read an answer's body; one in XML as its reader does, or element by element where it has none; text as text."""
    if media_type.endswith("json"):
        return orjson.loads(body)
    if document.resolve(schema).get("type") == "string":
        return body.decode()
    try:
        return READERS["datacontract"](schema, document.resolve).read(body, "utf-8").value
    except DocumentError:
        root = etree.fromstring(body)
        return {each.tag: {place.tag: [place.text] for place in each} if len(each) else each.text for each in root}
