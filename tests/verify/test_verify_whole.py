import json
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from urllib.parse import unquote

import httpx
import pytest

from mockserver.engine.intake import Bounds
from mockserver.server import Settings, running
from mockserver.vendors import xomni
from tests.verify.front import hidden, serving

TOKEN = "Bearer dc8f1dcdbe454da8a25621839a93569337522968019e4bd7becd6e01285444da"
COMMAND = [sys.executable, "-m", "mockserver", "verify", "--vendor", "xomni"]


@pytest.fixture(scope="module")
def mock():
    with running(Settings(port=0, admin_token="t", bounds=Bounds(body_timeout_s=1))) as (url, _):
        yield url


def verify(folder, *flags):
    """Run the whole suite against one vendor; gives exit code, what people read, and the JSON report."""
    env = {**os.environ, "GITHUB_STEP_SUMMARY": str(folder / "summary.md"), "PYTEST_ADDOPTS": "--no-such-flag"}
    done = subprocess.run(
        [*COMMAND, "--report-dir", folder, *flags], env=env, cwd=folder, text=True, capture_output=True, check=False
    )
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode, done.stdout, json.loads((folder / "verify.json").read_text())


def sandboxes(url):
    answer = httpx.get(f"{url}/__admin/sandboxes", headers={"authorization": "Bearer t"})
    return [each["name"] for each in answer.json()["sandboxes"]]


def test_the_mock_is_what_its_documents_say_and_nothing_of_the_run_stays_in_it_or_here(mock, tmp_path):
    code, said, report = verify(tmp_path, "--base-url", mock, "--admin-token", "t")
    assert (code, report["verdict"], report["findings"]) == (0, "passed", []), said
    assert report["counts"] == {"passed": report["counts"]["passed"], "failed": 0, "waived": 0}
    assert set(report) == {"base_url", "profile", "verdict", "counts", "findings", "cells"}
    assert {each["seen"] for each in report["cells"]} == {"reached", "forced"}
    assert {each["vendor"] for each in report["cells"]} == {"xomni"}
    assert said.splitlines()[-1].startswith(f"passed: {report['counts']['passed']} tests passed, 0 findings, 0 waived")
    assert ET.parse(tmp_path / "junit.xml").find("testsuite").get("tests") == str(report["counts"]["passed"])
    assert "<h2>Cells</h2>" in (tmp_path / "verify.html").read_text()
    assert (tmp_path / "summary.md").read_text().startswith(f"## verify passed: {mock}\n")
    assert sandboxes(mock) == ["default"]
    assert {each.suffix for each in tmp_path.iterdir()} == {".html", ".json", ".md", ".xml"}


def test_a_planted_fault_is_named(mock, tmp_path, monkeypatch):
    render = xomni.render

    def slipped(subscription, *args):
        body = render(subscription, *args)
        return body | {"PurposeTypeId": 3} if subscription.email.startswith("bounced") else body

    monkeypatch.setattr(xomni, "render", slipped)
    (tmp_path / "waivers.yaml").write_text("- {clause: XOMNI-99, reason: never}")
    code, said, report = verify(
        tmp_path, "--base-url", mock, "--admin-token", "t", "--waivers", str(tmp_path / "waivers.yaml")
    )
    assert (code, report["verdict"]) == (1, "failed"), said
    (finding,) = [each for each in report["findings"] if "bounced, without a PII" in each["test"]]
    assert (finding["vendor"], finding["operation_id"]) == ("xomni", "fetch_mail_subscription_status")
    assert finding["clauses"] == ["XOMNI-20", "XOMNI-A12"]
    assert '"PurposeTypeId":3' in finding["detail"]
    assert "\n" not in finding["detail"]
    url = f"{mock}/xomni/private/mail/subscription/bounced@example.com/status"
    assert finding["curl"] == f'curl -gi -X GET {url} -H "$XOMNI_HEADER" -H accept:'
    assert "clause XOMNI-99 waives nothing: take it out" in said
    assert TOKEN.split()[1] not in said + (tmp_path / "junit.xml").read_text() + (tmp_path / "verify.html").read_text()
    failed = ET.parse(tmp_path / "junit.xml").findall(".//failure")
    assert len(failed) == report["counts"]["failed"]
    assert sandboxes(mock) == ["default"]


def test_a_vendor_s_own_server_is_asked_nothing_that_changes_it_or_is_only_our_reading(mock, tmp_path):
    file = tmp_path / "credentials.yaml"
    file.write_text(f"xomni: {{headers: {{authorization: {TOKEN}}}, values: {{email: limit@example.com}}}}")
    with serving(hidden(mock, "xomni")) as (url, asked):
        code, said, report = verify(tmp_path, "--base-url", url, "--credentials", str(file), "--rate", "1000")
    assert (code, report["verdict"]) == (0, "passed"), said
    assert "GET" in {each.method for each in asked} <= {"GET", "OPTIONS", "TRACE", "QUERY"}
    paths = {unquote(each.path) for each in asked if each.path.startswith("/private")}
    segments = {"limit@example.com", "guy.example.com", " "}  # the one given, and two that no server can have
    assert paths == {f"/private/mail/subscription/{each}/status" for each in segments}
    assert 0 < report["counts"]["passed"] < 20


def test_what_is_interrupted_leaves_nothing_in_the_mock(mock):
    process = subprocess.Popen(
        [*COMMAND, "--base-url", mock, "--admin-token", "t", "--profile", "nightly"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while sandboxes(mock) == ["default"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (2, "", "mockserver: interrupted\n")
    assert sandboxes(mock) == ["default"]
