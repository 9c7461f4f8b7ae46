import contextlib
import os
import shlex
import signal
import socket
import subprocess

import pytest
import yaml

from mockserver.cli import main
from tests.blocks import PATH, blocks
from tests.optional import tool

GITHUB, GITLAB, NIGHTLY = (yaml.safe_load(each.code) for each in blocks("ci.md", "yaml"))
INSTALL = "python -m pip install "
TEST = """
import os
import urllib.request


def test_a_subscriber_is_found():
    name, _, value = os.environ["XOMNI_HEADER"].partition(": ")
    url = os.environ["XOMNI_BASE_URL"] + "/private/mail/subscription/guy@example.com/status"
    asked = urllib.request.Request(url, headers={name: value, "Accept": "application/vnd.xomni.api-v4-1"})
    assert b"XOMNI Guy" in urllib.request.urlopen(asked).read()
"""

WRONG = """
import os
import urllib.error
import urllib.request


def test_nothing_that_would_notice():
    try:
        urllib.request.urlopen(os.environ["XOMNI_BASE_URL"] + "/no/such/path")
    except urllib.error.HTTPError:
        pass
"""


def github(job):
    """The shell of each step of a job, but for what installs packages: as here, all are there."""
    return [each["run"] for each in job["steps"] if "run" in each and not each["run"].startswith(INSTALL)]


def gitlab(job):
    """The shells of a job, likewise."""
    return ["\n".join(line for line in job[key] if not line.startswith(INSTALL)) for key in ("script", "after_script")]


SHELLS = {"GitHub": github(GITHUB["jobs"]["integration"]), "GitLab": gitlab(GITLAB["integration"])}


@pytest.fixture
def pipeline(tmp_path, optional):
    """Runs shells one after another as a pipeline does, in a folder with one test."""
    optional("curl", lambda: tool("curl"))
    (tmp_path / "test_integration.py").write_text(TEST)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])

    def run(shells):
        for shell in shells:
            script = shell.replace("8080", port).replace(
                "mockserver env", f"mockserver env --base-url http://127.0.0.1:{port}"
            )
            subprocess.run(
                ["bash", "-eo", "pipefail", "-c", script],
                cwd=tmp_path,
                env={**os.environ, "PATH": PATH},
                check=True,
                timeout=60,
            )

    yield run
    with contextlib.suppress(ProcessLookupError, FileNotFoundError):
        os.kill(int((tmp_path / "mock.pid").read_text()), signal.SIGTERM)


@pytest.mark.parametrize("name", SHELLS)
def test_each_pipeline_of_the_page_runs(pipeline, tmp_path, name):
    pipeline(SHELLS[name])
    assert "guy@example.com" in (tmp_path / "requests.json").read_text()
    assert (tmp_path / "mock.log").read_text() == ""


def test_each_pipeline_fails_where_a_request_went_past_the_documents(pipeline, tmp_path):
    (tmp_path / "test_integration.py").write_text(WRONG)
    with pytest.raises(subprocess.CalledProcessError, match="unmatched"):
        pipeline(SHELLS["GitHub"])


def test_what_the_pages_keep_is_what_their_steps_write():
    kept = {*GITLAB["integration"]["artifacts"]["paths"]}
    (uploaded,) = [
        each["with"]["path"] for each in GITHUB["jobs"]["integration"]["steps"] if "upload" in each.get("uses", "")
    ]
    assert kept == set(uploaded.split()) == {"mock.log", "requests.json"}


def test_the_nightly_command_is_one_that_verify_takes():
    (shell,) = github(NIGHTLY["jobs"]["xomni"])
    (line,) = [each for each in shell.splitlines() if each.startswith("mockserver ")]
    _, name, *words = shlex.split(line)
    context = main.commands[name].make_context(name, words)
    assert (context.params["vendor"], str(context.params["credentials"])) == (("xomni",), "credentials.yaml")
