import os
import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import httpx

from contract_tests.conformance import SETTINGS
from mockserver import admin
from mockserver.contract import document
from mockserver.contract.document import Document
from mockserver.server import Settings, running
from tests.verify.front import passing, serving


def st(vendor, url, **env):
    """Run plain `st` on a vendor's document, as the docs tell; gives its exit code and what it says."""
    arguments = ["--config-file", str(SETTINGS), "run", str(document.load(vendor).path), "--url", url]
    done = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", *arguments, "--phases=examples", "--no-color"],
        env={**os.environ, **env},
        text=True,
        capture_output=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_plain_st_passes_the_mock_and_finds_the_wrong_server_before_it():
    def wrong(asked, said):
        if "/__admin/" in asked.path:
            return said
        return replace(said, headers=said.headers | {"content-type": "application/json; charset=utf-8"})

    with running(Settings(port=0)) as (url, _):
        assert st("xomni", f"{url}/xomni")[0] == 0
        with serving(passing(url, wrong)) as (front, _):
            code, told = st("xomni", f"{front}/xomni")
    assert (code, "media_type_parameters" in told or "Content-Type is" in told) == (1, True), told


def test_plain_st_reads_credentials_from_a_file(tmp_path):
    path = tmp_path / "credentials.yaml"
    path.write_text("xomni: {headers: {authorization: Bearer x}, values: {email: guy@example.com}}")
    with running(Settings(port=0)) as (url, _):
        st("xomni", f"{url}/xomni", MOCKSERVER_CREDENTIALS=str(path))
        told = httpx.get(f"{url}/__admin/sandboxes/default/requests?limit=1000").json()["requests"]
    assert {each["response"]["status"] for each in told} <= {400, 401, 404, 405}
    assert sum("guy%40example.com" in each["request"]["path"] for each in told) > len(told) / 2


def test_every_setting_is_of_a_document_and_an_operation_that_exist():
    control_plane = Document(Path(admin.__file__).with_name("openapi.yaml"))
    read = [control_plane, *(document.load(name) for name in document.names())]
    for project in tomllib.loads(SETTINGS.read_text())["project"]:
        (found,) = (each for each in read if each.title == project["title"])
        known = {each.operation_id for each in found.operations}
        for entry in project.get("operations", ()):
            ids = entry["include-operation-id"]
            assert ({ids} if isinstance(ids, str) else {*ids}) <= known


def test_no_setting_takes_a_class_of_server_errors():
    for line in SETTINGS.read_text().splitlines():
        assert "5xx" not in line.lower()
        assert "enabled = false" not in line or line == "enabled = false"  # the cache's


def test_no_test_of_the_suite_bears_the_marker_that_is_the_pytest_plugin_s():
    marker = re.compile(r"mark\.mock\b")
    assert marker.search("@pytest.mark.mock\n")
    for path in SETTINGS.parent.glob("*.py"):
        assert not marker.search(path.read_text()), f"{path.name}: what needs a mock is marked only_mock"
