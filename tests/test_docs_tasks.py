"""Pages whose commands follow one another: each is run by a shell, on a server as its reader starts it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver.server import Settings, running
from tests.optional import tool
from tests.test_cli import started

DOCS = Path(__file__).parent.parent / "docs"
SHOWN = "http://127.0.0.1:8080"
SERVE = "mockserver serve --port 8081 "


def commands(page):
    """Give each command with what the page says that it writes."""
    for block in re.findall(r"^```console\n(.*?)^```", page, re.MULTILINE | re.DOTALL):
        for told in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = told.partition("\n")
            yield command, output.strip()


def run(command, folder, url):
    if command.startswith(SERVE):
        flags = command.removeprefix(SERVE).replace("./", f"{folder}/").split()
        with started("--port", "0", *flags) as (_, line):
            return re.sub(r"http://127\.0\.0\.1:\d+", "http://127.0.0.1:8081", line).replace(f"{folder}/", "./") + "\n…"
    command = command.replace(SHOWN, url).replace("python3", sys.executable)
    done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True, timeout=30, check=True)
    return done.stdout.replace(url, SHOWN).strip()


@pytest.mark.parametrize("name", ["state.md", "journal.md"])
def test_every_command_of_a_page_writes_what_it_says(name, tmp_path, optional):
    optional(f"docs/{name} by a shell", lambda: tool("curl"))
    found = list(commands((DOCS / name).read_text()))
    assert found
    with running(Settings(port=0)) as (url, _):
        for command, says in found:
            written = run(command, tmp_path, url)
            assert re.fullmatch(re.escape(says).replace("…", ".+?"), written), (command, written)
