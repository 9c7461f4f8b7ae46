import json
import shlex

import httpx
import pytest
from click.testing import CliRunner
from lxml import etree

from contract_tests.binding import pytest_runtest_setup
from mockserver import contract
from mockserver.cli import main
from mockserver.contract import clauses, document
from mockserver.server import Settings, running
from mockserver.tracing import matrix, request
from tests.blocks import SHOWN


def curl(command, url):
    """Do what a curl command line would; a flag that no request here has is an error."""
    _, *words = shlex.split(command)
    method, headers, body, target = None, {}, None, None
    while words:
        match words.pop(0):
            case "-s":
                pass
            case "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[name] = value
            case "-d":
                body = words.pop(0)
            case "-X":
                method = words.pop(0)
            case word:
                assert word.startswith(SHOWN), word
                target = word.replace(SHOWN, url)
    return httpx.request(method or ("GET" if body is None else "POST"), target, headers=headers, content=body).text


pytest_plugins = ["pytester"]
DOCUMENT = """\
openapi: 3.0.3
info: {title: Acme, version: "1"}
paths:
  /lists/{name}:
    get:
      operationId: show
      x-clauses: [ACME-01]
      parameters:
        - {name: name, in: path, required: true, schema: {type: string}, examples: {a: {value: a b}}}
        - {name: $top, in: query, required: true, schema: {type: string}, example: 3}
        - {name: all, in: query, x-clauses: [ACME-A01], schema: {type: string}, example: "yes"}
        - {name: x-trace, in: header, required: true, schema: {type: string}, example: t}
        - {name: x-other, in: cookie, required: true, schema: {type: string}, example: t}
      responses:
        "200": {description: Done., x-clauses: [ACME-02]}
        "404": {$ref: "#/components/responses/Gone"}
    delete:
      operationId: end
      requestBody: {content: {image/png: {schema: {}}, text/plain: {schema: {type: string}, example: gone}}}
      responses: {"200": {description: Done.}}
components:
  responses:
    Gone:
      {description: x, x-clauses: [ACME-03], content: {application/json: {schema: {$ref: "#/components/schemas/E"}}}}
  schemas:
    E: {type: object, properties: {self: {$ref: "#/components/schemas/E"}}}
    Alone: {type: object, x-clauses: [ACME-05]}
"""
REGISTER = """\
ACME-01: {says: There is <a> list., basis: page, source: https://example.com}
ACME-02: {says: It is shown., basis: page, source: https://example.com}
ACME-03: {says: It may be gone., basis: page, source: https://example.com}
ACME-04: {says: It was made in 2018., basis: page, source: https://example.com, not-mocked: no answer shows it}
ACME-05: {says: It stands alone., basis: page, source: https://example.com}
ACME-06: {says: It is forgotten., basis: page, source: https://example.com}
ACME-A01: {says: All may be asked for., basis: inferred, source: https://example.com}
"""
TESTS = """\
import pytest

ROWS = [pytest.param(1, id="a row", marks=pytest.mark.clause(*ids)) for ids in (["ACME-05"],)]

@pytest.mark.clause("ACME-01", "ACME-02")
def test_a_list_is_shown():
    pass

class TestMore:
    @pytest.mark.clause("ACME-A01")
    def test_all(self):
        pass

with open(__file__):
    pytest.mark.clause("ACME-A01")

@pytest.mark.parametrize("row", ROWS)
def test_rows(row):
    pass
"""
TABLE = """\
- says: a list that is gone à jamais
  clauses: [ACME-03]
- says: a row of none
- [clauses]
"""
RESULTS = """\
<testsuites><testsuite>
<testcase classname="tests.test_acme" name="test_a_list_is_shown"><properties><property name="clause" value="ACME-01"/>
<property name="clause" value="ACME-02"/><property name="other" value="ACME-06"/></properties></testcase>
<testcase classname="tests.test_acme" name="test_rows[a row]"><properties><property name="clause" value="ACME-05"/>
</properties><skipped/></testcase>
<testcase classname="tests.test_acme" name="test_table[a list that is gone \\xe0 jamais]"><properties>
<property name="clause" value="ACME-03"/></properties><failure message="x"/><!-- a comment --></testcase>
</testsuite></testsuites>
"""


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A checkout with one vendor, and tests of it."""
    monkeypatch.setattr(contract, "PACKAGE", tmp_path / "mockserver")
    monkeypatch.chdir(tmp_path)
    texts = {
        "specs/acme.yaml": DOCUMENT,
        "specs/clauses/acme.yaml": REGISTER,
        "fixtures/baseline/acme.yaml": "Account:\n  - {name: one, headers: {x-key: abc}}\n",
        "tests/vendors/test_acme.py": TESTS,
        "tests/vendors/test_other.py": "import pytest\n",
        "tests/vendors/acme.yaml": TABLE,
        "tests/vendors/other.yaml": "a: 1\n",
        "results.xml": RESULTS,
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def run(*arguments):
    result = CliRunner().invoke(main, ["clauses", *arguments])
    return result.exit_code, result.output.splitlines()


def test_the_matrix_counts_elements_and_tests_and_tells_what_is_missing(house):
    code, lines = run()
    assert code == 1
    assert lines == [
        "ACME-01        page        1 el   1 tests There is <a> list.",
        "ACME-02        page        1 el   1 tests It is shown.",
        "ACME-03        page        1 el   1 tests It may be gone.",
        "ACME-04        page        0 el   0 tests It was made in 2018. (not mocked: no answer shows it)",
        "ACME-05        page        1 el   1 tests It stands alone.",
        "ACME-06        page        0 el   0 tests It is forgotten. (no element, no test!)",
        "ACME-A01       inferred    1 el   2 tests All may be asked for.",
        "7 clauses, 1 of them not shown, not held or failed",
    ]


def test_the_outcomes_of_a_run_stand_beside_its_tests(house):
    code, lines = run("acme", "--results", "results.xml")
    assert code == 1
    outcomes = [line.split("tests ")[1][:8].strip() for line in lines[:-1]]
    assert outcomes == ["passed", "passed", "failed", "It was m", "skipped", "It is fo", "not run"]
    assert lines[2].endswith("(a test failed!)")


def test_json_has_it_all(house):
    code, lines = run("--format", "json", "--results", "results.xml")
    found = json.loads("\n".join(lines))
    assert code == 1
    assert found["summary"] == {"clauses": 7, "faults": 2, "has_all_tests": True}
    assert found["clauses"][2] == {
        "id": "ACME-03",
        "vendor": "acme",
        "says": "It may be gone.",
        "basis": "page",
        "source": "https://example.com",
        "not_mocked": None,
        "elements": [{"pointer": "/components/responses/Gone", "file": "specs/acme.yaml", "line": 23, "column": 5}],
        "tests": [
            {
                "file": "tests/vendors/acme.yaml",
                "line": 1,
                "name": "a list that is gone à jamais",
                "outcome": "failed",
            }
        ],
        "outcome": "failed",
        "faults": ["a test failed"],
    }


def test_html_is_one_page_with_everything_escaped(house):
    _, lines = run("--format", "html", "--results", "results.xml")
    page = etree.HTML("\n".join(lines))
    rows = page.findall(".//tr[@id]")
    assert [each.get("id") for each in rows] == list(clauses.load("acme"))
    assert [each.get("id") for each in rows if each.get("class") == "bad"] == ["ACME-03", "ACME-06"]
    assert "There is <a> list." in rows[0][2].itertext()
    assert "tests/vendors/test_acme.py:6 test_a_list_is_shown (passed)" in rows[0][4].itertext()


def test_one_clause_is_explained_with_a_request_that_shows_it(house):
    code, lines = run("ACME-03", "--results", "results.xml")
    assert code == 1
    assert lines == [
        "ACME-03        page      It may be gone.",
        "source: https://example.com",
        "element: specs/acme.yaml:23:5 /components/responses/Gone",
        "test: tests/vendors/acme.yaml:1 a list that is gone à jamais (failed)",
        f"request: curl -s '{SHOWN}/acme/lists/a%20b?$top=3' -H 'x-key: abc' -H 'x-trace: t' -H 'Prefer: code=404'",
    ]


def test_a_clause_that_no_answer_shows_has_no_request(house):
    assert run("ACME-04")[1][1:] == ["source: https://example.com"]


@pytest.mark.parametrize(
    ("pointer", "part"),
    [
        ("/paths/~1lists~1{name}/get/parameters/2", "?$top=3&all=yes'"),
        ("/paths/~1lists~1{name}/delete", "-H 'Content-Type: text/plain' -d gone"),
        ("/paths/~1lists~1{name}/get/responses/200", "$top=3' -H 'x-key: abc' -H 'x-trace: t'"),
        ("/info", "/acme/lists/"),
        ("/components/schemas/E/properties/self", "Prefer: code=404"),
    ],
)
def test_a_request_belongs_to_its_element(house, pointer, part):
    assert part in request.show(document.load("acme"), pointer)


def test_without_the_vendors_tests_none_can_be_missed(house):
    (house / "tests" / "vendors").rename(house / "tests" / "others")
    code, lines = run("ACME-06", "--format", "json")
    assert (code, json.loads("\n".join(lines))["clauses"][0]["faults"]) == (1, ["no element"])
    assert run()[1][-1].endswith("the vendors' tests are not installed, so that none can be missed")


def test_an_installed_package_has_no_tests_of_vendors(house):
    (house / "mockserver").mkdir()
    (house / "specs").rename(house / "mockserver" / "specs")
    assert run("ACME-01")[0] == 0
    assert "not installed" in run()[1][-1]


@pytest.mark.parametrize("text", [None, "no XML", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;"])
def test_results_that_cannot_be_read_end_with_2(house, text):
    if text is not None:
        (house / "bad.xml").write_text(text)
    code, (line,) = run("--results", "bad.xml")
    assert code == 2
    assert line.startswith("mockserver: bad.xml: cannot be read as a JUnit report: ")


def test_a_run_writes_the_clauses_of_its_cases(pytester):
    pytester.makeconftest("from contract_tests.binding import pytest_runtest_setup\n")
    pytester.makeini("[pytest]\nmarkers = clause(*ids): bound\n")
    pytester.makepyfile("import pytest\n@pytest.mark.clause('ACME-01', 'ACME-02')\ndef test_a(): pass\n")
    pytester.runpytest_inprocess("--junitxml=r.xml", "-p", "no:cacheprovider")
    found = etree.parse(pytester.path / "r.xml").iter("property")
    assert [(each.get("name"), each.get("value")) for each in found] == [("clause", "ACME-01"), ("clause", "ACME-02")]
    assert pytest_runtest_setup.__doc__


def test_every_request_that_shows_an_element_finds_its_path():
    documents = {name: document.load(name) for name in document.names()}
    rows = matrix.build([clause for name in documents for clause in clauses.load(name).values()])
    shown = {(row.vendor, request.show(documents[row.vendor], row.elements[0].pointer)) for row in rows if row.elements}
    with running(Settings(port=0)) as (url, _):
        for _, command in sorted(shown):
            curl(command, url)
        journal = httpx.get(f"{url}/__admin/sandboxes/default/requests?limit=10000").json()["requests"]
        verdicts = {each["verdict"] for each in journal}
    assert "unmatched" not in verdicts
    assert "accepted" in verdicts
