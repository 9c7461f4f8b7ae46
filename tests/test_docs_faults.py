import json
import re

import pytest

from mockserver.server import Settings, running
from tests.blocks import DOCS, blocks
from tests.optional import tool

WORDS = re.findall(r"^\| (`.*?) \|", (DOCS / "faults.md").read_text(), re.MULTILINE)


def test_every_block_of_the_page_does_what_the_page_says(optional, tmp_path):
    optional("curl of docs/faults.md", lambda: tool("curl"))
    with running(Settings(port=0)) as (url, _):
        told = [block.run(tmp_path, url) for block in blocks("faults.md")]
    first, columns, counted, *_, limited = (json.loads(each) for each in told if each)
    assert first["rules"][0]["fired"] == 0
    assert columns
    assert (counted["rules"][0]["matched"], counted["rules"][0]["fired"]) == (3, 2)
    assert limited == {"Message": "Too many requests in a given amount of time."}


@pytest.mark.parametrize("word", ["delay", "slow", "reset", "reset-after-commit", "truncated", "garbage", "503"])
def test_the_page_has_every_word(word):
    assert any(f"`{word}`" in each for each in WORDS)
