import pytest

from mockserver.lint.ambiguity import judge
from mockserver.lint.ecma import MOST_CHARACTERS, PatternError

EXPONENTIAL = [
    "(a+)+",
    "^(a+)+$",
    "(a*)*",
    "((ab)*)*",
    "(a|a)*",
    "(a|aa)+$",
    "(a|b|ab)*c",
    "(a{1,2})+",
    "(a{1,36})+",
    "([a-z]+)*x",
    r"^(\w+\s?)*$",
    "(.*)*",
    r"(\d+|\d+x)*y",
    "(x+x+)+y",
    "(?=(a+)+$)b",
    "(?<!(a+)+)b",
    "(a?" * 60 + ")" * 60 + "*",
    "(" + "|".join(["[a-z]"] * 140) + ")*",
    r"^([a-zA-Z0-9])(([\-.]|[_]+)?([a-zA-Z0-9]+))*@[a-z0-9]+[.]([a-z]{2,3}|[a-z]{2,3}[.][a-z]{2,3})$",
]
HARMLESS = [
    "",
    "^$",
    "^a+$",
    "a*a*",
    "(?:)*",
    "[]",
    "[^]",
    r"[\s\S]*",
    r"(\s|\S)*",
    "(a|b)*",
    "(foo|bar|baz)*",
    "(a{3})+",
    "a{1,100}",
    "a{2,}",
    r"[\b\]-]\/\$",
    r"\x41\u0041\u{1F600}\cA\t\0[^\D\W]",
    r"\p{Lu}+\P{Script=Greek}",
    r"(a)\1\b.\B",
    "(?:a)??",
    r"^\S+(\s\S+)*$",
    r"^\d{1,3}(,\d{3})*$",
    r"^(\w{1,20}-){1,20}$",
    "^([a-z]{1,20}){1,5}$",
    "^[a-z0-9]+(-[a-z0-9]+)*$",
    r"^([^@]+)@([^@.]+\.)+[a-z]{2,}$",
    r"^(?<year>\d{4})-\k<year>$",
    "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
]
NONE = {
    "[": "a [ is not closed, at character 2",
    "[a-": "a [ is not closed, at character 4",
    "(": "a ( is not closed, at character 2",
    "a)": "a ) closes nothing, at character 2",
    "*a": "there is nothing to repeat, at character 1",
    "a++": "ECMA-262 has no possessive or doubled quantifiers, at character 3",
    "^*": "a place, which has no characters, cannot be repeated, at character 2",
    "(?=a)*": "a place, which has no characters, cannot be repeated, at character 6",
    "(?i)a": "ECMA-262 has no group (?i, at character 1",
    "(?P<a>b)": "ECMA-262 has no group (?P, at character 1",
    "(?>a)": "ECMA-262 has no group (?>, at character 1",
    r"\A": r"ECMA-262 has no \A, at character 2",
    r"\01": r"ECMA-262 has no \0, at character 2",
    "\\": r"a \ escapes nothing, at character 2",
    "a{3,2}": "{3,2} is out of order, at character 7",
    "[z-a]": "a range is out of order, at character 5",
    r"[\w-z]": "a class of characters cannot begin or end a range, at character 6",
    "{a}": r"a { stands alone; write \{, at character 1",
    "[[:alpha:]]": r"a ] stands alone; write \], at character 11",
    r"\k<n>": "no group is called n, at character 6",
    "(?<a>x)(?<a>y)": "two groups are called a, at character 8",
    "(" * 200: "groups are nested too deeply, at character 101",
    "a" * (MOST_CHARACTERS + 1): f"more than {MOST_CHARACTERS} characters, at character 1",
}
HUGE = [
    "(a|b|c|d|e|f|g|h)*" * 200,
    "".join(f"(w{number}x|y{number}z)*" for number in range(250)),
    "(" + "|".join(f"word{number}" for number in range(400)) + ")*",
    "(" * 90 + "a" + "){9}" * 90,
    "(" * 90 + "){9}" * 90,
    "(a{0,10}){10}" * 30,
    "(a?){999999}",
    "([a-z]?){10}" * 40 + "(.?){10}",
]


@pytest.mark.parametrize("pattern", EXPONENTIAL, ids=lambda each: each[:40])
def test_a_pattern_that_takes_exponential_time_is_told(pattern):
    assert judge(pattern)


@pytest.mark.parametrize("pattern", HARMLESS)
def test_a_pattern_that_does_not_is_let_pass(pattern):
    assert not judge(pattern)


@pytest.mark.parametrize(("pattern", "says"), NONE.items())
def test_what_is_no_pattern_of_ecma_262_is_told_with_its_place(pattern, says):
    with pytest.raises(PatternError) as caught:
        judge(pattern)
    assert str(caught.value) == says


@pytest.mark.parametrize("pattern", HUGE, ids=lambda each: each[:40])
def test_a_pattern_that_is_too_large_is_let_pass_soon(pattern):
    assert not judge(pattern[:MOST_CHARACTERS].rpartition("(")[0] if len(pattern) > MOST_CHARACTERS else pattern)
