"""The command `mockserver env`."""

import click

from mockserver.cli.terms import ENVIRONMENT, Unusable
from mockserver.errors import MockServerError


@click.command(context_settings=ENVIRONMENT)
@click.argument("vendor", required=False)
@click.option("--base-url", default="http://127.0.0.1:8080", help="The running mock's URL.")
@click.option("--sandbox", default="default", help="The sandbox whose addresses are wanted.")
@click.option("--admin-token", help="The token of the mock's control plane.")
def env(vendor: str | None, base_url: str, sandbox: str, admin_token: str | None) -> None:
    """Print base URLs and headers of a running mock for a shell: eval "$(mockserver env)"."""
    from mockserver.client import MockServer, shell  # noqa: PLC0415 - not for --help

    try:
        server = MockServer(base_url, admin_token)
        names = (vendor,) if vendor else tuple(server.vendors)
        lines = [*shell.exports(server.find(sandbox), names)]
    except MockServerError as error:
        raise Unusable(str(error)) from error
    click.echo("\n".join(lines))
