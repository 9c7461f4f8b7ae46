"""Calls the control plane, and holds each of its answers to its document."""

import functools
import re
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import orjson

from mockserver import admin, vendors
from mockserver.admin.app import BODY_BYTES
from mockserver.consent import Consent, ConsentState
from mockserver.contract import document
from mockserver.contract.document import Document
from mockserver.errors import Conflicting
from mockserver.store.snapshots import MemorySnapshots
from mockserver.vendors import Account, Stamped, Vendor
from mockserver.vendors.events import event
from mockserver.world.journal import Exchange, Verdict, keep
from mockserver.world.sandbox import DEFAULT, Start, World

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ADMIN = Document(Path(admin.__file__).with_name("openapi.yaml"))
ALLOWED = {path: {method.upper() for method in item} - {"PARAMETERS"} for path, item in ADMIN.tree["paths"].items()}
LEDGER = b"""
openapi: "3.0.3"
info: {title: Ledger, version: "7.1.0"}
servers: [{url: "https://ledger.test"}]
paths:
  /people/{id}:
    put: {operationId: opt_out, responses: {"200": {description: ok}}}
    get: {operationId: fetch, responses: {"200": {description: ok}}}
"""


@dataclass(frozen=True)
class Line(Stamped):
    number: int
    state: ConsentState = ConsentState.OPTED_IN
    email: str | None = None
    audience: str | None = None
    data: dict[str, Any] | None = None

    @property
    def key(self):
        return self.number


class Ledger(Vendor):
    """A vendor of the tests' own: its consents are whatever its lines say, in their order."""

    name = "ledger"
    account = Account
    records: ClassVar = (Line,)

    @event(number={"type": "integer"}, state={"type": "string", "enum": list(ConsentState)})
    def change(self, number, state="opted_out"):
        """Change a line.

        More is said here, for whoever reads the code.
        """
        with self.store.transaction() as tx:
            found = tx.get(Line, number)
            if found is None:
                raise Conflicting(f"there is no line {number}")
            found = tx.put(replace(found, state=ConsentState(state), stamp=self.stamp()))
        return [self._consent(found)]

    @event()
    def close(self):
        """Opt everybody out."""
        with self.store.transaction() as tx:
            lines = [replace(each, state=ConsentState.OPTED_OUT, stamp=self.stamp()) for each in self.store.all(Line)]
            return [self._consent(tx.put(each)) for each in lines]

    def consents(self):
        return (self._consent(each) for each in self.store.all(Line))

    @staticmethod
    def _consent(line):
        return Consent(line.email, line.audience, line.state, line.stamp, line.data)


load = functools.cache(document.load)


class Control:
    """The control plane of all vendors and the ledger."""

    def __init__(self, token=None, **start):
        kinds = {name: vendors.find(name) for name in document.names()} | {"ledger": Ledger}
        self.vendors = kinds
        self.documents = {name: load(name) for name in document.names()}
        self.documents["ledger"] = Document(Path("ledger.yaml"), LEDGER)
        self.world = World(
            {name: kind.kinds() for name, kind in kinds.items()},
            list(kinds),
            lambda sandbox: vendors.furnish(sandbox, kinds),
            Start(**{"now": NOW, **start}),
        )
        self.app = admin.build(self.world, self.documents, kinds, token)

    def renew(self):
        """Be as new, without being built again."""
        self.app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES
        for sandbox in self.world.all():
            if sandbox.name == DEFAULT:
                self.world.reset(sandbox, self.world.start.scenario, self.world.start.seed)
                sandbox.store.snapshots = MemorySnapshots(threading.RLock())  # which outlast a reset
            else:
                self.world.delete(sandbox.name)

    def call(self, method, path, status=200, *, json=None, **kwargs):
        """Call, expect a status, hold the answer to the document, and give its body (None for none)."""
        if json is not None:
            kwargs |= {"data": orjson.dumps(json), "content_type": "application/json"}
        answer = self.app.test_client().open(path, method=method, **kwargs)
        assert answer.status_code == status, answer.text
        check(method, path.partition("?")[0], answer)
        if not answer.headers.get("Content-Type", "application/json").endswith("json"):
            return answer.data
        return orjson.loads(answer.data) if answer.data else None

    def get(self, path, status=200, **kwargs):
        return self.call("GET", path, status, **kwargs)

    def refusal(self, method, path, status, **kwargs):
        """Call, expect a refusal that changes nothing, and give its pointers."""
        before = self.everything()
        problem = self.call(method, path, status, **kwargs)
        assert self.everything() == before
        return [each["pointer"] for each in problem.get("errors", ())]

    def everything(self):
        """All records of all sandboxes, and what else tells them apart."""
        return [
            (
                *(each.name, each.scenario, each.seed, each.store.clock().now_us, each.store.snapshots.all()),
                *(each.store.records(name).tables(), each.store.journal.entries()),
            )
            for each in self.world.all()
            for name in self.vendors
        ]

    def note(self, sandbox="default", vendor="ledger", **what):
        """Put an exchange into the journal."""
        journal = self.world.find(sandbox).store.journal
        number, era = journal.open()
        method, path = what.pop("method", "PUT"), what.pop("path", "/ledger/people/1")
        made = Exchange(number, vendor, method, path, "", [(b"host", b"127.0.0.1")])
        for name, value in {"verdict": Verdict.ACCEPTED, "status": 200, "operation_id": "opt_out", **what}.items():
            setattr(made, name, value)
        keep(journal, era, made)
        return made


def with_body(method, path):
    """What to call an operation with: the first example of its body, where it needs one."""
    body = ADMIN.tree["paths"][path][method.lower()].get("requestBody", {})
    examples = [each for content in body.get("content", {}).values() for each in content["examples"].values()]
    return {"json": examples[0]["value"]} if body.get("required") else {}


def template(path):
    """The path of the document that a request's path fits; None if there is none."""
    fitting = (each for each in ALLOWED if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", each), path))
    return next(fitting, None)


def check(method, path, answer):
    """Hold an answer to the document: status, media type, body, headers."""
    assert answer.headers["Cache-Control"] == "no-store"
    found = template(path)
    if found is None:
        assert answer.status_code in {401, 403, 404}
        node = ADMIN.tree["components"]["schemas"]["Problem"]
        node = {"content": {"application/problem+json": {"schema": node}}}
    else:
        documented = "get" if method == "HEAD" else method.lower()
        item = ADMIN.tree["paths"][found]
        operation = item.get(documented) or next(item[each.lower()] for each in ALLOWED[found])
        node = ADMIN.resolve(operation["responses"][str(answer.status_code)])
    check_body(method, node, answer)
    for name, header in node.get("headers", {}).items():
        assert ADMIN.validator(header["schema"]).violations(answer.headers[name], "header") == []


def check_body(method, node, answer):
    if "content" not in node:
        assert answer.data == b""
        assert "Content-Type" not in answer.headers
        return
    media_type = answer.headers["Content-Type"].partition(";")[0]
    assert media_type in node["content"]
    if method != "HEAD" and media_type.endswith("json"):
        body = orjson.loads(answer.data)
        assert ADMIN.validator(node["content"][media_type]["schema"]).violations(body, "body") == []
        if media_type == "application/problem+json":
            assert body["status"] == answer.status_code
