import importlib

import pytest

from benchmarks import subjects
from benchmarks.measuring import QUICK, Comparison, alternate


@pytest.mark.parametrize("name", subjects())
def test_every_benchmark_still_runs(name):
    found = list(importlib.import_module(f"benchmarks.{name}").run(QUICK))
    assert found
    for comparison in found:
        assert all(figure > 0 for figures in comparison.figures.values() for figure in figures), comparison
        assert " x  (" in comparison.text()


def test_a_ratio_is_the_median_of_the_rounds_own():
    comparison = Comparison(
        "t", "µs", {"a": [1, 2, 100], "b": [3, 4, 200]}, "a", budgets={"b": "at most 2"}, remarks=["r"]
    )
    assert comparison.ratios("b") == [3, 2, 2]
    assert comparison.text().splitlines() == [
        "t (µs)",
        "  a        2.0    1.00 x  (1.00 to 1.00)",
        "  b        4.0    2.00 x  (2.00 to 2.50)  budget: at most 2",
        "  r",
    ]


def test_a_ratio_may_say_how_many_times_faster_a_subject_is():
    comparison = Comparison("t", "µs", {"a": [8], "b": [2]}, "a", faster=True)
    assert comparison.ratios("b") == [4]


def test_every_subject_has_its_turn_in_every_round():
    calls = []
    figures = alternate({"a": lambda: calls.append("a") or 1.0, "b": lambda: calls.append("b") or 2.0}, rounds=2)
    assert (calls, figures) == (["a", "b", "b", "a"], {"a": [1, 1], "b": [2, 2]})
