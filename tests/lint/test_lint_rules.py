"""Every rule with the examples that its documentation shows."""

import pytest

from mockserver import lint
from mockserver.lint.source import Kind
from tests.lint.conftest import FIXTURE

HEAD = 'openapi: 3.0.3\ninfo: {title: Example, version: "1"}\n'
EMPTY = "paths: {}\n"
RULES = pytest.mark.parametrize("rule", lint.all_rules().values(), ids=lambda each: each.rule_id)


def rules_of(house, rule, text):
    """Put an example where its kind belongs, and name the rules that it breaks."""
    kind = rule.kinds[0]
    paths = {
        Kind.OWN: house.document,
        Kind.REGISTER: house.register,
        Kind.FIXTURE: house.fixture,
        Kind.UNKNOWN: house.root / "any.yaml",
    }
    path = paths.get(kind, house.root / "example.yaml")
    if text.startswith("fixtures/"):
        for name in text.split():
            (house.root / name).parent.mkdir(exist_ok=True)
            (house.root / name).write_text(FIXTURE)
    elif kind in paths:
        path.write_text(text if text.startswith("openapi:") or kind is not Kind.OWN else HEAD + text)
    else:
        path.write_text(HEAD + text + ("" if "paths:" in text else EMPTY))
    return {each.rule for each in lint.run([path]).findings}


@RULES
def test_the_good_example_keeps_the_rule(house, rule):
    assert rule.rule_id not in rules_of(house, rule, rule.good)


@RULES
def test_the_bad_example_breaks_it(house, rule):
    assert rule.rule_id in rules_of(house, rule, rule.bad)


@RULES
def test_a_rule_says_what_holds_and_why(rule):
    assert rule.holds.endswith(".")
    assert rule.reason.endswith(".")
