"""What a Schemathesis run is about: a document, the server that answers for it, and whose credentials are sent."""

import os
import urllib.parse
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml
from schemathesis import APIOperation, BaseSchema

from contract_tests.collector import COLLECTOR
from contract_tests.holding import always
from contract_tests.target import Target
from mockserver.contract import document
from mockserver.contract.elements import Operation


@dataclass(frozen=True, slots=True)
class Bench:
    """One vendor of a server.

    `asserts` tells of clauses whether what rests on them is held; without `writes` no method is tried that may change
    something and is not the operation's own.
    """

    target: Target
    asserts: Callable[[Collection[str]], bool] = always
    writes: bool = True


BENCHES: dict[str, Bench] = {}
"""By the title of the document, which is all that Schemathesis keeps of its name."""


def bench_of(schema: BaseSchema) -> Bench:
    """Find what a schema is about; under plain `st` it is made of the schema's title and base URL."""
    title = schema.raw_schema["info"]["title"]
    if title not in BENCHES:
        BENCHES[title] = _found(title, schema.config.base_url)
    return BENCHES[title]


def operation_of(operation: APIOperation) -> Operation:
    """Find our own operation behind one of Schemathesis'."""
    return next(
        each
        for each in bench_of(operation.schema).target.document.operations
        if (each.path, each.method) == (operation.path, operation.method.upper())
    )


def _found(title: str, base_url: str | None) -> Bench:
    found = next((each for each in map(document.load, document.names()) if each.title == title), None)
    if found is None or base_url is None:
        raise ValueError(f"{title!r}: this is none of the documents in specs/, or --url is missing")
    told = _told(found.name, base_url)
    accounts = {"": told["headers"]} if told.get("headers") else {}
    return Bench(Target(found, base_url, accounts, httpx.Client(), COLLECTOR.note, told.get("values", {})))


def _told(name: str, base_url: str) -> dict[str, Any]:
    """Look up `{"headers", "values"}`: in the file that MOCKSERVER_CREDENTIALS names, or with the mock itself."""
    if path := os.environ.get("MOCKSERVER_CREDENTIALS"):
        return dict(yaml.safe_load(Path(path).read_text())[name])
    answer = httpx.get(urllib.parse.urljoin(base_url, "/__admin/vendors"))
    if answer.status_code != httpx.codes.OK or "vendors" not in answer.text:
        return {}
    credentials = next(each["credentials"] for each in answer.json()["vendors"] if each["name"] == name)
    return dict(credentials[0]) if credentials else {}
