import re
import shlex
from functools import partial
from pathlib import Path

import httpx
import pytest

from mockserver import vendors
from mockserver.contract import document
from mockserver.errors import MethodNotAllowed, PayloadTooLarge, Unauthorized
from mockserver.server import Settings, running
from mockserver.vendors.events import events_of

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```console\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
SHOWN = "http://127.0.0.1:8080"


def curl(command, url):
    """Do what a curl command line would; a flag that README does not use yet is an error."""
    _, *words = shlex.split(command)
    method, headers, body, target = None, {}, None, None
    while words:
        match words.pop(0):
            case "-s":
                pass
            case "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[name] = value
            case "-d":
                body = words.pop(0)
            case "-X":
                method = words.pop(0)
            case word:
                assert word.startswith(SHOWN), word
                target = word.replace(SHOWN, url)
    return httpx.request(method or ("GET" if body is None else "POST"), target, headers=headers, content=body).text


@pytest.fixture(scope="module")
def told():
    """Run README's commands in order, on a server as its reader starts it; gives (command, told, answered)."""
    with running(Settings(port=0)) as (url, _):
        found = []
        for block in BLOCKS:
            command, _, answer = block.removeprefix("$ ").partition("\n")
            found.append((command, answer.strip(), curl(command, url).replace(url, SHOWN)))
        return found


def test_every_command_of_the_readme_answers_what_it_says(told):
    assert told
    for command, says, answered in told:
        assert re.fullmatch(re.escape(says).replace("…", '[^"]+'), answered), (command, answered)


def test_each_vendor_has_a_command_in_the_readme(told):
    for name in document.names():
        assert any(f"{SHOWN}/{name}/" in command for command, _, _ in told), name


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
