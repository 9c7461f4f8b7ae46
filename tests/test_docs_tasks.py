"""Pages whose commands follow one another: each is run by a shell, on a server as its reader starts it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver.server import Settings, running
from tests.blocks import SHOWN, commands, fits
from tests.optional import tool
from tests.test_cli import started

SERVE = "mockserver serve --port 8081 "


def run(command, folder, url):
    if command.startswith(SERVE):
        flags = command.removeprefix(SERVE).replace("./", f"{folder}/").split()
        with started("--port", "0", *flags) as (_, line):
            return re.sub(r"http://127\.0\.0\.1:\d+", "http://127.0.0.1:8081", line).replace(f"{folder}/", "./") + "\n…"
    command = command.replace(SHOWN, url).replace("python3", sys.executable)
    done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True, timeout=30, check=True)
    return done.stdout.replace(url, SHOWN).strip()


@pytest.mark.parametrize("name", ["../README.md", "state.md", "journal.md"])
def test_every_command_of_a_page_writes_what_it_says(name, tmp_path, optional):
    optional(f"{Path(name).name} by a shell", lambda: tool("curl"))
    found = list(commands(name))
    assert found
    with running(Settings(port=0)) as (url, _):
        for command, says in found:
            written = run(command, tmp_path, url)
            assert fits(says, written), (command, written)
