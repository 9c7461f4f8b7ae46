import re
from functools import partial
from pathlib import Path

import pytest

from mockserver import vendors
from mockserver.contract import document
from mockserver.errors import MethodNotAllowed, PayloadTooLarge, Unauthorized
from mockserver.vendors.events import events_of
from tests.blocks import SHOWN, commands

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def test_each_vendor_has_a_command_in_the_readme():
    shown = [command for command, _ in commands("../README.md")]
    for name in document.names():
        assert any(f"{SHOWN}/{name}/" in command for command in shown), name


def test_the_readme_s_table_lists_every_operation_with_its_statuses():
    rows = set(re.findall(r"^\| \w[^|]*\| `([^`]+)` \| \w+ \| ([0-9 ]+) \|$", README, re.MULTILINE))
    expected = {
        (f"{each.method} {each.path}", " ".join(map(str, sorted(each.responses))))
        for name in document.names()
        for each in document.load(name).operations
    }
    assert {(operation, statuses.strip()) for operation, statuses in rows} == expected


def test_the_readme_s_table_lists_every_event():
    rows = re.findall(r"^\| \w[^|]*\| events: ([^|]+) \| control \|", README, re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert told == {each.name for name in document.names() for each in events_of(vendors.find(name))}


@pytest.mark.parametrize(
    "path",
    sorted(ROOT.glob("*.md")) + sorted(ROOT.glob("docs/**/*.md")) + [ROOT / "specs/README.md"],
    ids=lambda path: path.name,
)
def test_every_link_into_the_repository_leads_somewhere(path):
    for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text()):
        assert (path.parent / target).exists(), target


@pytest.mark.parametrize("path", sorted(ROOT.glob("docs/decisions/*.md")), ids=lambda path: path.name)
def test_a_decision_is_at_most_forty_lines(path):
    assert len(path.read_text().splitlines()) <= 40


def test_the_two_commands_are_one_line_each():
    for heading in ("Run it", "Test it"):
        (block,) = re.findall(rf"^## {heading}\n\n```sh\n(.*?)```", README, re.MULTILINE | re.DOTALL)
        assert block.count("\n") == 1


def test_the_python_code_that_contributing_shows_is_a_vendor(tmp_path):
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(), re.DOTALL)
    scope = {}
    exec(compile("\n".join(line.removeprefix("   ") for line in code.splitlines()), "acme.py", "exec"), scope)
    acme = scope["Acme"]
    word = partial(acme.render_error, None)
    assert acme.name == "acme"
    assert word(MethodNotAllowed(method="PUT", allow="GET")) == {"code": "405", "message": "This resource has no PUT."}
    assert word(Unauthorized())["message"] == "The key is missing or not known."
    assert word(PayloadTooLarge())["message"] == "The request cannot be served."
    assert list(scope["Acme"].kinds()) == ["Account", "Subscription"]
