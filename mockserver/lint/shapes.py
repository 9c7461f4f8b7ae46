"""The shape of an OpenAPI 3.0 document, as far as anything here walks through it."""

from collections.abc import Mapping

from mockserver.contract.document import METHODS

ELEMENT = {
    "name": "text",
    "in": "text",
    "schema": "schema",
    "examples": "example{}",
    "content": "content{}",
    "headers": "header{}",
    "links": "link{}",
    "x-clauses": "text[]",
}
SHAPES: Mapping[str, Mapping[str, str]] = {
    "document": {
        "info": "object",
        "servers": "server[]",
        "paths": "paths",
        "components": "components",
        "x-answer-charsets": "text[]",
        "security": "requirement[]",
        "tags": "tag[]",
    },
    "components": {
        "schemas": "schema{}",
        "parameters": "parameter{}",
        "requestBodies": "requestBody{}",
        "responses": "response{}",
        "headers": "header{}",
        "examples": "example{}",
        "links": "link{}",
        "callbacks": "callback{}",
        "securitySchemes": "scheme{}",
    },
    "paths": {"*": "path"},
    "path": {"parameters": "parameter[]", "servers": "server[]", **dict.fromkeys(METHODS, "operation")},
    "operation": {
        "operationId": "text",
        "parameters": "parameter[]",
        "requestBody": "requestBody",
        "responses": "responses",
        "callbacks": "callback{}",
        "security": "requirement[]",
        "servers": "server[]",
        "tags": "text[]",
        "x-clauses": "text[]",
    },
    "responses": {"*": "response"},
    "callback": {"*": "path"},
    **dict.fromkeys(("parameter", "header", "requestBody", "response"), ELEMENT),
    "content": {"schema": "schema", "examples": "example{}", "encoding": "encoding{}", "x-charsets": "text[]"},
    "encoding": {"headers": "header{}"},
    "schema": {
        "properties": "schema{}",
        "items": "schema",
        "additionalProperties": "schema?",
        "not": "schema",
        **dict.fromkeys(("allOf", "anyOf", "oneOf"), "schema[]"),
        "enum": "any[]",
        **dict.fromkeys(("title", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"), "any"),
        **dict.fromkeys(("maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems"), "any"),
        **dict.fromkeys(("maxProperties", "minProperties", "required", "type", "format", "default"), "any"),
        **dict.fromkeys(("description", "nullable", "xml", "x-xml-order", "x-xml-joined"), "any"),
    },
    "server": {"url": "text", "variables": "variable{}"},
    "variable": {"default": "text", "enum": "text[]"},
    "requirement": {"*": "text[]"},
    "tag": {"name": "text"},
    "scheme": {"type": "text", "flows": "flows"},
    "flows": {"*": "flow"},
    "flow": {"scopes": "object"},
    "link": {"operationId": "text"},
    "example": {},
    "object": {},
}
"""Members by the name of their element: `x{}` is a mapping of free names to x, `x[]` a list, `x?` x or a boolean."""

REFERABLE = frozenset(
    {"path", "parameter", "header", "requestBody", "response", "schema", "example", "link", "callback", "scheme"}
)
"""Elements in whose place a `$ref` may stand."""
CLOSED = frozenset({"schema"})
"""Elements of which nothing else is kept: compilers follow `id`, `$schema` and `definitions` into the network."""
