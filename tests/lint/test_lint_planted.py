"""Defects planted in good files: `¦` stands where the finding must point at."""

import pytest

from mockserver import lint

MARK = "¦"
ANSWERED = "responses: {'201': {description: x}}"
TYPE = "application/json:\n          schema: {type: object}"
UNKNOWN = "examples:\n            unknown: {value: {}}"
IN_DOCUMENT = {
    "a missing title": ("openapi", {"info:\n  title: Acme\n": "¦info:\n"}),
    "a number for text": ("openapi", {"title: Acme": "¦title: 5"}),
    "a date for text": ("openapi", {'version: "1"': "¦version: 2026-01-01"}),
    "a status that is no text": ("openapi", {'"200":': "¦200:"}),
    "a key that OpenAPI does not have": ("openapi", {"operationId: opt_out": "operationId: opt_out\n      ¦sumary: x"}),
    "a path without slash": ("openapi", {"paths:": "paths:\n  ¦lists: {}"}),
    "a slip deep in one of several forms": ("openapi", {"description: Done.": "¦description: [Done]"}),
    "a parameter of an unknown place": ("openapi", {"    ListId:\n": "    ¦ListId:\n", "in: path": "in: body"}),
    "a response that has no form": ("openapi", {'"404":\n': '¦"404": 3\n        "405":\n'}),
    "an operation without responses": (
        "openapi",
        {"operationId: opt_out": "operationId: opt_out", "paths:\n": "paths:\n  /b: {¦get: {}}\n"},
    ),
    "one operationId twice": (
        "openapi",
        {"components:\n": f"  /b:\n    ¦get: {{operationId: opt_out, {ANSWERED}}}\ncomponents:\n"},
    ),
    "a path parameter that is not in the path": ("openapi", {"/lists/{listId}": "/lists", "    post:": "    ¦post:"}),
    "a default that its schema refuses": (
        "openapi",
        {"schema: {type: integer}": "schema: {type: integer, ¦default: x}"},
    ),
    "a default deep in a referenced schema": (
        "openapi",
        {"status: {type: integer,": "status: {¦default: x, type: integer,"},
    ),
    "a component that is no mapping": ("openapi", {"    ListId:\n": "    ¦a b: 3\n    ListId:\n"}),
    "one tag twice": ("openapi", {"tags:\n": "¦tags:\n  - {name: Lists, description: x}\n"}),
    "another version": ("openapi", {"openapi: 3.0.3": "¦openapi: 3.1.0"}),
    "the version before": ("openapi", {"openapi: 3.0.3": '¦swagger: "2.0"'}),
    "a reference to nowhere": ("ref", {"    post:": "    get: {responses: {¦'200': {$ref: '#/nowhere'}}}\n    post:"}),
    "a reference to another file": ("ref", {"earlier:": "¦other: {$ref: other.yaml}\n        earlier:"}),
    "a reference to another kind": ("ref", {'"404":\n': '¦"404":\n', "responses/NotFound": "schemas/Standing"}),
    "a reference in other letters": ("ref", {'- $ref: "#/components/': '- ¦$ref: "#/%63omponents/'}),
    "a reference that is no text": ("ref", {"earlier:": "¦other: {$ref: [x]}\n        earlier:"}),
    "a reference to itself": ("ref", {"  schemas:\n": "  schemas:\n    ¦A: {$ref: '#/components/schemas/A'}\n"}),
    "a reference to itself by way of not": (
        "ref",
        {"  schemas:\n": "  schemas:\n    A: {¦not: {$ref: '#/components/schemas/A'}}\n"},
    ),
    "a reference in a callback": (
        "ref",
        {"opt_out": "opt_out\n      callbacks: {a: {x: {post: {¦requestBody: {$ref: none}}}}}"},
    ),
    "an example of another type": ("example-schema", {"status: 1": "¦status: one"}),
    "an example outside the enum": ("example-schema", {"status: 1": "¦status: 3"}),
    "an example that lacks a member": (
        "example-schema",
        {"value:\n                    email: a@example.com": "¦value:"},
    ),
    "an unnamed example": ("example-schema", {"example: 7": "¦example: seven"}),
    "a shared example": ("example-schema", {"address: {$ref": "¦address: {$ref", "{email: a@": "{mail: a@"}),
    "a schema that cannot be compiled": (
        "example-schema",
        {"schema: {type: integer}": "schema: {type: integer, pattern: '(('}", "example: 7": "¦example: 7"},
    ),
    "another schema that cannot be compiled": (
        "example-schema",
        {"              email: {type": "              email: {pattern: '((', type", "address:": "¦address:"},
    ),
    "a response without example": ("response-example", {TYPE: f"¦{TYPE}", UNKNOWN: "x-a: 1"}),
    "a response with an unnamed example": ("response-example", {TYPE: f"¦{TYPE}", UNKNOWN: "example: {a: 1}"}),
    "a request without example": (
        "response-example",
        {
            "[ACME-02]\n      content:\n        ": "[ACME-02]\n      content:\n        ¦",
            "examples:\n            address": "x-a:\n            a",
        },
    ),
    "a key that stands twice": ("yaml", {"tags:\n": "tags: []\n¦tags:\n"}),
    "a bracket that stays open": ("yaml", {"tags:\n": "x: [¦}\ntags:\n"}),
    "an alias": ("yaml", {"tags:\n": "x-a: &a 1\nx-b: ¦*a\ntags:\n"}),
    "a tag that does not fit": ("yaml", {"openapi: 3.0.3": '¦openapi: !!int ""'}),
}
IN_OWN_DOCUMENT = {
    "no key openapi": ("openapi", {"openapi: 3.0.3": "¦x: 1"}),
    "a clause that the register lacks": ("clause-unknown", {"[ACME-02]": "[ACME-02, ¦ACME-99]"}),
    "clauses that are no list": ("clause-unknown", {"x-clauses: [ACME-02]": "¦x-clauses: ACME-02"}),
    "clauses that are no text": ("clause-unknown", {"x-clauses: [ACME-02]": "¦x-clauses: [2]"}),
    "a clause beside a reference": (
        "clause-beside-ref",
        {'"404":\n': '"404":\n          ¦x-clauses: [ACME-01]\n'},
    ),
    "a clause that is not mocked": ("clause-both", {"[ACME-02]": "[ACME-02, ¦ACME-03]"}),
    "an operation without handler": ("handler", {"operationId: opt_out": "¦operationId: opt_in"}),
    "an operation that the handler does not fit": (
        "handler",
        {"operationId: opt_out": "¦operationId: opt_out", "listId": "listNumber"},
    ),
    "an operation without operationId": ("handler", {"operationId: opt_out": "summary: x", "openapi:": "¦openapi:"}),
    "a credential that is no header": (
        "handler",
        {
            "openapi:": "¦openapi:",
            "tags:\n": "security: [{a: []}]\ntags:\n",
            "components:\n": "components:\n  securitySchemes: {a: {type: apiKey, in: query, name: a}}\n",
        },
    ),
}


def plant(path, changes):
    """Change a file and tell where the mark stood."""
    text = path.read_text()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    before, mark, _ = text.partition(MARK)
    assert mark
    path.write_text(text.replace(MARK, ""))
    line = before.count("\n") + 1
    return line, len(before) - before.rfind("\n")


def places(report, rule):
    return [(each.file, each.line, each.column) for each in report.findings if each.rule == rule]


@pytest.mark.parametrize(("rule", "changes"), IN_DOCUMENT.values(), ids=IN_DOCUMENT)
def test_a_defect_in_a_document_is_found_at_its_place(house, rule, changes):
    path = house.document.rename(house.root / "foreign.yaml")
    line, column = plant(path, changes)
    assert ("foreign.yaml", line, column) in places(lint.run([path]), rule)


@pytest.mark.parametrize(
    ("rule", "changes"), (IN_DOCUMENT | IN_OWN_DOCUMENT).values(), ids=IN_DOCUMENT | IN_OWN_DOCUMENT
)
def test_a_defect_in_a_document_of_ours_is_found_at_its_place(house, rule, changes):
    line, column = plant(house.document, changes)
    assert ("specs/acme.yaml", line, column) in places(lint.run([house.document]), rule)


@pytest.mark.parametrize(
    ("rule", "changes"),
    {
        "a page clause that is nowhere bound": (
            "clause-unbound",
            {"ACME-A01": "¦ACME-04: {says: x, basis: page, source: x}\nACME-A01"},
        ),
        "an unknown basis": ("register", {"ACME-A01": "¦ACME-A01", "inferred": "guessed"}),
        "a clause without source": ("register", {"ACME-02": "¦ACME-02", "  source: the page\n": ""}),
        "a basis that is no text": ("register", {"  basis: page": "  ¦basis: [page]"}),
        "a reason that is empty": ("register", {"not-mocked: a date": "¦not-mocked: "}),
        "a clause that is a sentence": ("register", {"ACME-A01: {": "¦ACME-A02: It is slow.\nACME-A01: {"}),
    }.values(),
)
def test_a_defect_in_a_register_is_found_at_its_place(house, rule, changes):
    line, column = plant(house.register, changes)
    for paths in ([house.document], [house.document, house.register]):
        assert places(lint.run(paths), rule) == [("specs/clauses/acme.yaml", line, column)]


def test_a_register_that_is_missing_is_told_of_its_document(house):
    house.register.unlink()
    (finding,) = lint.run([house.document]).findings
    assert (finding.rule, finding.line, finding.column) == ("register", 1, 1)
    assert "specs/clauses/acme.yaml: " in finding.message
    assert "cannot be read" in finding.message


def test_a_register_that_is_a_list_is_an_error(house):
    house.register.write_text("- a\n")
    assert places(lint.run([house.document]), "register") == [("specs/clauses/acme.yaml", 1, 1)]


def test_an_empty_register_is_sound(house):
    house.register.write_text("")
    assert not lint.run([house.register]).findings


@pytest.mark.parametrize(
    "changes",
    [
        {"size: 1": "¦size: one"},
        {"    size: 1": "    ¦sise: 1"},
        {"- name: a\n    size": "- ¦size"},
        {"Row:": "¦Rows:"},
        {"    size: 1": "    size: 1\n  - ¦{name: a}"},
        {"x-key: abc": "x-key: abc, y: z", "- {name: one": "- ¦{name: one"},
    ],
)
def test_a_defect_in_a_fixture_is_found_at_its_place(house, changes):
    line, column = plant(house.fixture, changes)
    assert places(lint.run([house.fixture]), "fixture") == [("fixtures/baseline/acme.yaml", line, column)]


@pytest.mark.parametrize(("text", "line"), [("says: x\nnow: yesterday\n", 2), ("\nnwo: 1\n", 1), ("\n- now\n", 1)])
def test_a_defect_in_a_scenario_is_found(house, text, line):
    house.scenario.write_text(text)
    (finding,) = lint.run([house.scenario]).findings
    assert (finding.file, finding.line, finding.rule) == ("fixtures/baseline/scenario.yaml", line, "fixture")
    assert "scenario.yaml" not in finding.message


def test_a_fixture_for_no_vendor_in_a_scenario_of_ours_is_an_error(house):
    house.fixture.rename(house.fixture.with_name("emca.yaml"))
    found = [(each.file, each.rule) for each in lint.run([house.root / "fixtures"]).findings]
    assert found == [("fixtures/baseline/acme.yaml", "fixture-missing"), ("fixtures/baseline/emca.yaml", "fixture")]


@pytest.mark.parametrize("parts", [(), ("fixtures",), ("fixtures", "empty")])
def test_a_scenario_of_ours_without_the_file_of_a_vendor_is_an_error(house, parts):
    (house.root / "fixtures" / "empty").mkdir()
    report = lint.run([house.root.joinpath(*parts)])
    assert places(report, "fixture-missing") == [("fixtures/empty/acme.yaml", 1, 1)]


def test_a_scenario_that_was_not_asked_for_may_lack_files(house):
    (house.root / "fixtures" / "empty").mkdir()
    assert not lint.run([house.fixture, house.fixture.parent]).findings
