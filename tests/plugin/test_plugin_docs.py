"""Runs what the pages of the docs show to users of pytest: each block of Python is a module of tests."""

import re
import shlex

import pytest

from mockserver.client import Mock
from tests.blocks import DOCS, blocks, languages
from tests.test_cli import started, url_of

pytest_plugins = ["pytester"]
PAGES = ("hosts.md", "pytest.md")


@pytest.mark.parametrize("page", PAGES)
def test_every_block_of_python_is_a_module_of_tests_that_pass(page, pytester, live):
    shown = [each.code for each in blocks(page, "python")]
    for number, block in enumerate(shown):
        assert re.search(r"^def test_|^    def test_", block, re.MULTILINE), block
        (pytester.path / f"test_block_{number}.py").write_text(block)
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-W", "error", "--mockserver-url", live[0])
    tests = sum(len(re.findall(r"^ *def test_", block, re.MULTILINE)) for block in shown)
    result.assert_outcomes(passed=tests)


def test_the_commands_that_share_a_server_do(pytester, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # other plugins take seconds to load, in each worker
    (block,) = blocks("pytest.md", "sh")
    served, run = block.code.splitlines()
    (pytester.path / "test_it.py").write_text(blocks("pytest.md", "python")[0].code)
    assert shlex.split(served)[:2] == ["mockserver", "serve"]
    with started(*shlex.split(served.replace("8080", "0"))[2:]) as (_, line):
        program, *flags = shlex.split(run.replace("http://127.0.0.1:8080", url_of(line)))
        assert program == "pytest"
        pytester.runpytest_inprocess("-pxdist", "-pmockserver", *flags).assert_outcomes(passed=1)


@pytest.mark.parametrize("page", PAGES)
def test_no_block_of_another_language_is_left_unrun(page):
    assert languages(page) <= {"python", "sh"}
    assert blocks("hosts.md", "sh") == []


def test_the_page_lists_every_method_of_a_sandbox():
    (table,) = re.findall(r"^## What `mock` has\n(.*?)^## ", (DOCS / "pytest.md").read_text(), re.MULTILINE | re.DOTALL)
    methods = {name for each in Mock.__mro__[:-1] for name in vars(each) if not name.startswith("_")}
    assert methods - {*re.findall(r"\w+", table)} <= {"delete"}
