import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.verify.front import hidden, serving

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The wheel, built and installed into a folder of its own, without network."""
    made, target = tmp_path_factory.mktemp("wheel"), tmp_path_factory.mktemp("target")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    quiet = {**os.environ, "PIP_NO_INDEX": "1"}
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(made), str(ROOT)], check=True, env=quiet
    )
    (wheel,) = made.glob("consent_mockserver-*.whl")
    subprocess.run(
        [*pip, "install", "--no-deps", "--no-index", "--target", str(target), str(wheel)], check=True, env=quiet
    )
    return target


def run(installed, folder, *command):
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env={**env, "PYTHONPATH": str(installed)},
        text=True,
        capture_output=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_an_installed_wheel_lints_the_files_it_carries_outside_a_checkout(installed, tmp_path):
    code, output = run(installed, tmp_path, "-m", "mockserver", "lint")
    assert (code, output.splitlines()[-1][:19]) == (0, "0 errors, 0 warning"), output


def test_an_installed_wheel_tells_type_checkers_that_it_is_typed(installed):
    assert (installed / "mockserver" / "py.typed").is_file()


def test_an_installed_wheel_answers_from_its_own_documents_and_fixtures(installed, tmp_path):
    script = """
import urllib.request
import contract_tests, mockserver
from mockserver.server import running
with running() as (url, server):
    print(mockserver.__file__, contract_tests.__file__)
    for name, document in server.documents.items():
        print(document.path)
        assert urllib.request.urlopen(f"{url}/{name}/openapi.yaml").read() == document.raw
    print(urllib.request.urlopen(f"{url}/__admin/health").read())
"""
    code, output = run(installed, tmp_path, "-c", script)
    assert code == 0, output
    assert output.count(str(installed)) >= 3
    assert str(ROOT) + "/" not in output
    assert 'b\'{"status":"ok"}\'' in output


def test_an_installed_wheel_verifies_with_the_suite_that_it_carries(installed, tmp_path, live):
    token = "Bearer dc8f1dcdbe454da8a25621839a93569337522968019e4bd7becd6e01285444da"
    (tmp_path / "key.yaml").write_text(f"xomni: {{headers: {{authorization: {token}}}}}")
    flags = ["--vendor", "xomni", "--credentials", "key.yaml", "--rate", "1000", "--report-dir", "reports"]
    with serving(hidden(live[0], "xomni")) as (url, _):
        code, output = run(installed, tmp_path, "-m", "mockserver", "verify", "--base-url", url, *flags)
    assert code == 0, output
    assert any(line.startswith("passed: ") for line in output.splitlines()), output  # a slow machine tells more
    report = json.loads((tmp_path / "reports" / "verify.json").read_text())
    assert report["counts"]["passed"] > 1
    assert {each.name for each in tmp_path.iterdir()} == {"key.yaml", "reports"}
