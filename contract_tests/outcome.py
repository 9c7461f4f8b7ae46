"""Outcomes: what is asked, and the whole answer to it, as rows of `outcomes/<vendor>.yaml` (data, not code).

A row:

    says: a sentence, the row's name
    operation: the operationId
    clauses: what it holds the server to
    needs: what only the mock has, in this order: {scenario, state: {Record: rows}, events: [{event, ...}],
        before: [requests that are acknowledged], clock: seconds to move on}
    account: whose credential is sent: a name, `null` for none, `wrong` for the right form with another secret;
        left out, the first account's
    path, query, headers, method, raw_path: the request's; path parameters left out are their first examples; a header
        of null is left out
    body: what is written in the media type `type` (by default the first documented); or `text`, as it is sent
    stalls: true, where a body is announced that does not come
    answer: {status, headers, body}: `body` is the text, or {json: …, xml: …}, asked for in each documented media type
    reads: further rows without says and clauses, asked afterwards
    anywhere: where the answer depends on nothing that a server keeps: a vendor's own server is asked too, and held to
        the whole answer by `true`, by `status` to its status, where the rest is only our reading
    consents: the ledger's rows of these persons afterwards, [{email, audience, state}] (mock only)

`{{x*33000}}` in a text or header stands for so many x; in a golden
body `{{guid}}`, `{{tick}}`, `{{date}}`, `{{id}}` and `{{base_url}}` stand for what varies. `{{guid flow}}` calls a
guid `flow`: later in the body, and anywhere in the reads, `{{flow}}` stands for that very one.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from contract_tests.holding import content_types, node_of
from contract_tests.steps import node_of as operation_node
from contract_tests.steps import parameter_examples
from contract_tests.target import Answer, Request, Sandbox, Target
from mockserver.contract import bodies
from mockserver.contract.document import Document
from mockserver.contract.elements import Operation

FOLDER = Path(__file__).with_name("outcomes")
OF_REQUESTS = {
    "operation",
    "account",
    "path",
    "query",
    "headers",
    "method",
    "raw_path",
    "body",
    "text",
    "type",
    "stalls",
}
KEYS = OF_REQUESTS | {"says", "clauses", "needs", "answer", "reads", "anywhere", "consents"}
FILLER = re.compile(r"\{\{(.)\*(\d+)\}\}")
CALLED = re.compile(r"\\\{\\\{(\w+)\\ (\w+)\\\}\\\}")
VARIES = {
    "guid": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "tick": r"[0-9]{18}",
    "id": r"[0-9A-Za-z]+",
    "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]{8,16}(Z|[+-][0-9:]{5}| C[SD]T)?",
}


@dataclass(frozen=True, slots=True)
class Case:
    """A row in one media type of its answer; None where the row does not ask for one."""

    document: Document
    row: Mapping[str, Any]
    media_type: str | None = None

    @property
    def name(self) -> str:
        parts = (self.document.name, self.row["operation"], self.row["says"], self.media_type)
        return "-".join(each for each in parts if each)

    @property
    def operation(self) -> Operation:
        return operation_of(self.document, self.row)

    @property
    def needs_mock(self) -> bool:
        return not self.row.get("anywhere") or bool(self.row.keys() & {"needs", "consents", "stalls"})


def table(vendor: str) -> Path:
    """Tell where a vendor's table is."""
    return FOLDER / f"{vendor}.yaml"


def read(document: Document) -> Iterator[Case]:
    """Read a vendor's table.

    Raises:
        ValueError: a row has a key that rows do not have.
    """
    path = table(document.name)
    for row in yaml.safe_load(path.read_text()) if path.exists() else ():
        if not row.keys() <= KEYS:
            raise ValueError(f"{path}: {row.get('says')}: a row has no {sorted(row.keys() - KEYS)}")
        body = row["answer"].get("body")
        if isinstance(body, dict):
            node = node_of(document, operation_of(document, row), row["answer"]["status"])
            yield from (Case(document, row, name) for name in node["content"] if family(name) in body)
        else:
            yield Case(document, row)


def family(media_type: str) -> str:
    """Tell which of a row's bodies is that of a media type: `json`, `xml`, `plain`."""
    return re.split(r"[/+]", media_type)[-1]


def operation_of(document: Document, row: Mapping[str, Any]) -> Operation:
    """Find the operation that a row names."""
    return next(each for each in document.operations if each.operation_id == row["operation"])


def request_of(document: Document, row: Mapping[str, Any], target: Target, accept: str | None = None) -> Request:
    """Make the request of a row."""
    operation = operation_of(document, row)
    path = {
        each.name: parameter_examples(document, operation, each)[0]
        for each in operation.parameters
        if each.where == "path"
    }
    sent = {name: value and filled(value) for name, value in row.get("headers", {}).items()}
    headers = target.credential(row.get("account", "")) | ({"accept": accept} if accept else {})
    body = b""
    if "body" in row or "text" in row:
        offered = document.resolve(operation_node(document, operation).get("requestBody", {})).get("content", {})
        name = row.get("type", next(iter(offered), "application/json"))
        headers["content-type"] = name
        body = filled(row["text"]).encode() if "text" in row else write(document, offered, name, row["body"])
    return Request(
        operation,
        path | row.get("path", {}),
        row.get("query", ""),
        headers | sent,
        body,
        row.get("method"),
        row.get("raw_path"),
    )


def filled(text: str) -> str:
    """Write out what stands for many of a character."""
    return FILLER.sub(lambda found: found[1] * int(found[2]), text)


def write(document: Document, offered: Mapping[str, Any], name: str, value: Any) -> bytes:
    """Write a body as the document has it; what is no such media type is written as JSON."""
    if name not in offered:
        return json.dumps(value).encode()
    return bodies.writer(name, offered[name]["schema"], document.resolve)(value)


def prepare(case: Case, world: Callable[..., Sandbox]) -> tuple[Sandbox, Target]:
    """Make a sandbox, and bring it where a row needs it; gives it with its target."""
    document, needs = case.document, case.row.get("needs", {})
    sandbox = world(**({"scenario": needs["scenario"]} if "scenario" in needs else {}))
    target = sandbox.target(document)
    if "state" in needs:
        records = sandbox.call("GET", f"state/{document.name}")
        sandbox.call("PUT", f"state/{document.name}", records | needs["state"])
    for event in needs.get("events", ()):
        sandbox.call("POST", f"events/{document.name}", event)
    for row in needs.get("before", ()):
        answer = target.send(request_of(document, row, target))
        assert answer.status < 400, f"{row} is not acknowledged: {answer}"
    if "clock" in needs:
        sandbox.call("PUT", "clock", {"advance_s": needs["clock"]})
    return sandbox, target


def recalled(row: Mapping[str, Any], known: Mapping[str, str]) -> Any:
    """Put what earlier answers called by a name into a row."""
    text = json.dumps(row)
    for name, value in known.items():
        text = text.replace(f"{{{{{name}}}}}", json.dumps(value)[1:-1])
    return json.loads(text)


def compare(
    document: Document, row: Mapping[str, Any], answer: Answer, target: Target, media_type: str | None
) -> dict[str, str]:
    """Compare a whole answer with the row's: status, all headers, every byte of the body; gives what has a name."""
    expected = row["answer"]
    operation = operation_of(document, row)
    golden = expected.get("body", "")
    golden = golden[family(media_type)] if media_type else golden
    said = answer.body.decode(errors="replace")
    compare_status(row, answer)
    found = re.fullmatch(pattern(golden, target.base_url), said, re.DOTALL)
    assert found, f"the body is {said!r}, not {golden!r}"
    headers = {**answer.headers}
    length = headers.pop("content-length", None)
    assert length in {None, str(len(answer.body))}, f"Content-Length is {length}, not {len(answer.body)}"
    wanted = {**documented(document, operation, expected["status"], media_type), **expected.get("headers", {})}
    assert headers == wanted, f"the headers are {headers}, not {wanted}"
    return found.groupdict()


def compare_status(row: Mapping[str, Any], answer: Answer) -> None:
    """Compare an answer's status with the row's."""
    status, said = row["answer"]["status"], answer.body.decode(errors="replace")
    assert answer.status == status, f"the status is {answer.status}, not {status}: {said}"


def documented(document: Document, operation: Operation, status: int, media_type: str | None) -> dict[str, str]:
    """Give the headers that the document says every such answer has."""
    node = node_of(document, operation, status)
    found = {name.lower(): value for name, value in operation.responses[status].constant_headers}
    if "content" in node:
        name = media_type or next(iter(node["content"]))
        found["content-type"] = next(content_types(document, name, node["content"][name]))
    return found


def pattern(golden: str, base_url: str) -> str:
    """Turn a golden body into a regular expression: what varies by its form, everything else to the letter."""
    text = re.escape(golden.replace("{{base_url}}", base_url))
    for name, form in VARIES.items():
        text = text.replace(re.escape(f"{{{{{name}}}}}"), form)
    for form, name in CALLED.findall(text):
        text = text.replace(re.escape(f"{{{{{form} {name}}}}}"), f"(?P<{name}>{VARIES[form]})")
        text = text.replace(re.escape(f"{{{{{name}}}}}"), f"(?P={name})")
    return text


def forced(document: Document) -> Iterator[tuple[Operation, int, str | None, str | None]]:
    """List what only injection reaches: operation, status, media type, example."""
    for operation in document.operations:
        for status in operation.responses:
            node = node_of(document, operation, status)
            if node.get("x-forced"):
                for media_type, content in node.get("content", {}).items():
                    for example in content.get("examples", {None: {}}):
                        yield operation, status, media_type, example
