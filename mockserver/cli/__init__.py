"""The command `mockserver`. Exit codes: 0 clean, 1 findings, 2 usage, configuration or a fault of the tool."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import click

from mockserver import NAME, VERSION
from mockserver.cli.env import env
from mockserver.cli.serve import serve
from mockserver.cli.terms import ENVIRONMENT, Commands, Unusable
from mockserver.errors import MockServerError


@click.group(cls=Commands)
@click.version_option(VERSION, prog_name=NAME)
def main() -> None:
    """Behave like real vendors' email consent APIs, from their documents, with state."""


@main.command(context_settings=ENVIRONMENT)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json", "sarif", "github"]), default="text")
@click.option(
    "--fail-severity",
    type=click.Choice(["error", "warning", "info"]),
    help="The least that makes the exit code 1.  [default: pyproject.toml's, else error]",
)
@click.option("--allow-remote", is_flag=True, help="Fetch what references on the network lead to.")
@click.option("--list-rules", is_flag=True, help="Write all rules, with reasons and examples, and end.")
def lint(paths: tuple[Path, ...], form: str, fail_severity: str | None, **flags: bool) -> None:
    """Report what is wrong with documents, clause registers and fixtures; by default with our own."""
    from mockserver import lint as linter  # noqa: PLC0415 - openapi-spec-validator is slow to load
    from mockserver.lint import config, formats, manual  # noqa: PLC0415 - as above

    if flags["list_rules"]:
        click.echo(manual.page())
        return
    try:
        settings = replace(config.read(Path.cwd()), allow_remote=flags["allow_remote"])
        report = linter.run(paths, settings)
    except MockServerError as error:
        raise Unusable(str(error)) from error
    click.echo(formats.FORMATS[form](report))
    sys.exit(report.fails(linter.Severity(fail_severity or settings.fail_severity)))


@main.command(context_settings=ENVIRONMENT)
@click.argument("asked", required=False, metavar="[VENDOR|ID]")
@click.option("--format", "form", type=click.Choice(["text", "json", "html"]), default="text")
@click.option("--results", type=click.Path(path_type=Path), help="What pytest --junitxml=FILE wrote, for the outcomes.")
def clauses(asked: str | None, form: str, results: Path | None) -> None:
    """List the clauses with basis, elements, tests and outcomes; of one, tell all, and a request that shows it."""
    from mockserver.contract import clauses as registers  # noqa: PLC0415 - not for --help
    from mockserver.tracing import matrix, render, tests  # noqa: PLC0415 - as above
    from mockserver.tracing import results as runs  # noqa: PLC0415 - as above

    try:
        wanted = registers.find(asked)
        rows = matrix.build(wanted, None if results is None else runs.read(results))
    except MockServerError as error:
        raise Unusable(str(error)) from error
    has_all = tests.has_all()
    if form == "text" and asked == wanted[0].clause_id:
        click.echo(render.explain(rows[0]))
    else:
        click.echo(render.FORMATS[form](rows, has_all_tests=has_all))
    sys.exit(any(row.faults(has_all_tests=has_all) for row in rows))


@main.command(context_settings=ENVIRONMENT)
@click.option("--base-url", help="The mock's URL; or with --vendor where that vendor's own paths begin.")
@click.option("--vendor", multiple=True, help="Verify this vendor only; repeatable.  [default: all that a mock serves]")
@click.option("--credentials", type=click.Path(path_type=Path), help="YAML file: a vendor's headers and path values.")
@click.option("--profile", type=click.Choice(["dev", "ci", "nightly"]), default="ci", help="How deeply to search.")
@click.option("--allow-writes", is_flag=True, help="Call what changes something at a vendor's own server too.")
@click.option("--waivers", type=click.Path(path_type=Path), help="YAML file: what may differ, and why.")
@click.option("--admin-token", help="The token of the mock's control plane.")
@click.option("--report", help="Files to write, of junit, html, json.  [default: all where --report-dir is given]")
@click.option("--report-dir", type=click.Path(path_type=Path), help="Where to.  [default: verify-report]")
@click.option("--rate", type=click.FloatRange(0, min_open=True), help="Requests a second.  [default: 5 to a vendor]")
@click.option("--timeout", type=click.FloatRange(0, min_open=True), default=30, help="Seconds to wait for an answer.")
@click.option(
    "--self-test", is_flag=True, help="Try the suite on deliberately wrong servers, and tell what noticed each."
)
def verify(**flags: Any) -> None:
    """Hold a server, the mock or a vendor's own, to the documents: run the contract suite."""
    if flags["self_test"] == (flags["base_url"] is not None):
        raise click.UsageError("give --base-url, or --self-test, which starts servers of its own")
    reports = frozenset((flags["report"] or "").replace(",", " ").split())
    if not reports <= {"junit", "html", "json"}:
        raise click.UsageError(f"--report is a list of junit, html, json, not {flags['report']}")
    try:
        from mockserver import verify as suite  # noqa: PLC0415 - pytest is slow to load, and not always there
    except ModuleNotFoundError as error:
        raise Unusable(f"verify needs {error.name}: pip install '{NAME}[contract]'") from None
    if flags["self_test"]:
        _try_suite(flags["vendor"])
    folder = flags["report_dir"] or (Path("verify-report") if reports else None)
    wish = suite.Wish(
        base_url=flags["base_url"],
        vendors=flags["vendor"],
        credentials=flags["credentials"],
        profile=flags["profile"],
        allow_writes=flags["allow_writes"],
        waivers=flags["waivers"],
        admin_token=flags["admin_token"],
        reports=reports or frozenset({"junit", "html", "json"}),
        report_dir=folder,
        rate=flags["rate"],
        timeout_s=flags["timeout"],
    )
    result = suite.run(wish, sys.stderr)
    told = suite.tell(result, wish)
    if result.error:
        raise Unusable(result.error)
    click.echo(told)
    sys.exit(bool(result.failures))


def _try_suite(vendors: tuple[str, ...]) -> NoReturn:
    from contract_tests import selftest as tables  # noqa: PLC0415 - pytest is slow to load
    from mockserver.verify import selftest  # noqa: PLC0415 - as above

    try:
        verdict = selftest.run(vendors, sys.stderr)
    except MockServerError as error:
        raise Unusable(str(error)) from error
    click.echo(tables.page(verdict.kills))
    for test in verdict.broken:
        click.echo(f"fails on the right server, and so proves nothing: {test}")
    sys.exit(not verdict.passed)


main.add_command(env)
main.add_command(serve)
