"""What the self-test of the suite says: of a small suite that notices one wrong server, and not another."""

import os
import re
import subprocess
import sys
import time
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner

from contract_tests import mutant
from contract_tests import selftest as tables
from contract_tests.collector import COLLECTOR
from contract_tests.mutant import KINDS, Mutant
from contract_tests.selftest import Kill
from mockserver.cli import main
from mockserver.contract import clauses, document
from mockserver.verify import selftest, suite

PAGE = Path(__file__).parents[2] / "docs" / "self-test.md"
FETCH = "fetch_mail_subscription_status"
CONFTEST = "from contract_tests.conftest import ground, pytest_collection_modifyitems, pytest_configure, world\n"
SUITE = f"""
import pytest
from contract_tests.target import Request
from mockserver.contract import document

READ = document.load("xomni")
OPERATIONS = [pytest.param(READ, each, id=each.operation_id) for each in READ.operations]

@pytest.mark.parametrize(("read", "operation"), OPERATIONS)
def test_it_answers(ground, read, operation):
    if operation.operation_id != "{FETCH}":
        return
    target = ground.target(read)
    answer = target.send(Request(operation, {{"email": "guy@example.com"}}, headers=target.credential()))
    assert answer.status == 200
"""
BROKEN = """
@pytest.mark.parametrize("read", [READ], ids=["xomni"])
def test_it_never_holds(ground, read):
    raise AssertionError
"""


def wrong(name, status, **row):
    return Mutant(
        "xomni",
        {
            "id": name,
            "operation": FETCH,
            "kind": "status",
            "clauses": ["XOMNI-25"],
            "answer": {"status": status},
            **row,
        },
    )


NOTICED, SURVIVES = wrong("success is 201", 201), wrong("it is right", 200)


class Here:
    """Runs what is submitted to it at once, in this process."""

    def __init__(self, *_):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def submit(self, call, *arguments):
        done = Future()
        done.set_result(call(*arguments))
        return done

    def shutdown(self, **_):
        pass


@pytest.fixture(autouse=True)
def small(tmp_path, monkeypatch, request):
    """A suite of one test, in a package of its own, since modules stay loaded; it runs in this process."""
    name = re.sub(r"\W+", "_", request.node.name)
    folder = tmp_path / f"suite_{name}"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "verify.ini").write_text("[pytest]\nmarkers = clause\n")
    (folder / "test_small.py").write_text(SUITE)
    monkeypatch.setattr(suite, "FOLDER", folder)
    monkeypatch.setattr(selftest, "ProcessPoolExecutor", Here)
    return folder


@pytest.fixture
def catalogue(monkeypatch):
    def have(*mutants):
        monkeypatch.setattr(mutant, "read", lambda names: [each for each in mutants if each.vendor in names])

    return have


def told(*flags):
    result = CliRunner().invoke(main, ["verify", "--self-test", *flags])
    return result.exit_code, result.output


def test_what_is_noticed_is_told_by_the_test_that_noticed_it(catalogue):
    catalogue(NOTICED, SURVIVES)
    verdict = selftest.run([], StringIO())
    assert [(each.mutant, dict(each.by_file)) for each in verdict.kills] == [
        (NOTICED, {"test_small.py": f"test_it_answers[{FETCH}]"}),
        (SURVIVES, {}),
    ]
    assert not verdict.passed


def test_what_a_wrong_server_answers_is_no_cell_of_the_run_around_it(catalogue, monkeypatch):
    monkeypatch.setattr(COLLECTOR, "seen", {})
    monkeypatch.setattr(COLLECTOR, "misfits", {})
    catalogue(NOTICED)
    selftest.run([], StringIO())
    assert (COLLECTOR.seen, COLLECTOR.misfits) == ({}, {})


def test_the_command_prints_the_table_and_ends_with_1_where_a_survivor_has_no_reason(catalogue):
    catalogue(NOTICED, SURVIVES)
    code, said = told()
    assert code == 1
    assert "| xomni | 2 | 1 |" in said
    assert "| `test_small.py` | 1 | 1 | 0 |" in said
    assert "| xomni: it is right | status | **it is not** |" in said
    assert (
        "1 of 2 wrong servers noticed; of those that break a page or a standard, and are not tolerated, 50.0%." in said
    )


def test_the_command_ends_with_0_where_each_survivor_has_its_reason(catalogue):
    catalogue(NOTICED, wrong("it is right", 200, tolerated="nothing is wrong with it"))
    code, said = told("--vendor", "xomni")
    assert code == 0
    assert "| xomni: it is right | status | nothing is wrong with it |" in said


def test_a_test_that_fails_on_the_right_server_proves_nothing_and_is_named(catalogue, small):
    catalogue(NOTICED)
    (small / "test_small.py").write_text(SUITE + BROKEN)
    code, said = told()
    assert code == 1
    assert "fails on the right server, and so proves nothing: " in said
    assert "test_it_never_holds" in said


def test_a_suite_that_cannot_be_read_is_told_in_a_line(catalogue, small):
    catalogue(NOTICED)
    (small / "test_small.py").write_text("1 +")
    code, said = told()
    assert (code, said.count("\n")) == (2, 1)
    assert "the suite cannot be run on xomni" in said


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (["--vendor", "acme"], "--vendor acme: vendors are aimbase, "),
        (["--base-url", "http://127.0.0.1:1"], "give --base-url, or --self-test"),
    ],
)
def test_what_cannot_be_meant_is_refused(flags, says):
    code, said = told(*flags)
    assert code == 2
    assert says in said


def test_verify_without_a_server_or_the_self_test_is_refused():
    result = CliRunner().invoke(main, ["verify"])
    assert result.exit_code == 2
    assert "give --base-url, or --self-test" in result.output


@pytest.mark.parametrize(
    ("error", "says"), [(BrokenProcessPool(), "a process of the self-test died"), (KeyboardInterrupt(), "interrupted")]
)
def test_what_ends_the_processes_is_told_in_a_line(catalogue, monkeypatch, error, says):
    def die(_task):
        raise error

    catalogue(NOTICED)
    monkeypatch.setattr(selftest, "_try", die)
    code, said = told()
    assert (code, said.count("\n")) == (2, 1)
    assert says in said


ORPHAN = """
import multiprocessing, os, sys, time
from concurrent.futures import ProcessPoolExecutor
from mockserver.verify.selftest import end_with_parent

if __name__ == "__main__":
    pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), end_with_parent)
    print(pool.submit(os.getpid).result(), flush=True)
    pool.submit(time.sleep, 600)
    time.sleep(600)
"""


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_no_process_outlives_the_command_that_started_it(tmp_path):
    (tmp_path / "parent.py").write_text(ORPHAN)
    with subprocess.Popen([sys.executable, tmp_path / "parent.py"], stdout=subprocess.PIPE, text=True) as parent:
        child = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 30
    while is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_alive(child)


def test_the_score_leaves_out_what_is_only_our_reading_and_what_is_tolerated():
    kills = [
        Kill(NOTICED, {"test_small.py": "x"}),
        Kill(wrong("ours", 1, clauses=["XOMNI-A12"]), {}),
        Kill(wrong("fine", 1, tolerated="why"), {}),
    ]
    assert tables.score(kills) == 1
    assert tables.score([]) == 1
    assert tables.score([*kills, Kill(SURVIVES, {})]) == 0.5


CATALOGUE = list(mutant.read(list(document.names())))


def test_the_catalogue_is_large_and_of_every_kind_and_vendor():
    assert len(CATALOGUE) >= 120
    assert {each.vendor for each in CATALOGUE} == set(document.names())
    assert {each.row["kind"] for each in CATALOGUE} == set(KINDS)
    assert len({each.name for each in CATALOGUE}) == len(CATALOGUE)


@pytest.mark.parametrize("each", CATALOGUE, ids=lambda each: each.name)
def test_a_wrong_server_is_about_an_operation_and_clauses_that_exist(each):
    assert each.row["operation"] in {one.operation_id for one in document.load(each.vendor).operations}
    assert each.row["clauses"]
    assert clauses.load(each.vendor).keys() >= set(each.row["clauses"])


def test_the_page_in_the_docs_is_of_this_catalogue():
    page = PAGE.read_text()
    totals = dict(re.findall(r"^\| (\w+) \| (\d+) \| \d+ \|$", page, re.MULTILINE))
    assert {name: int(totals[name]) for name in document.names()} == {
        name: sum(each.vendor == name for each in CATALOGUE) for name in document.names()
    }
    assert page.startswith(tables.HEAD)
    assert "**it is not**" not in page
    files = {
        name: int(alone) for name, alone in re.findall(r"^\| `(test_\w+\.py)` \| \d+ \| (\d+) \|", page, re.MULTILINE)
    }
    assert files.keys() == {each.name for each in Path(tables.__file__).parent.glob("test_*.py")}
    assert min(files.values()) > 0, "a test file without which nothing would be missed"


def test_a_kind_that_does_not_exist_is_named(tmp_path, monkeypatch):
    (tmp_path / "xomni.yaml").write_text("- {id: odd, operation: x, kind: colour, clauses: []}")
    monkeypatch.setattr(mutant, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match=r"xomni\.yaml: odd: there is no kind 'colour'; kinds are status, "):
        list(mutant.read(["xomni"]))
