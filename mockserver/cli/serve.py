"""The command `mockserver serve`."""

import contextlib
import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from mockserver import NAME
from mockserver.cli.terms import ENVIRONMENT, Moment, Unusable
from mockserver.errors import MockServerError

SELDOM = 1000  # collections of younger objects before all are looked through
TURN_S = (
    0.001  # a thread's turn; with Python's 5 ms the loop's longest pause beside an answer of 100,000 rows was double
)


@click.command(context_settings=ENVIRONMENT)
@click.option("--port", type=click.IntRange(0, 65535), default=8080, help="Port to listen on; 0 takes a free one.")
@click.option("--host", default="127.0.0.1", help="Address to listen on; other than loopback needs --admin-token.")
@click.option("--vendor", multiple=True, help="Serve this vendor only; repeatable.  [default: all]")
@click.option("--scenario", default="baseline", help="Starting state: a name, or the path of a folder (with a '/').")
@click.option("--seed", type=click.IntRange(-(2**63), 2**63 - 1), default=0, help="Seed of all ids.")
@click.option("--now", type=Moment(), help="Let the clock stand at this date-time.  [default: runs with real time]")
@click.option("--strict", is_flag=True, help="Refuse what is let pass but a client should not send.")
@click.option("--lenient", is_flag=True, help="Take the slips of the vendors' own pages too.")
@click.option("--journal-size", type=click.IntRange(1), default=10_000, help="How many requests a sandbox remembers.")
@click.option("--pseudonymise", is_flag=True, help="Keep pseudonyms in the place of mail addresses in the journal.")
@click.option("--admin-token", help="Ask for this token (Authorization: Bearer) on the control plane.")
@click.option("--tls", is_flag=True, help="Speak TLS (https) by an authority of the server's own.")
@click.option("--tls-dir", type=click.Path(path_type=Path), help="Folder to keep that in.  [default: the user's own]")
@click.option("--watch", is_flag=True, help="Take changes of documents and fixtures in while serving (docs/watch.md).")
@click.option("--explain", is_flag=True, help="Name the clauses that decided in every answer: Mock-Clause.")
@click.option("--log-format", type=click.Choice(["text", "json"]), default="text", help="How stderr is written.")
@click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    default="warning",
    help="The least that is logged; from info on every request to a vendor is.",
)
def serve(**flags: Any) -> None:
    """Serve the vendors and the control plane until SIGTERM or Ctrl-C."""
    if flags["strict"] and flags["lenient"]:
        raise click.UsageError("--strict and --lenient exclude each other")
    try:
        with _kept():
            from mockserver.server import Server, logs  # noqa: PLC0415 - not for --help

            logs.configure(flags["log_format"], flags["log_level"])
            server = Server(_settings(flags))
        sys.setswitchinterval(TURN_S)
        server.run(lambda url: click.echo(server.banner(url)))
    except MockServerError as error:
        raise Unusable(str(error)) from error


@contextlib.contextmanager
def _kept() -> Iterator[None]:
    """Look for no garbage while what is made stays, nor in it later: that took a twentieth of a start.

    Look through all that is made afterwards seldom, too: with 100,000 rows put there, that halts the server for 70 ms.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(*gc.get_threshold()[:2], SELDOM)
        gc.enable()


def _settings(flags: dict[str, Any]) -> Any:
    from mockserver.server import Settings  # noqa: PLC0415 - as above
    from mockserver.world.sandbox import Mode, Start  # noqa: PLC0415 - as above

    mode = Mode.STRICT if flags["strict"] else Mode.LENIENT if flags["lenient"] else Mode.DEFAULT
    tls_folder = flags["tls_dir"] or Path(click.get_app_dir(NAME)) / "tls"
    return Settings(
        host=flags["host"],
        port=flags["port"],
        vendors=flags["vendor"],
        admin_token=flags["admin_token"],
        watch=flags["watch"],
        tls=tls_folder if flags["tls"] else None,
        start=Start(
            flags["scenario"],
            flags["seed"],
            flags["now"],
            mode,
            flags["journal_size"],
            explain=flags["explain"],
            pseudonymise=flags["pseudonymise"],
        ),
    )
