import subprocess
import sys

import pytest
from click.testing import CliRunner

from mockserver.cli import main
from mockserver.client import Mock, shell
from mockserver.contract import document
from tests.optional import tool


def told(*arguments):
    """Run `mockserver env`; gives exit code, stdout and stderr."""
    result = CliRunner().invoke(main, ["env", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_every_vendor_has_its_base_url_and_where_it_asks_for_one_its_header(live):
    code, said, _ = told("--base-url", live[0])
    lines = said.splitlines()
    assert code == 0
    for name in document.names():
        assert f"export {name.upper()}_BASE_URL='{live[0]}/{name}'" in lines
    assert "export OMEDA_HEADER='x-omeda-appid: 11111111-1111-1111-1111-111111111111'" in lines
    assert not any(line.startswith("export CURSOR_HEADER") for line in lines)


def test_one_vendor_in_a_sandbox(live, mock):
    code, said, _ = told("xomni", "--base-url", live[0], "--sandbox", mock.name)
    assert code == 0
    assert said.splitlines()[0] == f"export XOMNI_BASE_URL='{live[0]}/~{mock.name}/xomni'"
    assert len(said.splitlines()) == 2


def test_a_shell_can_take_them_over_and_call_the_vendor(live, mock, optional):
    curl = optional("curl", lambda: tool("curl"))
    script = f"""
eval "$({sys.executable} -m mockserver env --base-url {live[0]} --sandbox {mock.name})"
{curl} -s -w ' %{{http_code}}' -H "$XOMNI_HEADER" "$XOMNI_BASE_URL/private/mail/subscription/guy@example.com/status"
{curl} -s -o /dev/null -w ' %{{http_code}}' "$CURSOR_BASE_URL/rest/api/optin/v1/optins/optedout@example.com"
"""
    done = subprocess.run(["sh", "-euc", script], capture_output=True, text=True, check=True)
    assert done.stdout == ('{"PIIName":"XOMNI Guy","StatusId":1,"PurposeTypeId":1,"IsSubscribable":false} 200 200'), (
        done.stderr
    )
    assert [each.status for each in mock.requests()] == [200, 200]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["acme"], "mockserver: there is no vendor 'acme' here; served are aimbase, cursor, expoints, omeda, xomni\n"),
        (["--sandbox", "nobody"], "mockserver: sandbox 'nobody' does not exist; make it with POST /__admin/sandboxes "),
        (["--sandbox", "default/consents"], "mockserver: 'default/consents' is no name of a sandbox; names match "),
        (["--base-url", "http://127.0.0.1:9"], "mockserver: nothing answers at http://127.0.0.1:9 ("),
        (["--base-url", "mock"], "mockserver: 'mock' is no URL of a server"),
    ],
)
def test_what_cannot_be_ends_with_2_and_one_line_and_gives_a_shell_nothing(live, arguments, says):
    code, said, error = told("--base-url", live[0], *arguments)
    assert (code, said) == (2, "")
    assert error.startswith(says)
    assert error.count("\n") == 1


class Odd(Mock):
    """A sandbox of a vendor whose name, URL and credential are what a shell would stumble over."""

    def __init__(self):
        pass

    def url(self, vendor):
        return "http://x/$(touch stumbled)/~s1/it's"

    def credentials(self, vendor, account=None):
        return {"x-key": "`touch stumbled` \"'; touch stumbled #", "x-other": "2"}


def test_nothing_that_is_told_is_run_by_the_shell(tmp_path):
    lines = "\n".join(shell.exports(Odd(), ("a-vendor; touch stumbled",)))
    script = f'{lines}\nprintf "%s\\n" "$A_VENDOR__TOUCH_STUMBLED_BASE_URL" "$A_VENDOR__TOUCH_STUMBLED_HEADER"\n'
    script += 'echo "$A_VENDOR__TOUCH_STUMBLED_HEADER_2"'
    done = subprocess.run(["sh", "-euc", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    url, header, other = done.stdout.splitlines()
    assert url == "http://x/$(touch stumbled)/~s1/it's"
    assert header == "x-key: `touch stumbled` \"'; touch stumbled #"
    assert other == "x-other: 2"
    assert [*tmp_path.iterdir()] == []
