import os
import re
import subprocess
import sys

import pytest

from mockserver.contract import document
from mockserver.server import Settings, running
from tests.blocks import PATH, blocks, languages
from tests.optional import tool

LINES = [line for block in blocks("tls.md", "sh") for line in block.code.splitlines()]
HEALTHY = '{"status":"ok"}'


def program(line):
    """The program that a command line runs."""
    return next(word for word in line.split() if not re.match(r"[A-Z_]+=", word))


def only(language):
    """The one block in a language."""
    (found,) = blocks("tls.md", language)
    return found.code


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """Runs a command line of the page on a server as its reader starts it; gives what it printed."""
    folder = tmp_path_factory.mktemp("page")
    with running(Settings(port=0, tls=folder / "tls")) as (url, _):
        port = url.rpartition(":")[2]
        (folder / "Health.java").write_text(only("java").replace("8443", port))
        (folder / "Health.cs").write_text(only("csharp").replace("8443", port))

        def run(*command, **kwargs):
            command = [each.replace("8443", port) for each in command]
            env = {**os.environ, "PATH": PATH, "NO_PROXY": "*"}
            return subprocess.run(
                command, cwd=folder, env=env, check=True, text=True, stdout=subprocess.PIPE, timeout=60, **kwargs
            ).stdout

        yield run


@pytest.mark.parametrize("line", [each for each in LINES if "/__admin/health" in each], ids=program)
def test_each_command_of_the_page_trusts_the_authority(page, optional, line):
    optional(program(line), lambda: tool(program(line)))
    assert page("sh", "-c", line).strip() == HEALTHY


def test_java_trusts_it_by_a_store_of_its_own(page, optional):
    optional("java", lambda: tool("keytool") and tool("javac"))
    *_, answer = [page("sh", "-c", line) for line in LINES if program(line) in {"keytool", "java"}]
    assert answer.strip() == HEALTHY


def test_dotnet_trusts_it_by_a_policy(page, optional):
    optional("docs/tls.md in C#", lambda: tool("dotnet"))
    assert page("dotnet", "run", "Health.cs").strip() == HEALTHY


def test_curl_is_told_where_a_host_is(page, optional):
    optional("curl", lambda: tool("curl"))
    (line,) = [each for each in LINES if "--resolve" in each]
    assert '"Id":' in page("sh", "-c", line)


def test_httpx_is_told_where_a_host_is(page):
    assert page(sys.executable, "-c", only("python")).strip() == document.load("omeda").title


def test_every_block_of_the_page_is_run_but_for_the_one_that_says_it_is_not():
    assert languages("tls.md") == {"sh", "java", "python", "csharp"}
    run = [each for each in LINES if "/__admin/health" in each or program(each) in {"keytool", "java"}]
    assert [each for each in LINES if each not in run] == [
        "mockserver serve --tls --tls-dir tls --port 8443",
        next(each for each in LINES if "--resolve" in each),
    ]
