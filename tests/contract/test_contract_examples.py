from pathlib import Path

import pytest
import yaml

from mockserver.contract import document
from mockserver.contract.document import Document
from mockserver.contract.examples import Example, find
from mockserver.errors import escape


class Loose(Document):
    """A document that need not be whole."""

    def __init__(self, raw):
        self.path, self.tree = Path("acme.yaml"), yaml.safe_load(raw)


TREE = b"""
openapi: 3.0.3
paths:
  /a/{b~c}:
    parameters:
      - {name: b~c, in: path, required: true, schema: {type: string}, example: shared}
      - $ref: "#/components/parameters/P"
    post:
      operationId: x
      parameters:
        - name: q
          in: query
          schema: {type: integer}
          examples: {one: {value: 1}, two/2: {$ref: "#/components/examples/E"}}
      requestBody:
        content:
          application/json: {schema: {type: object}, example: {a: 1}}
      responses:
        "200":
          headers:
            X-A: {schema: {type: string}, example: h}
            X-R: {$ref: "#/components/headers/H"}
          content:
            text/plain: {examples: {far: {externalValue: https://example.com/x}, none: {value: null}}}
        "404": {$ref: "#/components/responses/R"}
    summary: no method
  /bare:
    get: {operationId: y}
components:
  examples: {E: {value: 2}}
  parameters: {P: {name: p, in: query, schema: {enum: [p]}, example: p}}
  requestBodies: {B: {content: {a/b: {schema: {type: string}, example: b}}}}
  responses: {R: {content: {a/b: {schema: {type: number}, example: 4.5}}}}
  headers: {H: {schema: {type: string}, example: H}}
"""
PATH = "/paths/~1a~1{b~0c}"
POST = f"{PATH}/post"


def test_all_examples_are_found_with_schema_place_and_element():
    assert list(find(Loose(TREE))) == [
        Example("example", "p", {"enum": ["p"]}, "/components/parameters/P/example", "/components/parameters/P"),
        Example(
            "example",
            "b",
            {"type": "string"},
            "/components/requestBodies/B/content/a~1b/example",
            "/components/requestBodies/B",
        ),
        Example(
            "example",
            4.5,
            {"type": "number"},
            "/components/responses/R/content/a~1b/example",
            "/components/responses/R",
        ),
        Example("example", "H", {"type": "string"}, "/components/headers/H/example", "/components/headers/H"),
        Example("example", "shared", {"type": "string"}, f"{PATH}/parameters/0/example", f"{PATH}/parameters/0"),
        Example("one", 1, {"type": "integer"}, f"{POST}/parameters/0/examples/one", f"{POST}/parameters/0"),
        Example("two/2", 2, {"type": "integer"}, f"{POST}/parameters/0/examples/two~12", f"{POST}/parameters/0"),
        Example(
            "example",
            {"a": 1},
            {"type": "object"},
            f"{POST}/requestBody/content/application~1json/example",
            f"{POST}/requestBody",
        ),
        Example("none", None, {}, f"{POST}/responses/200/content/text~1plain/examples/none", f"{POST}/responses/200"),
        Example(
            "example",
            "h",
            {"type": "string"},
            f"{POST}/responses/200/headers/X-A/example",
            f"{POST}/responses/200/headers/X-A",
        ),
    ]


def test_a_document_without_anything_has_no_examples():
    assert list(find(Loose(b"openapi: 3.0.3"))) == []


@pytest.mark.parametrize(("step", "escaped"), [("a", "a"), ("a/b~c", "a~1b~0c"), ("~1", "~01")])
def test_a_step_of_a_pointer_is_escaped(step, escaped):
    assert escape(step) == escaped


@pytest.mark.parametrize("name", document.names())
def test_each_document_has_examples_and_they_match_their_schemas(name):
    loaded = document.load(name)
    found = list(find(loaded))
    assert found
    misfits = {each.pointer: loaded.validator(each.schema).violations(each.value, "body") for each in found}
    assert misfits == {each.pointer: [] for each in found}
