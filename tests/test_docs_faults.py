import json
import re
import subprocess
from pathlib import Path

import pytest

from mockserver.server import Settings, running
from tests.optional import tool

PAGE = (Path(__file__).parent.parent / "docs" / "faults.md").read_text()
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
WORDS = re.findall(r"^\| (`.*?) \|", PAGE, re.MULTILINE)


def test_every_block_of_the_page_does_what_the_page_says(optional, tmp_path):
    optional("curl of docs/faults.md", lambda: tool("curl"))
    told = []
    with running(Settings(port=0)) as (url, _):
        for language, block in BLOCKS:
            code = block.replace("http://127.0.0.1:8080", url)
            if language == "python":
                exec(compile(code, "faults.md", "exec"), {})
            else:
                done = subprocess.run(
                    ["sh", "-ec", code], cwd=tmp_path, check=True, text=True, capture_output=True, timeout=60
                )
                told.append(json.loads(done.stdout))
    first, columns, counted, *_, limited = told
    assert first["rules"][0]["fired"] == 0
    assert columns
    assert (counted["rules"][0]["matched"], counted["rules"][0]["fired"]) == (3, 2)
    assert limited == {"Message": "Too many requests in a given amount of time."}


@pytest.mark.parametrize("word", ["delay", "slow", "reset", "reset-after-commit", "truncated", "garbage", "503"])
def test_the_page_has_every_word(word):
    assert any(f"`{word}`" in each for each in WORDS)
