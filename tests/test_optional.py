import pytest

from tests import optional

pytest_plugins = ["pytester"]
CONFTEST = "from tests.conftest import optional, pytest_terminal_summary\n"
CHECKS = """
    import pytest
    from tests.optional import tool

    def test_there(optional):
        assert optional("shell", lambda: tool("sh")).endswith("sh")

    @pytest.mark.parametrize("name", ["one", "two"])
    def test_not_there(optional, name):
        optional("ghost", lambda: tool("no-such-program"))
        assert False
"""


@pytest.mark.parametrize("workers", ["0", "1"])
def test_the_closing_summary_tells_what_ran_and_what_did_not(pytester, workers):
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(CHECKS)
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-n", workers)
    result.assert_outcomes(passed=1, skipped=2)
    result.stdout.fnmatch_lines(
        ["*= optional checks =*", "ghost: not run, no-such-program is not installed", "shell: ran"]
    )


def test_a_run_without_optional_checks_says_nothing_of_them(pytester):
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile("def test_plain(): pass")
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*optional checks*")


def test_a_registry_that_cannot_be_reached_is_told_of(monkeypatch, tmp_path):
    optional.tool("true")
    monkeypatch.setattr(optional, "CACHE", tmp_path)
    monkeypatch.setattr(optional, "tool", str)
    monkeypatch.setattr(optional, "NPM", ("sh", "-c", "echo no route >&2; exit 1"))
    for _ in range(2):
        with pytest.raises(optional.MissingError, match=r"npm cannot install ghost@1\.0\.0: no route"):
            optional.npm("ghost@1.0.0")
        monkeypatch.setattr(optional, "NPM", ("true",))  # it is not asked again
    assert list(tmp_path.iterdir()) == []


def test_what_npm_has_installed_is_kept(monkeypatch, tmp_path):
    monkeypatch.setattr(optional, "CACHE", tmp_path)
    monkeypatch.setattr(optional, "tool", str)
    monkeypatch.setattr(optional, "NPM", ("true",))
    home = optional.install(("@a/b@1.0.0", "c@2.0.0"))
    monkeypatch.setattr(optional, "NPM", ("false",))
    assert optional.install(("@a/b@1.0.0", "c@2.0.0")) == home
    assert list(tmp_path.iterdir()) == [home]
