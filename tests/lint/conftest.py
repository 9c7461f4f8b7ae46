import sys
import types
from dataclasses import dataclass
from pathlib import Path

import pytest

from mockserver import contract
from mockserver.vendors import Vendor

DOCUMENT = """\
openapi: 3.0.3
info:
  title: Acme
  version: "1"
  x-clauses: [ACME-01]
servers:
  - url: https://{region}.example.com
    variables:
      region: {default: eu, enum: [eu, us]}
security: []
paths:
  /lists/{listId}:
    post:
      operationId: opt_out
      summary: Opt out
      tags: [Lists]
      parameters:
        - $ref: "#/components/parameters/ListId"
      requestBody:
        $ref: "#/components/requestBodies/OptOut"
      responses:
        "200":
          description: Done.
          content:
            application/json:
              schema:
                $ref: "#/components/schemas/Standing"
              examples:
                done:
                  value:
                    email: a@example.com
                    status: 1
        "404":
          $ref: "#/components/responses/NotFound"
components:
  parameters:
    ListId:
      name: listId
      in: path
      required: true
      schema: {type: integer}
      example: 7
  requestBodies:
    OptOut:
      x-clauses: [ACME-02]
      content:
        application/json:
          schema:
            type: object
            required: [email]
            additionalProperties: false
            properties:
              email: {type: string}
          examples:
            address: {$ref: "#/components/examples/Address"}
  responses:
    NotFound:
      description: No such list.
      content:
        application/json:
          schema: {type: object}
          examples:
            unknown: {value: {}}
  examples:
    Address:
      value: {email: a@example.com}
  schemas:
    Standing:
      type: object
      required: [email]
      additionalProperties: false
      properties:
        email: {type: string, minLength: 3, maxLength: 80, pattern: "^.+@.+$"}
        status: {type: integer, nullable: true, enum: [1, 2, null]}
        earlier:
          type: array
          items: {$ref: "#/components/schemas/Standing"}
tags:
  - name: Lists
"""
REGISTER = """\
ACME-01: {says: It exists., basis: page, source: the page}
ACME-02:
  says: It takes an address.
  basis: page
  source: the page
ACME-03: {says: It is dated., basis: page, source: the page, not-mocked: a date}
ACME-A01: {says: It is quick., basis: inferred, source: the page}
"""
FIXTURE = """\
Account:
  - {name: one, headers: {x-key: abc}}
Row:
  - name: a
    size: 1
  - {name: a@example.com, size: 7}
"""
SCENARIO = """\
says: Nothing special.
now: "2026-01-01T00:00:00Z"
"""


@dataclass(frozen=True)
class Row:
    name: str
    size: int = 0

    @property
    def key(self):
        return self.name


class Acme(Vendor):
    name = "acme"
    records = (Row,)

    def opt_out(self, list_id, body):
        """Handle."""


@dataclass
class House:
    """The tool's own data folders, with one vendor in them."""

    root: Path

    @property
    def document(self):
        return self.root / "specs" / "acme.yaml"

    @property
    def register(self):
        return self.root / "specs" / "clauses" / "acme.yaml"

    @property
    def fixture(self):
        return self.root / "fixtures" / "baseline" / "acme.yaml"

    @property
    def scenario(self):
        return self.root / "fixtures" / "baseline" / "scenario.yaml"


@pytest.fixture
def house(tmp_path, monkeypatch):
    module = types.ModuleType("mockserver.vendors.acme")
    module.Acme = Acme
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(contract, "PACKAGE", tmp_path)
    monkeypatch.chdir(tmp_path)
    built = House(tmp_path)
    texts = {
        built.document: DOCUMENT,
        built.register: REGISTER,
        built.fixture: FIXTURE,
        built.scenario: SCENARIO,
    }
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return built
