"""Documents against the OpenAPI specification, by the schema of documents that openapi-spec-validator carries.

The schema is compiled here, since the library's own errors do not tell which of several forms a node nearly has. What
the library checks beyond the schema has rules of its own, with exact places: it takes seconds for a megabyte.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs

from mockserver.errors import pointer_to
from mockserver.lint.note import Note
from mockserver.lint.survey import Survey

HINTS = {
    "const": "enum with one value",
    "examples": "example",
    "$schema": "leave it out",
    "patternProperties": "additionalProperties",
    "contentEncoding": "format: byte",
    "$defs": "components/schemas",
    "definitions": "components/schemas",
    "consumes": "content of requestBody",
    "produces": "content of the responses",
    "schema": "content, with a media type",
    "type": "schema",
    "webhooks": "callbacks",
}
"""What OpenAPI 3.0 has for members that other versions, or JSON Schema, have."""


def check(survey: Survey) -> Iterator[Note]:
    """List all that the specification does not allow, one remark for a place but where the schema has several."""
    told = set()
    for note in _by_schema(survey.plain):
        told.add(note.pointer)
        yield note
    yield from (note for note in survey.misfits if note.pointer not in told)


def _by_schema(tree: Any) -> Iterator[Note]:
    for error in _schema().iter_errors(tree):
        for leaf in _leaves(error):
            pointer = pointer_to(*leaf.instance_path)
            details = leaf.kind.as_dict()
            if "unexpected" in details:
                yield from (
                    Note(pointer + pointer_to(name), f"{name!r} is not allowed here", HINTS.get(name))
                    for name in details["unexpected"]
                )
            elif "context" in details:
                yield Note(pointer, "this fits none of the forms that OpenAPI has for it")
            else:
                yield Note(pointer, leaf.message)


@cache
def _schema() -> jsonschema_rs.Draft4Validator:
    from openapi_spec_validator.schemas import schema_v30  # noqa: PLC0415 - 160 ms that only the linter needs

    return jsonschema_rs.Draft4Validator(dict(schema_v30))


def _leaves(error: jsonschema_rs.ValidationError) -> Iterator[jsonschema_rs.ValidationError]:
    """Descend into the one form that a node is meant to have, where that can be told."""
    forms = [form for form in error.kind.as_dict().get("context", ()) if not _wants_reference(form)]
    forms = [form for form in forms if not any(each.kind.name == "enum" for each in form)] or forms
    if len(forms) != 1:
        yield error
        return
    for each in forms[0]:
        yield from _leaves(each)


def _wants_reference(form: list[jsonschema_rs.ValidationError]) -> bool:
    return any(each.kind.as_dict().get("property") == "$ref" for each in form)
