import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from mockserver.client import MockServer
from tests.test_cli import started, url_of

FOLDER = Path(__file__).parent.parent.parent / "docs" / "examples" / "python-pytest"
WITHOUT_OTHERS = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def test_the_sample_suite_runs_in_parallel_on_one_server_without_interference():
    (block,) = re.findall(r"^```sh\n(.*?)^```", (FOLDER / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    served, run = block.splitlines()
    with started(*shlex.split(served.replace("8080", "0"))[2:]) as (_, line):
        flags = shlex.split(run.replace("http://127.0.0.1:8080", url_of(line)))[1:]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-pxdist", "-pmockserver", "-pno:cacheprovider", *flags],
            cwd=FOLDER,
            env={name: value for name, value in os.environ.items() if "PYTEST" not in name} | WITHOUT_OTHERS,
            capture_output=True,
            text=True,
            check=False,
        )
        server = MockServer(url_of(line))
        left, asked = server.sandboxes(), server.find().count()
    passed = re.search(r"^(\d+) passed in ", done.stdout, re.MULTILINE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(passed[1]) >= 100
    assert (left, asked) == (["default"], 0)
