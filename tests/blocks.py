"""The code blocks of a page of the docs, each run as its reader would, with the answer that the page shows.

Pages are named by their paths from `docs/`.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.optional import tool

DOCS = Path(__file__).parent.parent / "docs"
SHOWN = "http://127.0.0.1:8080"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?", re.MULTILINE | re.DOTALL)
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
RUNNERS = {
    "sh": lambda file: tool("curl") and [tool("bash"), "-euo", "pipefail", file],
    "python": lambda file: [sys.executable, file],
    "js": lambda file: [tool("node"), file],
    "java": lambda file: [tool("java"), file],
    "csharp": lambda file: [tool("dotnet"), "run", file],
}
NAMES = {"sh": "block.sh", "python": "block.py", "js": "block.mjs", "java": "Block.java", "csharp": "block.cs"}


@dataclass(frozen=True)
class Block:
    """One block with the answer that stands below it, None for none."""

    language: str
    code: str
    answer: str | None

    def run(self, folder, url):
        """Run it against a server; gives what it wrote.

        Raises:
            MissingError: its language is not on this machine.
        """
        file = folder / NAMES[self.language]
        file.write_text(self.code.replace(SHOWN, url))
        done = subprocess.run(
            RUNNERS[self.language](str(file)),
            cwd=folder,
            env={**os.environ, "PATH": PATH, "MOCKSERVER_URL": url},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def blocks(page, *languages):
    """List the blocks of a page in these languages, by default in those that can be run."""
    found = BLOCK.findall((DOCS / page).read_text())
    return [Block(*each) for each in found if each[0] in (languages or RUNNERS)]


def languages(page):
    """Name the languages of a page's blocks."""
    return {each[0] for each in BLOCK.findall((DOCS / page).read_text())}


def commands(page):
    """Give each command of a page's consoles with what the page says that it writes."""
    for block in blocks(page, "console"):
        for told in re.split(r"^\$ ", block.code, flags=re.MULTILINE)[1:]:
            command, _, answer = told.partition("\n")
            yield command, answer.strip()


def fits(answer, told):
    """Tell whether an answer is the one shown, where `…` stands for anything."""
    pattern = ".+?".join(re.escape(each) for each in answer.strip().split("…"))
    return re.fullmatch(pattern, told.strip(), re.DOTALL) is not None
