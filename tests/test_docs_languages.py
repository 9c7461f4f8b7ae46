"""The pages that show how a task is done: every block is run, where its language is installed."""

import re

import pytest

from tests.blocks import DOCS, blocks, fits
from tests.test_cli import started

RUN = (DOCS / "run.md").read_text()
PAGES = ("clients.md", "parallel.md")
NEEDS = {"sh": "curl", "js": "Node", "java": "Java", "csharp": "C#"}  # Python is always there
BLOCKS = [
    pytest.param(name, each, id=f"{name}-{number}-{each.language}")
    for name in PAGES
    for number, each in enumerate(blocks(name))
]


@pytest.mark.parametrize(("page", "block"), BLOCKS)
def test_a_block_answers_what_the_page_shows(live, tmp_path, optional, page, block):
    url, _ = live
    name = NEEDS.get(block.language)
    told = optional(f"docs/{page} in {name}", lambda: block.run(tmp_path, url)) if name else block.run(tmp_path, url)
    assert fits(block.answer or "", told), told


@pytest.mark.parametrize(("flags", "says"), re.findall(r"^\$ mockserver serve(.*)\n((?:.+\n)+)```", RUN, re.MULTILINE))
def test_a_start_prints_what_the_page_shows(flags, says):
    with started(*flags.split(), "--port", "0") as (process, first):
        told = [first, *(process.stdout.readline().rstrip("\n") for _ in says.splitlines()[1:])]
    assert [re.sub(r"(127.0.0.1):\d+", r"\1:8080", line) for line in told] == says.splitlines()


def test_the_index_leads_to_every_page():
    index = (DOCS / "README.md").read_text()
    assert {each.name for each in DOCS.glob("*.md")} - {"README.md"} == set(re.findall(r"\(([\w-]+\.md)\)", index))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_blocks(page):
    assert blocks(page)


def test_what_a_page_shows_is_compared_whole():
    assert fits("a …\nc\n", "a b\nc")
    assert not fits("a\n", "a\nb")
    assert not fits("", "a")
