import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from mockserver import lint as linter
from mockserver.cli import main
from mockserver.contract import clauses as registry
from mockserver.contract import document


@contextmanager
def started(*flags, env=None):
    """Run `mockserver serve` as a process; gives it with the lines of its banner."""
    command = [sys.executable, "-m", "mockserver", "serve", *flags]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **(env or {})}
    )
    try:
        yield process, process.stdout.readline().strip()
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(timeout=10)
        process.stdout.close()
        process.stderr.close()


def url_of(line):
    return re.search(r"http://\S+", line)[0]


def fetch(url, headers=None):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=5) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_a_server_says_where_it_listens_and_ends_with_0_when_asked_to_stop(number):
    with started("--port", "0") as (process, line):
        assert re.fullmatch(r"mockserver 0\.1\.0 on http://127\.0\.0\.1:\d+ \(scenario baseline, seed 0\)", line)
        assert fetch(url_of(line) + "/__admin/health") == (200, b'{"status":"ok"}')
        process.send_signal(number)
        out, err = process.stdout.read(), process.stderr.read()
        assert (process.wait(timeout=5), err) == (0, "")
    for name in document.names():
        assert re.search(rf"^ +{name} +{re.escape(url_of(line))}/{name} ", out, re.MULTILINE)


def test_a_server_that_holds_a_request_stops_within_five_seconds():
    with started("--port", "0") as (process, line):
        port = int(line.split(":")[2].split()[0])
        with socket.create_connection(("127.0.0.1", port)) as half:
            half.sendall(b"POST /omeda/x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{")
            time.sleep(0.2)
            began = time.monotonic()
            process.terminate()
            assert process.wait(timeout=6) == 0
            assert time.monotonic() - began < 5


INTERRUPTED = """
import click

def echo(text, **_):
    try:
        exec("raise KeyboardInterrupt")
    except KeyboardInterrupt:
        print(text)

click.echo = echo
"""


def test_an_interrupt_that_was_caught_does_not_change_the_exit_code_of_the_module(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(INTERRUPTED)
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-m", "mockserver", "lint", "--list-rules"]
    assert subprocess.run(command, env=env, capture_output=True, check=False).returncode == 0


def test_a_command_that_is_interrupted_says_so_and_ends_with_2(monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(linter, "run", interrupt)
    result = CliRunner().invoke(main, ["lint"])
    assert (result.exit_code, result.stderr) == (2, "mockserver: interrupted\n")


def test_flags_come_from_the_environment_too_and_flags_win():
    env = {"MOCKSERVER_PORT": "1", "MOCKSERVER_VENDOR": "xomni", "MOCKSERVER_SEED": "7", "MOCKSERVER_SCENARIO": "empty"}
    with started("--port", "0", "--seed", "8", env=env) as (_, line):
        assert line.endswith("(scenario empty, seed 8)")
        vendors = json.loads(fetch(url_of(line) + "/__admin/vendors")[1])["vendors"]
        assert [each["name"] for each in vendors] == ["xomni"]


def test_an_admin_token_guards_the_control_plane():
    with started("--port", "0", "--host", "0.0.0.0", "--admin-token", "t") as (_, line):
        url = url_of(line).replace("0.0.0.0", "127.0.0.1") + "/__admin/sandboxes"
        assert fetch(url)[0] == 401
        assert fetch(url, {"Authorization": "Bearer t"})[0] == 200


@pytest.fixture
def taken():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield str(listener.getsockname()[1])


BROKEN_START = {
    "two modes": (["--strict", "--lenient"], "--strict and --lenient exclude each other"),
    "no such vendor": (["--vendor", "quux"], "there is no vendor 'quux'; vendors are "),
    "no such scenario": (
        ["--scenario", "basline"],
        "scenario 'basline': no such folder; built in are baseline, empty, trouble",
    ),
    "open to the world": (["--host", "0.0.0.0"], "guard the control plane with --admin-token"),
    "no address of ours": (["--host", "192.0.2.1", "--admin-token", "t"], "cannot listen on 192.0.2.1:"),
    "no moment": (["--now", "yesterday"], "Invalid isoformat string: 'yesterday'"),
    "no moment of a clock": (["--now", "9000-01-01T00:00:01Z"], "is beyond 9000-01-01T00:00:00Z, where all clocks end"),
    "no port": (["--port", "99999"], "99999 is not in the range"),
    "no journal": (["--journal-size", "0"], "0 is not in the range"),
}


@pytest.mark.parametrize(("flags", "says"), BROKEN_START.values(), ids=BROKEN_START)
def test_a_start_that_cannot_be_ends_with_2_and_one_clear_message(flags, says):
    result = CliRunner().invoke(main, ["serve", "--port", "0", *flags])
    assert result.exit_code == 2
    assert says in result.output
    assert "Traceback" not in result.output


def test_a_port_that_is_taken_ends_with_2(taken):
    result = CliRunner().invoke(main, ["serve", "--port", taken])
    assert (result.exit_code, result.output.strip()) == (
        2,
        f"mockserver: cannot listen on 127.0.0.1:{taken}: Address already in use; take another --port (0: a free one)",
    )


def test_a_fixture_that_misfits_ends_the_start_with_file_record_row_and_reason(tmp_path):
    (tmp_path / "omeda.yaml").write_text("Brand:\n  - {client: CLNT1, brand_id: XXP}\n  - {client: CLNT1}\n")
    result = CliRunner().invoke(main, ["serve", "--port", "0", "--scenario", f"{tmp_path}/"])
    assert result.exit_code == 2
    assert result.output.strip() == f"mockserver: {tmp_path}/omeda.yaml: Brand[1]: brand_id is missing"


def test_a_scenario_folder_of_another_version_ends_the_start_and_says_so(tmp_path):
    (tmp_path / "scenario.yaml").write_text("version: 2\n")
    result = CliRunner().invoke(main, ["serve", "--port", "0", "--scenario", f"{tmp_path}/"])
    assert result.exit_code == 2
    assert result.output.strip() == (
        f"mockserver: {tmp_path}/scenario.yaml: version: this folder is of version 2, and version 1 is read here; "
        "start the release that wrote it"
    )


def test_a_journal_may_hold_pseudonyms_instead_of_addresses():
    with started("--port", "0", "--pseudonymise") as (_, line):
        fetch(f"{url_of(line)}/xomni/private/mail/subscription/guy@example.com/status")
        _, told = fetch(f"{url_of(line)}/__admin/sandboxes/default/requests")
    assert b"guy" not in told
    assert b"@example.invalid/status" in told


def test_a_moment_makes_the_clock_stand():
    with started("--port", "0", "--now", "2026-02-03T04:05:06+01:00") as (_, line):
        sandbox = json.loads(fetch(url_of(line) + "/__admin/sandboxes/default")[1])
        assert sandbox["now"] == "2026-02-03T03:05:06Z"


def test_lint_finds_nothing_in_our_own_files_and_ends_with_0():
    result = CliRunner().invoke(main, ["lint"])
    assert result.exit_code == 0, result.output
    assert re.fullmatch(r"0 errors, 0 warnings in \d+ files", result.output.strip())


def test_lint_ends_with_1_for_findings_and_with_2_for_a_path_that_is_not_there(tmp_path):
    (tmp_path / "bad.yaml").write_text("openapi: 3.0.3\n")
    found = CliRunner().invoke(main, ["lint", str(tmp_path / "bad.yaml")])
    assert found.exit_code == 1
    assert "error" in found.output
    assert CliRunner().invoke(main, ["lint", str(tmp_path / "none.yaml")]).exit_code == 2


def test_the_version_is_told():
    assert CliRunner().invoke(main, ["--version"]).output == "consent-mockserver, version 0.1.0\n"


def listed(*asked):
    result = CliRunner().invoke(main, ["clauses", *asked])
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def test_clauses_lists_those_of_every_vendor_or_of_one_with_their_basis():
    registers = {name: registry.load(name) for name in document.names()}
    *lines, count = listed()
    assert [line.split()[:2] for line in lines] == [
        [clause_id, clause.basis] for register in registers.values() for clause_id, clause in register.items()
    ]
    assert count == f"{len(lines)} clauses, 0 of them not shown, not held or failed"
    for name, register in registers.items():
        assert [line.split()[0] for line in listed(name)[:-1]] == list(register)


def test_clauses_tells_all_about_one():
    for name in document.names():
        clause = next(iter(registry.load(name).values()))
        line, source, *_ = listed(clause.clause_id)
        assert line.startswith(f"{clause.clause_id:14} {clause.basis:9} {clause.says}")
        assert source == f"source: {clause.source}"


def test_clauses_ends_with_2_for_what_is_neither_a_vendor_nor_a_clause():
    result = CliRunner().invoke(main, ["clauses", "OMEDA-999"])
    assert result.exit_code == 2
    assert result.output.startswith("mockserver: there is no vendor or clause 'OMEDA-999'; vendors are ")
