"""What a snapshot becomes: a folder that a new server begins from, for whatever vendors there are."""

import io
import itertools
import zipfile
from contextlib import contextmanager
from urllib.parse import quote, urlencode

import httpx

from contract_tests.steps import named, node_of, parameter_examples
from mockserver.contract import document
from mockserver.contract.bodies import writer
from tests.test_cli import started, url_of

MOST = 12  # requests of one operation: each of its examples at least once
OPERATIONS = [(read, each) for read in map(document.load, document.names()) for each in read.operations]


def examples(read, operation):
    """Requests made of an operation's examples: (path and query, headers, body)."""
    given = {
        each.name: each
        for each in operation.parameters
        if each.where == "path" or (each.where == "query" and each.required)
    }
    values = [parameter_examples(read, operation, each) for each in given.values()]
    content = read.resolve(node_of(read, operation).get("requestBody", {})).get("content", {})
    written = [
        ({"content-type": media_type}, writer(media_type, each["schema"], read.resolve)(value))
        for media_type, each in content.items()
        for value in named(read, each)
    ]
    pairs = itertools.product(itertools.product(*values), written or [({}, b"")])
    for chosen, (headers, body) in itertools.islice(pairs, MOST):
        path, query = operation.path, {}
        for name, value in zip(given, chosen, strict=True):
            if given[name].where == "path":
                path = path.replace(f"{{{name}}}", quote(value, safe=""))
            else:
                query[name] = value
        yield f"{path}?{urlencode(query)}" if query else path, headers, body


class World:
    """One sandbox of a server on a socket."""

    def __init__(self, http, control):
        self.http = http
        self.control = control
        self.answers = []

    def ask(self, method, path, **kwargs):
        answer = self.http.request(method, self.control + path, **kwargs)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.headers.get("content-type") == "application/json" else answer.content

    def use(self):
        """Call every operation with its examples, and let every event happen that the state allows."""
        about = self.ask("GET", "")
        self.answers.clear()
        for read, operation in OPERATIONS:
            base = about["base_urls"][read.name]
            accounts = [each["headers"] for each in about["credentials"][read.name]] or [{}]
            for (path, headers, body), account in itertools.product(examples(read, operation), accounts[:2]):
                answer = self.http.request(operation.method, base + path, headers=headers | account, content=body)
                self.answers.append(
                    (operation.method, path, answer.status_code, answer.content.replace(base.encode(), b""))
                )
        return {name: self.happen(name) for name in document.names()}

    def happen(self, vendor):
        """Let each event of a vendor happen, to the first for whom it can; gives how many did."""
        happened = 0
        for event in self.ask("GET", f"/events/{vendor}")["events"]:
            names = event["schema"].get("required", ["event"])[1:] or ["email"]
            choices = [[*list(self.known(vendor, name))[:40], "new@example.com"] for name in names]
            for values in itertools.islice(itertools.product(*choices), 60):
                body = {"event": event["name"], **dict(zip(names, values, strict=True))}
                answer = self.http.post(f"{self.control}/events/{vendor}", json=body)
                if answer.status_code == 200:
                    happened += 1
                    break
        return happened

    def known(self, vendor, name):
        """Values of a vendor's records that a member of this name may have."""
        for rows in self.ask("GET", f"/state/{vendor}").values():
            for row in rows:
                for field, value in row.items():
                    if field == name or (isinstance(value, str) and "@" in value and name in {"email", "contact"}):
                        yield value

    def all(self):
        """All that two worlds of the same state have in common."""
        consents = self.ask("GET", "/consents")["consents"]
        told = [{**each, "since": None, "request_id": None} for each in consents]
        return {vendor: self.ask("GET", f"/state/{vendor}") for vendor in document.names()}, told


@contextmanager
def visiting(url, sandbox="default"):
    with httpx.Client(timeout=20) as http:
        yield World(http, f"{url}/__admin/sandboxes/{sandbox}")


def test_a_snapshot_unpacked_is_a_scenario_in_which_a_new_server_goes_on_alike(live, tmp_path):
    url, server = live
    server.world.create("busy", seed=7)
    with visiting(url, "busy") as used:
        before, _ = used.all()
        happened = used.use()
        assert all(state != before[vendor] for vendor, state in used.all()[0].items()), "a vendor's state is as before"
        assert all(happened[vendor] or not used.ask("GET", f"/events/{vendor}")["events"] for vendor in before)
        used.ask("PUT", "/clock", json={"advance_s": 61.5})
        taken = used.ask("POST", "/snapshots", json={"name": "much has happened"})
        packed = used.ask("GET", f"/snapshots/{taken['id']}?format=zip")
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            assert set(archive.namelist()) == {"scenario.yaml", *(f"{name}.yaml" for name in document.names())}
            archive.extractall(tmp_path / "night")
        flags = ("--port", "0", "--scenario", f"{tmp_path}/night/", "--seed", "7")
        with started(*flags) as (_, line), visiting(url_of(line)) as anew:
            assert anew.all() == used.all()
            assert anew.ask("GET", "/clock") == used.ask("GET", "/clock")
            assert anew.use() == used.use()
            assert anew.answers == used.answers
            assert anew.all() == used.all()
    server.world.delete("busy")
