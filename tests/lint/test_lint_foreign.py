"""Documents in the manner of public ones: each finding is announced at its line, and there is no other."""

import json
import re
from pathlib import Path

import pytest
import yaml

from mockserver import lint

FOLDER = Path(__file__).parent / "foreign"


def announced(path):
    """Pairs (line, rule), from the comments `# finds: rule rule` and `# finds@above: rule`."""
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        found = re.search(r"# finds(@above)?: ([\w -]+)$", line)
        for rule in found[2].split() if found else ():
            yield number - bool(found[1]), rule


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda each: each.stem)
def test_every_fault_is_found_at_its_line_and_nothing_else(path):
    found = sorted({(each.line, each.rule) for each in lint.run([path], lint.Settings()).findings})
    assert found == sorted(announced(path))


def test_a_folder_of_documents_and_their_parts_has_no_unknown_file():
    assert not [each for each in lint.run([FOLDER], lint.Settings()).findings if each.rule == "unknown-file"]


def document(**more):
    return {"openapi": "3.0.3", "info": {"title": "a", "version": "1"}, "paths": {}, **more}


def found(folder, tree):
    (folder / "document.yaml").write_text(yaml.safe_dump(tree))
    report = lint.run([folder / "document.yaml"], lint.Settings())
    return {(each.rule, each.pointer) for each in report.findings if each.rule != "component-unused"}


def schema(node, **more):
    return document(components={"schemas": {"A": node, **more}})


LONG = "(a|b)*c+" * 400
PARTS = {
    "L30": {},
    **{f"L{number}": {"allOf": [{"$ref": f"#/components/schemas/L{number + 1}"}]} for number in range(30)},
}


@pytest.mark.parametrize(
    "tree",
    [
        schema(
            {"required": ["x"], "allOf": [{"allOf": [{"$ref": "#/components/schemas/B"}]}]}, B={"$ref": "https://a/b"}
        ),
        schema({"required": ["x"], "allOf": [{"$ref": "#/components/schemas/L0"}]}, **PARTS),
        schema({"required": [{"x": 1}]}),
        schema(
            {
                "properties": {"k": {}},
                "oneOf": [{"allOf": [{"required": ["k"]}]}],
                "discriminator": {"propertyName": "k", "mapping": 3},
            }
        ),
        schema(
            {
                "properties": {"k": {}},
                "oneOf": [{"required": ["k"]}],
                "discriminator": {"propertyName": "k", "mapping": {"a": 3}},
            }
        ),
        schema(
            {
                "properties": {"k": {}},
                "oneOf": [{"required": ["k"]}],
                "discriminator": {"propertyName": "k", "mapping": {"a": "b.yaml"}},
            }
        ),
        schema(
            {
                "properties": {"k": {}},
                "oneOf": [{"required": ["k"]}],
                "discriminator": {"propertyName": "k", "mapping": {"a": "A"}},
            }
        ),
        schema({"oneOf": [{"$ref": "https://a/b"}], "discriminator": {"propertyName": "k"}}),
        document(paths={"/a": {"x-a": 1}}, servers=[{"url": "/"}]),
    ],
)
def test_what_cannot_be_told_for_sure_is_not_told(tmp_path, tree):
    told = {"required-known", "discriminator", "server-slash", "security-declared"}
    assert not {rule for rule, _ in found(tmp_path, tree)} & told


def test_an_operation_that_says_which_credentials_it_asks_for_needs_no_document_that_does(tmp_path):
    operation = {"security": [], "responses": {"200": {"description": "x"}}}
    assert ("security-declared", "/paths/~1a/get") not in found(tmp_path, document(paths={"/a": {"get": operation}}))


def test_patterns_without_end_are_judged_up_to_a_bound(tmp_path):
    schemas = {f"S{number}": {"type": "string", "pattern": f"{LONG}{number}"} for number in range(10)}
    told = [rule for rule, _ in found(tmp_path, document(components={"schemas": schemas}))]
    assert told.count("pattern-catastrophic") == 1


@pytest.mark.parametrize(
    "paths",
    [
        [f"/things{number}/{{id}}" for number in range(10_000)],
        [f"/a{number}/x" for number in range(5_000)] + [f"/{{p}}/y{number}" for number in range(5_000)],
    ],
    ids=["plain", "crossing"],
)
def test_ten_thousand_paths_are_looked_at(tmp_path, paths):
    tree = document(paths={path: {} for path in paths})
    (tmp_path / "document.json").write_text(json.dumps(tree))
    assert lint.run([tmp_path / "document.json"], lint.Settings()).files == 1
