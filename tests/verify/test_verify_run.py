import io
import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace

import pytest
from click.testing import CliRunner
from hypothesis import settings

from contract_tests.collector import Collector
from mockserver import verify
from mockserver.cli import main
from mockserver.verify import gate, progress, recorder, report
from tests.verify.front import Said, hidden, passing, serving

CREDENTIAL = "Bearer dc8f1dcdbe454da8a25621839a93569337522968019e4bd7becd6e01285444da"
CONFTEST = "from contract_tests.conftest import ground, pytest_collection_modifyitems, pytest_configure, world\n"
SUITE = """
from types import SimpleNamespace

import pytest

from contract_tests.laws import refusals_change_nothing
from contract_tests.target import Request
from mockserver.contract import document

READS = [
    pytest.param(read, each, id=f"{read.name}-{each.operation_id}")
    for read in (document.load("xomni"), document.load("omeda"))
    for each in read.operations
]

@pytest.mark.parametrize(("read", "operation"), READS)
@pytest.mark.clause("XOMNI-02")
def test_it_answers(ground, read, operation):
    target = ground.target(read)
    path = {each.name: "guy@example.com" for each in operation.parameters if each.where == "path"}
    answer = target.send(Request(operation, path, headers=target.credential(), body=b""))
    assert answer.status < 400 or operation.method != "GET", f"the status is {answer.status}"

@pytest.mark.parametrize("read", [document.load("xomni")], ids=["xomni"])
@pytest.mark.only_mock
def test_it_is_a_mock(ground, read):
    assert ground.is_mock

@pytest.mark.parametrize("read", [document.load("xomni")], ids=["xomni"])
@pytest.mark.only_mock
def test_a_law(ground, read):
    refusals_change_nothing(SimpleNamespace(accepted=False, before=1, after=2))

@pytest.mark.parametrize("read", [document.load("xomni")], ids=["xomni"])
@pytest.mark.only_mock
def test_two_failures(ground, read):
    raise ExceptionGroup("two", [AssertionError("first of two"), AssertionError("second")])

def test_the_suite_itself():
    raise AssertionError
"""


@pytest.fixture(scope="module")
def suite(tmp_path_factory):
    """A suite of a few tests, in a package of its own, since modules stay loaded."""
    folder = tmp_path_factory.mktemp("suites") / "small_suite"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "verify.ini").write_text("[pytest]\nmarkers = clause\n")
    (folder / "test_small.py").write_text(SUITE)
    return folder


@pytest.fixture(autouse=True)
def small(suite, monkeypatch):
    """Run the small suite, and see what it sees apart from the run that this test is of."""
    collector = Collector()
    monkeypatch.setattr(verify.suite, "FOLDER", suite)
    monkeypatch.setattr(gate, "COLLECTOR", collector)
    monkeypatch.setattr(recorder, "COLLECTOR", collector)
    yield
    settings.load_profile(os.environ.get("MOCKSERVER_PROFILE", "ci"))


def run(url, *flags):
    return CliRunner().invoke(main, ["verify", "--base-url", url, *flags])


def refused(asked, said):
    """Another status than the document has, wherever something is read."""
    return replace(said, status=410) if asked.method == "GET" and "/xomni/" in asked.path else said


@pytest.fixture
def wrong(live):
    with serving(passing(live[0], refused)) as (url, _):
        yield url


def saved(folder):
    return json.loads((folder / "verify.json").read_text())


def test_every_finding_is_told_with_its_operation_and_a_command(wrong, tmp_path):
    result = run(wrong, "--vendor", "xomni", "--report-dir", str(tmp_path), "--report", "json,junit")
    assert result.exit_code == 1, result.output
    findings = saved(tmp_path)["findings"]
    assert findings[0] == {
        "vendor": "xomni",
        "operation_id": "fetch_mail_subscription_status",
        "test": "test_small.py::test_it_answers[xomni-fetch_mail_subscription_status]",
        "clauses": ["XOMNI-02"],
        "detail": "the status is 410",
        "curl": f'curl -gi -X GET {wrong}/xomni/private/mail/subscription/guy@example.com/status -H "$XOMNI_HEADER" '
        "-H accept:",
    }
    assert {each["test"] for each in findings} > {"cells", "answers"}
    assert any("documents no 410" in each["detail"] for each in findings)
    assert "[REDACTED]" in next(each["detail"] for each in findings if each["test"] == "answers")
    assert not (tmp_path / "verify.html").exists()
    assert f"and {len(findings) - report.SHOWN} more findings" in result.output
    junit = (tmp_path / "junit.xml").read_text()
    assert f'failures="{len(findings)}"' in junit


def test_what_is_waived_fails_nothing_and_is_told(wrong, tmp_path, monkeypatch):
    file, summary = tmp_path / "waivers.yaml", tmp_path / "summary.md"
    entries = ("clause: XOMNI-02", "test: test_small.py::*", "test: answers", "cell: '*'")
    file.write_text("".join(f"- {{{each}, reason: it is | gone}}\n" for each in entries))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    result = run(wrong, "--vendor", "xomni", "--waivers", str(file), "--report-dir", str(tmp_path))
    assert result.exit_code == 0, result.output
    found = saved(tmp_path)
    assert (found["verdict"], found["findings"]) == ("passed", [])
    assert found["counts"]["waived"] > 2
    assert {each["seen"] for each in found["cells"]} <= {"reached", "waived"}
    assert "waived: it is | gone" in (tmp_path / "junit.xml").read_text()
    assert "it is | gone" in (tmp_path / "verify.html").read_text()
    assert "it is \\| gone" in summary.read_text()


def test_a_test_that_is_not_about_a_server_is_not_run_and_a_law_that_does_not_hold_is_named(live, tmp_path):
    result = run(live[0], "--vendor", "xomni", "--report", "html", "--report-dir", str(tmp_path))
    assert {each.name for each in tmp_path.iterdir()} == {"verify.html", "cells.md", "cells.json", "cells.html"}
    assert "test_the_suite_itself" not in result.output
    assert "refusals_change_nothing does not hold: assert step.after == step.before" in result.output
    assert "first of two" in result.output


def test_a_server_that_goes_away_ends_the_run_with_its_findings_told_in_the_report(live, tmp_path):
    file = tmp_path / "credentials.yaml"
    file.write_text(f"xomni: {{headers: {{authorization: {CREDENTIAL}}}}}")
    asked = []
    answer = hidden(live[0], "xomni")

    def tired(request):
        asked.append(request)
        if len(asked) > 2:
            raise ConnectionError
        return answer(request)

    with serving(tired) as (url, _):
        result = run(url, "--vendor", "xomni", "--credentials", str(file), "--report-dir", str(tmp_path))
    assert result.exit_code == 2
    assert result.output.startswith(f"mockserver: {url} does not answer as an HTTP server does")
    assert saved(tmp_path)["verdict"] == "error"
    assert saved(tmp_path)["findings"][-1]["test"] == "verify"
    assert "error: " in (tmp_path / "verify.html").read_text()


def test_a_connection_that_breaks_once_is_a_finding(live, tmp_path):
    file = tmp_path / "credentials.yaml"
    file.write_text(f"xomni: {{headers: {{authorization: {CREDENTIAL}}}}}")
    asked = []
    answer = hidden(live[0], "xomni")

    def stumbling(request):
        asked.append(request)
        if len(asked) == 3:
            raise ConnectionError
        return answer(request)

    with serving(stumbling) as (url, _):
        result = run(url, "--vendor", "xomni", "--credentials", str(file), "--report-dir", str(tmp_path))
    assert result.exit_code == 1, result.output
    assert saved(tmp_path)["findings"][0]["detail"].startswith("RemoteProtocolError: ")


def test_a_suite_that_cannot_be_read_is_no_finding(live, suite, tmp_path, monkeypatch):
    broken = tmp_path / "broken_suite"
    broken.mkdir()
    (broken / "verify.ini").write_text("[pytest]\n")
    (broken / "test_broken_suite.py").write_text("import no_such_module\n")
    monkeypatch.setattr(verify.suite, "FOLDER", broken)
    result = run(live[0], "--vendor", "xomni")
    assert result.exit_code == 2
    assert "the suite cannot be read: test_broken_suite.py: " in result.output


def test_a_rate_is_kept_for_vendors_and_not_for_the_control_plane(monkeypatch):
    waits = []
    monkeypatch.setattr(recorder.time, "monotonic", lambda: 0.0)
    monkeypatch.setattr(recorder.time, "sleep", waits.append)
    with (
        serving(lambda _: Said(200)) as (url, _),
        recorder.Recorder(4, progress.Progress(io.StringIO())).client(5) as http,
    ):
        for path in ("/a", "/__admin/b", "/c"):
            http.get(url + path)
    assert waits == [0.0, 0.25]


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_is_in_place_on_a_terminal_and_a_line_now_and_then_elsewhere(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    shown = {}
    for stream in (Terminal(), io.StringIO()):
        now[0] = 0.0
        made = progress.Progress(stream)
        made.tests, made.requests, made.findings = 9, 7, 1
        for each in (0.1, 0.3, 31.0):
            now[0] = each
            made.done += 1
            made.show()
        made.clear()
        shown[stream.isatty()] = stream.getvalue()
    assert shown[False] == "3 of 9 tests, 7 requests, 1 findings, 31 s\n"
    assert shown[True] == (
        "\r\x1b[K2 of 9 tests, 7 requests, 1 findings, 0 s\r\x1b[K3 of 9 tests, 7 requests, 1 findings, 31 s\r\x1b[K"
    )


def test_a_profile_that_nobody_knows_is_told(suite):
    command = [sys.executable, "-m", "pytest", "-c", suite / "verify.ini", suite]
    env = {**os.environ, "MOCKSERVER_PROFILE": "quux"}
    done = subprocess.run(command, env=env, text=True, capture_output=True, check=False)
    assert "MOCKSERVER_PROFILE is dev, ci or nightly, not 'quux'" in done.stderr
    assert done.returncode == 4
    assert "Traceback" not in done.stderr


def test_verify_without_the_extra_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "mockserver.verify", None)
    monkeypatch.delattr("mockserver.verify")
    result = run("http://127.0.0.1:1")
    assert (result.exit_code, result.output) == (
        2,
        "mockserver: verify needs mockserver.verify: pip install 'consent-mockserver[contract]'\n",
    )


SWALLOWED = """
import signal

from contract_tests.target import Request
from mockserver.contract import document

READ = document.load("xomni")

def test_it_goes_on_although_it_is_interrupted(ground):
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        pass
    ground.target(READ).send(Request(READ.operations[0], {"email": "guy@example.com"}))
"""


def test_an_interrupt_that_was_swallowed_ends_the_run_all_the_same(live, suite, tmp_path, monkeypatch):
    folder = shutil.copytree(suite, tmp_path / "interrupted_suite")
    (folder / "test_small.py").write_text(SWALLOWED)
    monkeypatch.setattr(verify.suite, "FOLDER", folder)
    before = signal.getsignal(signal.SIGINT)
    result = run(live[0])
    assert (result.exit_code, result.stderr) == (2, "mockserver: interrupted\n")
    assert signal.getsignal(signal.SIGINT) is before
