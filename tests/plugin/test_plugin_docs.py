"""Runs what the pages of the docs show to users of pytest: each block of Python is a module of tests."""

import re
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]
DOCS = Path(__file__).parent.parent.parent / "docs"
PAGES = ("hosts.md",)


def blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```", (DOCS / page).read_text(), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES)
def test_every_block_of_python_is_a_module_of_tests_that_pass(page, pytester, live):
    shown = blocks(page, "python")
    for number, block in enumerate(shown):
        assert re.search(r"^def test_|^    def test_", block, re.MULTILINE), block
        (pytester.path / f"test_block_{number}.py").write_text(block)
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-W", "error", "--mockserver-url", live[0])
    tests = sum(len(re.findall(r"^ *def test_", block, re.MULTILINE)) for block in shown)
    result.assert_outcomes(passed=tests)
