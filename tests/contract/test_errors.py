import inspect
import re

import pytest

from mockserver import errors
from mockserver.errors import ApiError, FixtureError, Invalid, MockServerError, Problem, UnknownSandbox, Violation

KINDS = [each for each in vars(errors).values() if inspect.isclass(each) and issubclass(each, MockServerError)]
PROBLEMS = [each for each in KINDS if issubclass(each, Problem) and each is not Problem]
REFUSALS = [each for each in KINDS if issubclass(each, ApiError) and each is not ApiError]


def name_of(kind):
    return kind.__name__


@pytest.mark.parametrize("kind", KINDS, ids=name_of)
def test_every_error_stands_in_the_tree_below_its_parent(kind):
    assert re.search(rf"\b{kind.__name__}\b", errors.__doc__)
    assert kind is MockServerError or issubclass(kind.__bases__[0], MockServerError)


@pytest.mark.parametrize("kind", PROBLEMS + REFUSALS, ids=name_of)
def test_the_tree_names_the_status_of_every_error_that_has_its_own(kind):
    if "status" in vars(kind):
        assert re.search(rf"\b{kind.__name__}(?: 404)? +{kind.status}\b", errors.__doc__)


def test_no_two_problems_are_called_the_same():
    assert len({each.kind for each in PROBLEMS}) == len(PROBLEMS)
    assert len({each.title for each in PROBLEMS}) == len(PROBLEMS)


def test_a_problem_is_rendered_as_rfc_9457_has_it():
    assert UnknownSandbox("no sandbox 'x'; make it").render() == {
        "type": "urn:mockserver:unknown-sandbox",
        "title": "There is no such sandbox",
        "status": 404,
        "detail": "no sandbox 'x'; make it",
    }


@pytest.mark.parametrize("kind", PROBLEMS, ids=name_of)
def test_a_problem_points_at_what_is_wrong(kind):
    problem = kind("two things", (("/rules/0/fault", "no fault"), ("", "a surplus")))
    assert problem.render()["errors"] == [
        {"pointer": "/rules/0/fault", "detail": "no fault"},
        {"pointer": "", "detail": "a surplus"},
    ]
    assert (problem.headers, str(problem)) == ({}, "two things")
    assert re.fullmatch("urn:mockserver:[a-z]+(-[a-z]+)*", problem.render()["type"])


@pytest.mark.parametrize("kind", REFUSALS, ids=name_of)
def test_a_refusal_has_a_status_and_carries_what_the_vendor_words(kind):
    assert 400 <= kind.status <= 599
    if kind is not Invalid:
        refusal = kind("a", "b", clauses=("A-1",), method="GET")
        assert (refusal.details, refusal.clauses, refusal.facts) == (("a", "b"), ("A-1",), {"method": "GET"})


@pytest.mark.parametrize(
    ("path", "name", "pointer"),
    [
        ((), "", ""),
        (("a",), "a", "/a"),
        (("a", 3), "a", "/a/3"),
        ((0, 1), "", "/0/1"),
        (("a/b", 0, "c~d"), "c~d", "/a~1b/0/c~0d"),
    ],
)
def test_a_violation_names_its_place(path, name, pointer):
    violation = Violation("body", path, "type", 1, "is wrong")
    assert (violation.name, violation.pointer) == (name, pointer)


def test_an_invalid_request_tells_all_its_violations_in_order():
    first = Violation("query", ("email",), "required", None, "is missing")
    second = Violation("body", (), "type", [], "is no object")
    refusal = Invalid(first, second)
    assert refusal.violations == (first, second)
    assert refusal.details == ("query /email: is missing", "body : is no object")
    assert refusal.status == 400


def test_a_misfit_of_a_fixture_may_point_at_its_place():
    assert FixtureError("wrong", "/Brand/1").pointer == "/Brand/1"
    assert str(FixtureError("wrong", "/Brand/1")) == "wrong"
    assert FixtureError("wrong").pointer == ""
