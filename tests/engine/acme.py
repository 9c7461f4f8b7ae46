"""A vendor of the tests' own, with what no real one has: parameters of every kind, a handler that crashes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from mockserver.consent import Body, Consent, ConsentState
from mockserver.contract.document import Document
from mockserver.engine.dispatcher import build
from mockserver.errors import ApiError, NotFound
from mockserver.vendors import Account, Stamped, Vendor, furnish
from mockserver.world.sandbox import Start, World

DOCUMENT = """
openapi: "3.0.3"
info: {title: Acme, version: "2.1.0"}
servers:
  - {url: "https://{tenant}.acme.test:8443/", variables: {tenant: {default: a}}}
  - {url: "http://{everything}", variables: {everything: {default: x}}}
security: [{key: []}]
paths:
  /lists/{listId}/{email}:
    parameters:
      - {name: listId, in: path, required: true, schema: {type: integer, minimum: 1}}
      - {name: email, in: path, required: true, schema: {type: string}}
    get:
      operationId: fetch
      parameters:
        - {name: verbose, in: query, schema: {type: boolean}}
        - {name: limit, in: query, required: true, schema: {type: integer, maximum: 10}}
        - {name: X-Run, in: header, schema: {type: string, pattern: "^[0-9]+$"}}
      responses: {"200": &ok {description: ok, content: {application/json: {schema: {}}}}}
    put:
      operationId: opt_out
      requestBody:
        content:
          application/json: {x-charsets: [utf-8, utf-16], schema: {$ref: "#/components/schemas/Change"}}
      responses:
        "200":
          description: ok
          headers: {X-Constant: {schema: {type: string, enum: [yes-always]}}, X-Other: {schema: {type: string}}}
          content: {application/json: {schema: {}}}
        "404":
          description: none
          x-clauses: [ACME-7]
          content: {application/vnd.acme+json: {schema: {}}}
  /crash/*:
    post:
      operationId: crash
      security: []
      requestBody:
        required: true
        x-default-media-type: application/json
        content: {application/json: {schema: {type: object}}}
      responses: {"200": {description: ok, content: {application/json: {schema: {}}}}}
  /echo:
    get:
      operationId: echo
      security: [{bearer: []}]
      responses: {"200": {description: ok, content: {application/json: {schema: {}}}}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    bearer: {type: http, scheme: bearer}
  schemas:
    Change:
      type: object
      required: [state]
      properties: {state: {type: string, enum: [out, in]}, note: {type: string, nullable: true}}
""".replace("&ok ", "")


@dataclass(frozen=True)
class Standing(Stamped):
    list_id: int
    email: str
    state: ConsentState

    @property
    def key(self) -> tuple[int, str]:
        return self.list_id, self.email


class Acme(Vendor):
    name = "acme"
    records: ClassVar = (Standing,)

    def fetch(self, list_id, email, verbose, limit, x_run, query, base_url) -> Body:
        return {
            "list": list_id,
            "email": email,
            "verbose": verbose,
            "limit": limit,
            "run": x_run,
            "query": query,
            "base": base_url,
        }

    def opt_out(self, list_id, email, body) -> Body:
        with self.store.transaction() as tx:
            found = tx.get(Standing, (list_id, email))
            if found is None:
                raise NotFound(f"no standing of {email}")
            tx.put(replace(found, state=ConsentState.OPTED_OUT, stamp=self.stamp()))
        return {"body": body}

    def crash(self, body) -> Body:
        with self.store.transaction() as tx:
            tx.put(Standing(9, "ghost@acme.test", ConsentState.OPTED_OUT))
            return {"impossible": body["impossible"]}

    def echo(self, account: Account) -> Body:
        return {"account": account.name}

    def consents(self) -> Iterator[Consent]:
        return (Consent(each.email, str(each.list_id), each.state, each.stamp) for each in self.store.all(Standing))

    def render_error(self, error: ApiError) -> Body:
        return {"acme": type(error).__name__, "details": list(error.details), **error.facts}


FIXTURE = """
Account:
  - {name: key, headers: {X-Key: k1}}
  - {name: bearer, headers: {Authorization: Bearer b1}}
Standing:
  - {list_id: 1, email: a/b@acme.test, state: opted_in}
"""


def document(text: str = DOCUMENT) -> Document:
    return Document(Path("specs/acme.yaml"), text.encode())


def dispatcher(scenarios: Path, vendor: type[Vendor] = Acme, text: str = DOCUMENT, *, explain=False, **kwargs):
    """Build a dispatcher with this vendor alone; its fixture is written into `scenarios`."""
    (scenarios / "baseline").mkdir(exist_ok=True)
    (scenarios / "baseline" / "acme.yaml").write_text(FIXTURE)
    vendors = {"acme": vendor}
    start = Start(scenarios=scenarios, explain=explain)
    world = World({"acme": vendor.kinds()}, ["acme"], lambda sandbox: furnish(sandbox, vendors), start)
    return build(world, [document(text)], vendors, None, **kwargs), world
