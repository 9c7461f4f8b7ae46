"""The small integrations of the docs: their suites run at once, in parallel, on one server."""

import os
import re
import shlex
import subprocess
import sys

from mockserver.client import MockServer
from tests.blocks import DOCS, blocks
from tests.optional import MissingError, tool
from tests.test_cli import started, url_of

EXAMPLES = DOCS / "examples"
README = "examples/python-pytest/README.md"
ENVIRONMENT = {name: value for name, value in os.environ.items() if "PYTEST" not in name} | {
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
}


def begin(folder, command, url):
    return subprocess.Popen(
        command,
        cwd=EXAMPLES / folder,
        env={**ENVIRONMENT, "MOCKSERVER_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def passed(process, pattern):
    """Wait for a suite; give how many tests passed, which are all."""
    told, _ = process.communicate(timeout=300)
    assert process.returncode == 0, told[-3000:]
    return int(re.search(pattern, told, re.MULTILINE)[1])


def node():
    try:
        return [tool("node"), "--test"]
    except MissingError:
        return None


def test_both_suites_run_two_hundred_tests_at_once_on_one_server_without_interference(optional):
    (block,) = blocks(README, "sh")
    served, run = block.code.splitlines()
    with started(*shlex.split(served.replace("8080", "0"))[2:]) as (_, line):
        url = url_of(line)
        flags = shlex.split(run.replace("http://127.0.0.1:8080", url))[1:]
        pytest = [sys.executable, "-m", "pytest", "-q", "-pxdist", "-pmockserver", "-pno:cacheprovider", *flags]
        in_node = begin("node", node(), url) if node() else None
        tests = passed(begin("python-pytest", pytest, url), r"^(\d+) passed in ")
        assert tests >= 100
        tests += passed(in_node, r"^# pass (\d+)") if in_node else 0
        server = MockServer(url)
        assert (server.sandboxes(), server.find().count()) == (["default"], 0)
    optional("docs/examples/node", lambda: tool("node"))
    assert tests >= 200
