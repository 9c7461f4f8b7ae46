import pytest

from mockserver import lint

SUMMARY = "      summary: Opt out\n"


def change(house, **changes):
    """Leave out the operation's tags, and put what is given in the place of its summary."""
    text = house.document.read_text().replace("      tags: [Lists]\n", "")
    for old, new in {SUMMARY: SUMMARY, **changes}.items():
        assert old in text
        text = text.replace(old, new)
    house.document.write_text(text)
    return [each.rule for each in lint.run([house.document]).findings]


@pytest.mark.parametrize(
    "changes",
    [
        {SUMMARY: SUMMARY + "      x-lint-ignore: {operation-tag: There is one operation only.}\n"},
        {"info:\n": "x-lint-ignore: {operation-tag: There is one operation only.}\ninfo:\n"},
        {"paths:\n": "paths:\n  x-lint-ignore: {operation-tag: There is one operation only.}\n"},
        {"    post:\n": "    post:  # lint-ignore operation-tag: There is one operation only.\n"},
        {"    post:\n": "    # lint-ignore operation-tag: There is one operation only.\n    post:\n"},
        {"    post:\n": "    # lint-ignore operation-tag: There is one operation only.\n\n    # More.\n    post:\n"},
    ],
)
def test_a_waiver_with_a_reason_hides_the_finding(house, changes):
    assert change(house, **changes) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"info:\n": "info:\n  x-lint-ignore: {operation-tag: It is elsewhere.}\n"},
        {"      responses:\n": "      responses:\n        x-lint-ignore: {operation-tag: It is above.}\n"},
        {SUMMARY: SUMMARY + "      x-lint-ignore: {operation-summary: It is of another rule.}\n"},
        {SUMMARY: "      summary: Opt out  # lint-ignore operation-tag: It is of another line.\n"},
        {"tags:\n": "tags:\n  # lint-ignore operation-tag: It ends the file.\n"},
    ],
)
def test_a_waiver_at_another_place_is_a_finding_itself(house, changes):
    assert sorted(change(house, **changes)) == ["operation-tag", "waiver-unused"]


def test_a_waiver_at_the_end_of_a_file_is_read(house):
    house.document.write_text(house.document.read_text() + "# lint-ignore bounds: Nothing follows.")
    (finding,) = lint.run([house.document]).findings
    assert finding.rule == "waiver-unused"


@pytest.mark.parametrize("reason", ["", "''", "'  '", "3", "[x]"])
def test_a_waiver_without_a_reason_waives_nothing(house, reason):
    found = change(house, **{SUMMARY: SUMMARY + f"      x-lint-ignore: {{operation-tag: {reason}}}\n"})
    assert sorted(found) == ["operation-tag", "waiver-reason"]


def test_registers_and_fixtures_have_waivers_in_comments(house):
    house.register.write_text(
        house.register.read_text()
        + "ACME-07:  # lint-ignore clause-unbound: It is bound next week.\n"
        + "  {says: It lasts., basis: page, source: the page}\n"
    )
    rows = house.fixture.read_text() + "  - {name: b, size: one}  # lint-ignore fixture: It is one.\n"
    house.fixture.write_text(rows)
    assert not lint.run().findings


def test_json_has_waivers_in_elements(house):
    path = house.root / "foreign.json"
    path.write_text(
        '{"openapi": "3.0.3", "info": {"title": "a", "version": "# lint-ignore bounds: no"}, "paths": {"/a/": '
        '{"x-lint-ignore": {"path-slash": "The gateway wants it."}}}}'
    )
    assert not lint.run([path]).findings


def test_a_file_that_is_broken_has_no_waivers_in_elements(house):
    (house.root / "bad.yaml").write_text("x-lint-ignore: {yaml: It is broken.}\na: [\n")
    assert [each.rule for each in lint.run([house.root / "bad.yaml"]).findings] == ["yaml"]
