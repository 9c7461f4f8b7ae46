"""What the commands share: how they fail, where their flags may come from, what a moment is."""

from datetime import datetime
from typing import Any

import click

from mockserver import COMMAND

ENVIRONMENT = {"auto_envvar_prefix": "MOCKSERVER", "show_default": True}


class Unusable(click.ClickException):
    """What ends a command with 2; click's own 1 means findings here."""

    exit_code = 2

    def show(self, file: Any = None) -> None:  # noqa: ARG002 - click's signature
        """Say it in one line."""
        click.echo(f"{COMMAND}: {self.message}", err=True)


class Commands(click.Group):
    """A group whose commands end with 2 when interrupted; click's own 1 means findings here."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Unusable("interrupted") from None


class Moment(click.ParamType[datetime]):
    """An ISO 8601 date-time with a zone."""

    name = "date-time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read it, or say what is wrong."""
        from mockserver.world.fixture import beginning  # noqa: PLC0415 - a help text needs no world

        try:
            return beginning(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)
