import pytest

from mockserver import lint
from mockserver.errors import ConfigurationError
from mockserver.lint import config

TABLE = "[tool.mockserver.lint]\n"


def configure(house, text):
    (house.root / "pyproject.toml").write_text(TABLE + text)


def found(house, *paths):
    return {(each.rule, each.severity.value) for each in lint.run(paths or [house.document]).findings}


@pytest.mark.parametrize("severity", ["error", "warning", "info"])
def test_a_rule_takes_the_severity_that_the_project_gives_it(house, severity):
    house.document.write_text(house.document.read_text().replace("summary: Opt out", "description: x"))
    configure(house, f"rules = {{operation-summary = '{severity}'}}\n")
    assert found(house) == {("operation-summary", severity)}


def test_a_rule_that_is_off_is_silent(house):
    house.document.write_text(house.document.read_text().replace("summary: Opt out", "description: x"))
    configure(house, "rules = {operation-summary = 'off'}\n")
    assert found(house) == set()


@pytest.mark.parametrize("rule", ["waiver-reason", "waiver-unused"])
def test_the_rules_on_waivers_can_be_off_too(house, rule):
    house.document.write_text(
        house.document.read_text().replace(
            "summary: Opt out", "summary: Opt out\n      x-lint-ignore: {bounds: , nullable: x}"
        )
    )
    configure(house, f"rules = {{{rule} = 'off'}}\n")
    assert {each for each, _ in found(house)} == {"waiver-reason", "waiver-unused"} - {rule}


def test_a_waiver_of_a_rule_that_is_off_is_no_finding(house):
    house.document.write_text(
        house.document.read_text().replace("summary: Opt out", "summary: Opt out  # lint-ignore bounds: It is off.")
    )
    configure(house, "rules = {bounds = 'off'}\n")
    assert found(house) == set()


@pytest.mark.parametrize("pattern", ["third/*", "third", "third/", "*/bad.yaml", "third/**"])
def test_what_is_excluded_is_not_found_in_folders(house, pattern):
    (house.root / "third").mkdir()
    (house.root / "third" / "bad.yaml").write_text("a: [")
    configure(house, f"exclude = ['{pattern}']\n")
    assert found(house, house.root) == set()
    assert found(house, house.root / "third" / "bad.yaml") == {("yaml", "error")}


def test_files_elsewhere_are_not_excluded(house, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "bad.yaml").write_text("a: [")
    configure(house, "exclude = ['*']\n")
    assert found(house, elsewhere) == {("yaml", "error")}


def test_the_nearest_project_counts_and_none_means_the_defaults(house):
    configure(house, "fail-severity = 'info'\n")
    below = house.root / "a" / "b"
    below.mkdir(parents=True)
    assert config.read(below).fail_severity == "info"
    (house.root / "a" / "pyproject.toml").write_text("[project]\nname = 'a'\n")
    assert config.read(below).fail_severity == "error"
    assert config.read(house.root.parent.parent) == lint.Settings()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[tool.mockserver.lint\n", "cannot be read"),
        ("tool = 3\n", "must be a table"),
        ("[tool.mockserver]\nlint = 3\n", "must be a table"),
        (TABLE + "rule = {}\n", "has no key 'rule'; there are rules, exclude and fail-severity"),
        (TABLE + "exclude = 'a'\n", "exclude must be a list of patterns"),
        (TABLE + "exclude = [1]\n", "exclude must be a list of patterns"),
        (TABLE + "rules = []\n", "rules must be a table"),
        (TABLE + "rules = {no-such = 'off'}\n", "there is no rule 'no-such'"),
        (TABLE + "rules = {bounds = 'fatal'}\n", "rules: bounds must be one of error, warning, info, off, not 'fatal'"),
        (TABLE + "rules = {bounds = ['off']}\n", "rules: bounds must be one of"),
        (TABLE + "fail-severity = 'off'\n", "fail-severity must be one of error, warning, info, not 'off'"),
    ],
)
def test_what_is_wrong_in_the_settings_is_told_with_its_file(house, text, says):
    (house.root / "pyproject.toml").write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        lint.run([house.document])
    assert "pyproject.toml: " in str(caught.value)
    assert says in str(caught.value)


def test_settings_that_are_no_text_are_refused(house):
    (house.root / "pyproject.toml").write_bytes(b"\xff")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        config.read(house.root)
