"""Runs the plugin in projects of its users. The inner runs are pytest's own, in this process or, with xdist, others."""

import pytest

from mockserver.client import MockServer, Unreachable
from mockserver.server import Settings
from mockserver.server import running as serving

pytest_plugins = ["pytester"]
OPT_OUT = """
import urllib.request

def opt_out(mock, email):
    url = mock.url("omeda") + "/webservices/rest/client/CLNT1/optoutfilterqueue/*"
    body = b'{"ClientOptOut": [{"EmailAddress": "%s"}]}' % email.encode()
    headers = {**mock.credentials("omeda"), "Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as answer:
        return answer.status
"""


@pytest.fixture
def project(pytester, monkeypatch):
    """A project whose tests may call `opt_out(mock, email)`; project(source, *flags) runs them against the server."""
    monkeypatch.delenv("MOCKSERVER_URL", raising=False)
    monkeypatch.syspath_prepend(pytester.path)
    pytester.makepyfile(omeda_client=OPT_OUT)

    def run(source, *flags):
        head = "import pytest\nfrom datetime import UTC, datetime\nfrom omeda_client import opt_out\n"
        pytester.makepyfile(test_it=head + source)
        return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:randomly", *flags)

    return run


@pytest.fixture
def url(live):
    return f"--mockserver-url={live[0]}"


def test_a_test_gets_a_fresh_sandbox_of_the_server_that_the_run_names_and_leaves_none(project, url, live):
    result = project(
        """
NAMES = []

@pytest.mark.parametrize("number", range(3))
def test_each_begins_with_nothing(mock, number, mockserver):
    NAMES.append(mock.name)
    assert mock.server is mockserver
    assert mock.count() == 0
    assert opt_out(mock, "test@omeda.com") == 200
    mock.assert_called("omeda", "opt_out", times=1)
    assert {each.state for each in mock.consents("omeda", "test@omeda.com")} == {"opted_out"}

def test_what_a_test_makes_of_the_server_is_its_own_to_end(mockserver):
    with mockserver.sandbox(scenario="empty") as other:
        assert other.consents() == []
""",
        url,
    )
    result.assert_outcomes(passed=4)
    assert MockServer(live[0]).sandboxes() == ["default"]


def test_without_a_url_the_session_starts_a_server_and_ends_it_even_where_warnings_are_errors(project, pytester):
    result = project(
        """
def test_it_answers(mock, mockserver, pytestconfig):
    assert opt_out(mock, "test@omeda.com") == 200
    pytestconfig.rootpath.joinpath("url").write_text(mockserver.url)

@pytest.mark.mock(scenario="baseline")
def test_a_marker_wins(mock):
    assert mock.consents()

def test_the_scenario_is_the_one_of_the_ini_file(mock):
    assert not mock.consents()
""",
        "-W",
        "error",
        "-o",
        "mockserver_scenario=empty",
    )
    result.assert_outcomes(passed=3)
    with pytest.raises(Unreachable):
        MockServer((pytester.path / "url").read_text()).version()


@pytest.mark.parametrize("place", ["option", "environment", "ini"])
def test_the_server_of_a_run_is_named_by_option_environment_or_ini_file(place, project, live, pytester, monkeypatch):
    flags = []
    if place == "option":
        flags = ["--mockserver-url", live[0]]
        monkeypatch.setenv("MOCKSERVER_URL", "http://127.0.0.1:9")
    elif place == "environment":
        monkeypatch.setenv("MOCKSERVER_URL", live[0])
        pytester.makeini("[pytest]\nmockserver_url = http://127.0.0.1:9\n")
    else:
        pytester.makeini(f"[pytest]\nmockserver_url = {live[0]}\n")
    result = project(f"def test_it(mockserver):\n    assert mockserver.url == {live[0]!r}\n", *flags)
    result.assert_outcomes(passed=1)


def test_markers_say_how_a_sandbox_begins_and_the_nearest_wins(project, url):
    result = project(
        """
@pytest.mark.mock(scenario="empty", now=datetime(2030, 1, 1, tzinfo=UTC))
class TestEmpty:
    def test_of_the_class(self, mock):
        assert mock.consents() == []
        assert mock.clock.now() == datetime(2030, 1, 1, tzinfo=UTC)

    @pytest.mark.mock(scenario="baseline", seed=7)
    def test_of_the_test(self, mock):
        assert mock.consents()
        assert mock.clock.now() == datetime(2030, 1, 1, tzinfo=UTC)
""",
        url,
        "--strict-markers",
    )
    result.assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("marker", "says"),
    [
        ("mock('empty')", "*@pytest.mark.mock takes now, scenario, seed by name, not ('empty')"),
        ("mock(scenery='empty')", "*@pytest.mark.mock takes now, scenario, seed by name, not (scenery=…)"),
        ("mock(scenario='basline')", "*scenario 'basline': no such folder; built in are *"),
        ("mock(now='soon')", "*/now: *"),
        ("mock(now=datetime(2030, 1, 1))", "*2030-01-01T00:00:00 has no zone*"),
    ],
)
def test_a_marker_that_cannot_be_meant_is_an_error_of_one_line(project, url, marker, says):
    result = project(f"@pytest.mark.{marker}\ndef test_it(mock):\n    pass\n", url)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([says])
    result.stdout.no_fnmatch_line("*Error:*")
    result.stdout.no_fnmatch_line("*During handling of *")


def test_a_server_that_is_down_is_an_error_of_one_line(project):
    result = project("def test_it(mock):\n    pass\n", "--mockserver-url", "http://127.0.0.1:9")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["nothing answers at http://127.0.0.1:9 (*): start it with `mockserver serve`, *"])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*During handling of *")


@pytest.mark.parametrize("place", ["option", "environment"])
def test_the_token_of_a_server_is_an_option_or_in_the_environment(project, place, monkeypatch):
    with serving(Settings(port=0, vendors=("xomni",), admin_token="t")) as (url, _):
        test = "def test_it(mock):\n    assert mock.url('xomni')\n"
        project(test, "--mockserver-url", url).assert_outcomes(errors=1)
        flags = ["--mockserver-admin-token", "t"] if place == "option" else []
        if place == "environment":
            monkeypatch.setenv("MOCKSERVER_ADMIN_TOKEN", "t")
        project(test, "--mockserver-url", url, *flags).assert_outcomes(passed=1)


def test_a_failed_test_shows_what_came_to_its_sandbox(project, url):
    result = project(
        """
def test_it_fails(mock):
    opt_out(mock, "test@omeda.com")
    mock.assert_called("omeda", "opt_out", times=2)

def test_nothing_came(mock):
    mock.assert_called("omeda", "opt_out")

@pytest.fixture
def broken(mock):
    opt_out(mock, "broken@omeda.com")
    raise ValueError

def test_its_fixture_fails(broken):
    pass

def test_it_passes(mock):
    opt_out(mock, "passing@omeda.com")

def test_it_has_no_mock():
    assert False
""",
        url,
    )
    result.assert_outcomes(passed=1, failed=3, errors=1)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at setup of test_its_fixture_fails*",
            "*- mockserver: latest requests -*",
            "sandbox *, the latest 1 request:",
            '    sent: {"ClientOptOut": *"broken@omeda.com"*',
            "*_ test_it_fails _*",
            ">   *mock.assert_called(*",
            "E   *AssertionError: omeda opt_out was called 1 time, expected 2 times: POST */optoutfilterqueue/**",
            "*- mockserver: latest requests -*",
            "sandbox *, the latest 1 request:",
            "#1 omeda opt_out POST * -> 200 accepted",
            '    sent: {"ClientOptOut": *"test@omeda.com"*',
            "    answered: {*",
            "*_ test_nothing_came _*",
            "sandbox * received nothing: does the client call mock.url*",
            "*_ test_it_has_no_mock _*",
        ]
    )
    result.stdout.no_fnmatch_line("*passing@omeda.com*")
    result.stdout.no_fnmatch_line("*def assert_called*")


def test_a_failure_for_want_of_the_server_says_so(project):
    result = project(
        """
from mockserver import running

@pytest.fixture(scope="session", name="mockserver")
def dying():
    with running("xomni") as mock:
        DYING.append(mock.server)
        yield mock.server

DYING = []

def test_it(mock):
    mock.server.plane._authority = ("127.0.0.1", 9)
    assert mock.requests()

def test_the_next(mock):
    pass
""",
    )
    result.assert_outcomes(failed=1, errors=2)
    result.stdout.fnmatch_lines(["*ERROR at teardown of test_it *", "nothing answers at *", "*ERROR at setup of *"])
    result.stdout.fnmatch_lines(["*- mockserver: latest requests -*", "nothing answers at *"])
    result.stdout.no_fnmatch_line("*made.delete()*")


@pytest.mark.parametrize("shared", [True, False], ids=["one server", "a server a worker"])
def test_workers_do_not_disturb_each_other(project, url, shared, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # other plugins take seconds to load, in each worker
    result = project(
        """
import time

@pytest.mark.parametrize("number", range(6))
def test_alone(mock, number):
    opt_out(mock, f"test{number}@omeda.com")
    time.sleep(0.05)
    (seen,) = mock.requests()
    assert seen.request.json()["ClientOptOut"][0]["EmailAddress"] == f"test{number}@omeda.com"
    assert len({each.email for each in mock.consents(state="opted_out") if each.request_id}) == 1
""",
        "-pmockserver",
        "-pxdist",
        "-n2",
        *([url] if shared else []),
    )
    result.assert_outcomes(passed=6)


def test_the_options_the_marker_and_the_fixtures_are_told(pytester):
    said = pytester.runpytest_inprocess("--help").stdout.str()
    assert "--mockserver-url" in said
    assert "--mockserver-admin-token" in said
    pytester.runpytest_inprocess("--markers").stdout.fnmatch_lines(["@pytest.mark.mock(scenario=…, seed=…, now=…): *"])
    pytester.runpytest_inprocess("--fixtures").stdout.fnmatch_lines(
        ["mockserver [[]session scope] *", "*`.sandbox(…)`.", "mock -- *"]
    )
