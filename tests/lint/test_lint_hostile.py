import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import yaml

from mockserver import lint
from mockserver.contract.tree import DEEPEST
from mockserver.errors import escape
from mockserver.lint.positions import Positions

MANY = 2_000_000
HEAD = b"openapi: 3.0.3\ninfo: {title: a, version: '1'}\npaths: {}\n"


def document(schema, example=None, **schemas):
    content = {"application/json": {"schema": schema, "examples": {"a": {"value": example}}}}
    operation = {"responses": {"200": {"description": "x", "content": content}}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "a", "version": "1"},
        "paths": {"/a": {"get": operation}},
        "components": {"schemas": schemas},
    }


def to(name):
    return {"$ref": f"#/components/schemas/{name}"}


def rules(path):
    """The rules that a file breaks; of an OpenAPI document, those whose breach is an error."""
    found = lint.run([path]).findings
    return {each.rule for each in found if each.severity == "error" or each.rule == "unknown-file"}


@pytest.mark.parametrize(
    ("name", "raw", "rule"),
    [
        ("empty.yaml", b"", "unknown-file"),
        ("list.yaml", b"- a\n", "unknown-file"),
        ("text.json", b'"openapi"', "unknown-file"),
        ("bytes.yaml", bytes(range(256)), "yaml"),
        ("latin.yaml", b"a: \xe9", "yaml"),
        ("latin.json", b'"\xe9"', "yaml"),
        ("bracket.yaml", b"a: [1\nb: 2", "yaml"),
        ("two.yaml", b"a: 1\n---\nb: 2\n", "yaml"),
        ("tag.yaml", b"a: !!python/object:os.system x", "yaml"),
        ("time.yaml", b"a: !!timestamp x", "yaml"),
        ("boolean.yaml", b"a: !!bool maybe", "yaml"),
        ("year.yaml", b"a: 2026-13-45", "yaml"),
        ("key.yaml", b"? [a]\n: b", "yaml"),
        ("digits.yaml", b"a: " + b"9" * 20_000, "yaml"),
        ("nan.json", b"NaN", "yaml"),
        ("flow.yaml", b"[" * MANY, "yaml"),
        ("mappings.yaml", b"{a: " * MANY + b"*x", "yaml"),
        ("block.yaml", b"- " * MANY, "yaml"),
        ("keys.yaml", b"? " * MANY, "yaml"),
        ("flow.json", b"[" * MANY, "yaml"),
        ("deep.json", b"[" * 300 + b"]" * 300, "yaml"),
        ("set.yaml", HEAD + b"x-a: !!set {a, b}\n", "yaml"),
        ("infinite.yaml", HEAD + b"x-a: .inf\n", None),
        ("merged.yaml", b"openapi: 3.0.3\ninfo: {<<: {title: a}, version: '1'}\npaths: {}\n", "yaml"),
        ("wide.yaml", (HEAD.decode() + "x-a: 1\n").encode("utf-16"), None),
        ("mark.yaml", b"\xef\xbb\xbf" + HEAD, None),
        ("shallow.json", b'{"swagger": "2.0", "x":' + b"[" * (DEEPEST - 1) + b"]" * (DEEPEST - 1) + b"}", "openapi"),
    ],
    ids=lambda each: each if isinstance(each, str) and "." in each else "",
)
def test_a_file_that_strangers_made_ends_in_findings(tmp_path, name, raw, rule):
    (tmp_path / name).write_bytes(raw)
    assert rules(tmp_path / name) == ({rule} if rule else set())


@pytest.mark.parametrize(
    ("tree", "found"),
    [
        (document(to("A"), 1, A=to("A")), {"ref"}),
        (document(to("A"), 1, A={"allOf": [to("B")]}, B={"oneOf": [{"anyOf": [to("A")]}]}), {"ref"}),
        (document(to("A"), [[]], A={"type": "array", "items": to("A")}), set()),
        (document(to("A"), [[]], A={"allOf": [{"type": "array", "items": to("A")}]}), set()),
        (document(to("L0"), "a", L60={}, **{f"L{i}": to(f"L{i + 1}") for i in range(60)}), {"ref"}),
        (
            document(to("L0"), "a", L9={}, **{f"L{i}": {"allOf": [to(f"L{i + 1}")] * 4} for i in range(9)}),
            {"ref", "ref-duplicate"},
        ),
        (
            document(to("L0"), "a", L4={}, **{f"L{i}": {"allOf": [to(f"L{i + 1}")] * 2} for i in range(4)}),
            {"ref-duplicate"},
        ),
        (document({"default": {"$ref": "http://127.0.0.1:9/a"}}, 1), set()),
        (document({"nullable": True, "enum": 5}, 1), {"openapi"}),
        (document({"id": "http://127.0.0.1:9/", "properties": {"a": to("A")}}, {"a": 1}, A={}), {"openapi"}),
        (document({"properties": 5, "items": [], "allOf": {}, "additionalProperties": 1}, 1), {"openapi"}),
        (document({"properties": {"$ref": {"type": "string"}, "x-a": {"type": "integer"}}}, {"x-a": 1}), set()),
        (document({"additionalProperties": {"type": "integer"}}, {"a": 1}), set()),
        (document({"additionalProperties": False}, {}), set()),
        ({"openapi": "3.0.3", "paths": {"x-a": 3}, "info": {"title": "a", "version": "1"}}, set()),
    ],
)
def test_a_document_that_strangers_made_ends_in_findings(tmp_path, tree, found):
    path = tmp_path / "foreign.json"
    path.write_text(json.dumps(tree))
    assert rules(path) == found


@pytest.mark.parametrize("parameter", [3, {"in": "query", "schema": {}}, {"name": "a", "in": "query", "schema": 3}])
def test_what_has_the_wrong_form_is_told_once_and_nothing_else_is_made_of_it(tmp_path, parameter):
    path = tmp_path / "foreign.json"
    tree = document({}, 1)
    tree["paths"]["/a"]["get"]["parameters"] = [parameter]
    path.write_text(json.dumps(tree))
    (finding,) = [each for each in lint.run([path]).findings if each.severity == "error"]
    assert finding.rule == "openapi"
    assert finding.pointer.startswith("/paths/~1a/get/parameters/0")


def test_json_that_is_no_yaml_is_read_all_the_same(tmp_path):
    path = tmp_path / "foreign.json"
    tree = {"x-smile": "\U0001f600"} | document({}, 1) | {"info": {"title": 5, "version": "1"}}
    path.write_text(json.dumps(tree, indent="\t"))
    (finding,) = [each for each in lint.run([path]).findings if each.severity == "error"]
    assert (finding.line, finding.column, finding.pointer) == (5, 3, "/info/title")


def test_no_reference_is_fetched(tmp_path):
    fetched = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            fetched.append(self.path)
            self.send_error(404)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever).start()
    base = f"http://127.0.0.1:{server.server_port}"
    remote = {"$ref": f"{base}/ref"}
    schema = {
        "id": f"{base}/id",
        "$schema": f"{base}/schema",
        "definitions": {"a": remote},
        "dependencies": {"a": remote},
        "properties": {"a": remote, "b": {"items": remote}, "c": to("Response")},
        "enum": [remote, {}],
        "default": remote,
    }
    tree = document(schema, {}, A=remote) | {"x-a": remote, "tags": [remote]}
    tree["components"] |= {"responses": {"A": remote}, "examples": {"A": {"value": remote}}, "pathItems": {"A": remote}}
    tree["paths"]["/b"] = remote
    (tmp_path / "foreign.json").write_text(json.dumps(tree))
    try:
        assert "ref" in rules(tmp_path / "foreign.json")
    finally:
        server.shutdown()
        server.server_close()
    assert not fetched


def spots(node, steps=()):
    yield steps
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, each in children:
        yield from spots(each, (*steps, key))


def with_change(node, steps, value):
    if not steps:
        return value
    copy = node.copy()
    copy[steps[0]] = with_change(node[steps[0]], steps[1:], value)
    return copy


VALUES = [None, 3, "x", [3], {"a": 3}, {"$ref": "#/paths"}, {"$ref": "#/components/schemas/Standing"}]


def changed(path, first):
    """Give the document again and again, each time with another place changed; the values take turns."""
    tree = yaml.safe_load(path.read_text())
    for number, steps in enumerate(spots(tree)):
        yield json.dumps(with_change(tree, steps, VALUES[(number + first) % len(VALUES)]))


@pytest.mark.parametrize("first", range(2))
def test_no_value_at_any_place_crashes_the_linter(house, first):
    for text in changed(house.document, first):
        (house.root / "foreign.json").write_text(text)
        assert lint.run([house.root / "foreign.json"]).files == 1


def test_no_value_at_any_place_crashes_the_rules_for_our_own(house):
    for text in changed(house.document, 0):
        house.document.write_text(text)
        assert lint.run([house.document]).files == 1


def test_every_element_of_a_document_has_a_place(house):
    raw = house.document.read_bytes()
    lines = raw.decode().splitlines()
    positions = Positions(raw)
    for steps in spots(yaml.safe_load(raw)):
        pointer = "".join(f"/{escape(str(step))}" for step in steps)
        found, (line, column) = positions.nearest(pointer)
        assert found == pointer
        if steps and isinstance(steps[-1], str):
            assert lines[line - 1][column - 1 :].lstrip('"').startswith(steps[-1])


def test_a_pointer_to_nothing_falls_back_to_what_is_around_it():
    positions = Positions(b"a:\n  - b: 1\n")
    assert positions.nearest("/a/0/c/d") == ("/a/0", (2, 5))
    assert positions.nearest("/a/0/b") == ("/a/0/b", (2, 5))
    assert positions.nearest("/x") == ("", (1, 1))
