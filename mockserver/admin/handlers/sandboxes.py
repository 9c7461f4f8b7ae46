"""Making, beginning anew and ending sandboxes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from mockserver.admin.misfits import misfits
from mockserver.admin.render import render_sandbox
from mockserver.admin.room import Room, moment
from mockserver.consent import Body
from mockserver.errors import ConfigurationError, FixtureError
from mockserver.vendors import Vendor
from mockserver.world.sandbox import Sandbox

Wish = Mapping[str, Any] | None


class SandboxHandlers:
    """Handlers of sandboxes."""

    def __init__(self, room: Room) -> None:
        """Speak of this room's world."""
        self._room = room

    def list_sandboxes(self, origin: str) -> Body:
        """List the sandboxes, oldest first."""
        return {"sandboxes": [self._render(each, origin) for each in self._room.world.all()]}

    def create_sandbox(self, origin: str, body: Wish) -> Body:
        """Make a sandbox.

        Raises:
            Conflicting: the name is taken. BadControlRequest: no such scenario, no such moment.
        """
        wish = body or {}
        now = moment(wish["now"]) if wish.get("now") else None
        with _blaming("/scenario"):
            made = self._room.world.create(wish.get("name"), wish.get("scenario"), wish.get("seed"), now)
        return self._render(made, origin)

    def get_sandbox(self, sandbox: str, origin: str) -> Body:
        """Show a sandbox."""
        return self._render(self._room.world.find(sandbox), origin)

    def delete_sandbox(self, sandbox: str) -> None:
        """End a sandbox; `default` stays."""
        self._room.world.delete(sandbox)

    def reset_sandbox(self, sandbox: str, origin: str, body: Wish) -> Body:
        """Begin a sandbox as new.

        Raises:
            BadControlRequest: no such scenario; nothing has changed then.
        """
        found, wish = self._room.world.find(sandbox), body or {}
        with _blaming("/scenario"):
            self._room.world.reset(found, wish.get("scenario"), wish.get("seed"))
        return self._render(found, origin)

    def _render(self, sandbox: Sandbox[Vendor], origin: str) -> Body:
        return render_sandbox(sandbox, self._room.vendors, origin)


@contextmanager
def _blaming(pointer: str) -> Iterator[None]:
    """Turn what goes wrong with a scenario into a misfit of the body's member that named it."""
    try:
        yield
    except (ConfigurationError, FixtureError) as error:
        raise misfits((pointer, str(error))) from None
