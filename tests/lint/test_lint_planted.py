"""Defects planted in good files, one row of `planted/*.yaml` each: `¦` stands where the finding must point at."""

from pathlib import Path

import pytest
import yaml

from mockserver import lint

MARK = "¦"
PLANTED = {path.stem: yaml.safe_load(path.read_text()) for path in Path(__file__).parent.glob("planted/*.yaml")}


def rows(*files, only="own"):
    """The rows of these files as parameters, without those that count elsewhere only."""
    return [
        pytest.param(row["rule"], row["change"], id=name)
        for file in files
        for name, row in PLANTED[file].items()
        if row.get("only", only) == only
    ]


def plant(path, changes):
    """Change a file and tell where the mark stood."""
    text = path.read_text()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    before, mark, _ = text.partition(MARK)
    assert mark
    path.write_text(text.replace(MARK, ""))
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def places(report, rule):
    return [(each.file, each.line, each.column) for each in report.findings if each.rule == rule]


@pytest.mark.parametrize(("rule", "changes"), rows("document", only="document"))
def test_a_defect_in_a_document_is_found_at_its_place(house, rule, changes):
    path = house.document.rename(house.root / "foreign.yaml")
    line, column = plant(path, changes)
    assert ("foreign.yaml", line, column) in places(lint.run([path]), rule)


@pytest.mark.parametrize(("rule", "changes"), rows("own"))
def test_a_defect_in_a_document_of_ours_is_found_at_its_place(house, rule, changes):
    line, column = plant(house.document, changes)
    assert ("specs/acme.yaml", line, column) in places(lint.run([house.document]), rule)


@pytest.mark.parametrize(("rule", "changes"), rows("register"))
def test_a_defect_in_a_register_is_found_at_its_place(house, rule, changes):
    line, column = plant(house.register, changes)
    for paths in ([house.document], [house.document, house.register]):
        assert places(lint.run(paths), rule) == [("specs/clauses/acme.yaml", line, column)]


@pytest.mark.parametrize(("rule", "changes"), rows("fixture"))
def test_a_defect_in_a_fixture_is_found_at_its_place(house, rule, changes):
    line, column = plant(house.fixture, changes)
    assert places(lint.run([house.fixture]), rule) == [("fixtures/baseline/acme.yaml", line, column)]


def test_a_good_document_of_strangers_is_clean(house):
    assert not lint.run([house.document.rename(house.root / "foreign.yaml")]).findings


def test_every_rule_finds_a_planted_defect():
    planted = {row["rule"] for rows in PLANTED.values() for row in rows.values()}
    assert planted | {"fixture-missing", "unknown-file"} == set(lint.all_rules())


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


@pytest.mark.parametrize(("text", "line"), [("says: x\nnow: yesterday\n", 2), ("\nnwo: 1\n", 1), ("\n- now\n", 1)])
def test_a_defect_in_a_scenario_is_found(house, text, line):
    house.scenario.write_text(text)
    (finding,) = lint.run([house.scenario]).findings
    assert (finding.file, finding.line, finding.rule) == ("fixtures/baseline/scenario.yaml", line, "fixture")
    assert "scenario.yaml" not in finding.message


def test_a_fixture_for_no_vendor_in_a_scenario_of_ours_is_an_error(house):
    house.fixture.rename(house.fixture.with_name("emca.yaml"))
    assert places(lint.run([house.root / "fixtures"]), "fixture") == [("fixtures/baseline/emca.yaml", 1, 1)]


def test_a_scenario_of_ours_without_the_file_of_a_vendor_is_told_of_its_document(house):
    (house.root / "fixtures" / "empty").mkdir()
    (finding,) = lint.run().findings
    assert (finding.file, finding.rule) == ("specs/acme.yaml", "fixture-missing")
    assert finding.message == "fixtures/empty has no acme.yaml"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('address: {$ref: "#/components/examples/Address"}', "address: {externalValue: a.json}"),
        ("example: 7", "examples: {none: {value: 404}, one: {value: 7}}"),
    ],
)
def test_one_example_of_the_baseline_or_none_at_all_is_enough(house, old, new):
    text = house.document.read_text()
    assert old in text
    house.document.write_text(text.replace(old, new))
    assert not places(lint.run([house.document]), "example-baseline")


def test_a_baseline_that_cannot_be_read_is_told_of_once(house):
    house.fixture.write_text("Row: [")
    assert [each.rule for each in lint.run().findings] == ["yaml"]
