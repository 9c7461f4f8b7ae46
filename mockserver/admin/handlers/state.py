"""The records of a vendor, and what they say about mailing people."""

from collections.abc import Mapping
from typing import Any

from mockserver.admin.misfits import misfits
from mockserver.admin.render import place, render_consent
from mockserver.admin.room import Query, Room
from mockserver.consent import Body
from mockserver.errors import FixtureError
from mockserver.pieces import ordered
from mockserver.world.fixture import dump, parse


class StateHandlers:
    """Handlers of records and consents."""

    def __init__(self, room: Room) -> None:
        """Speak of this room's world."""
        self._room = room

    def get_state(self, sandbox: str, vendor: str) -> Body:
        """Show a vendor's records as a fixture."""
        found = self._room.world.find(sandbox)
        self._room.expect(vendor)
        return dump(found.store.records(vendor).tables(), self._room.world.kinds[vendor])

    def put_state(self, sandbox: str, vendor: str, body: Mapping[str, Any]) -> None:
        """Put other records in the place of a vendor's, all of them or none.

        Raises:
            BadControlRequest: the first record that misfits.
        """
        found = self._room.world.find(sandbox)
        self._room.expect(vendor)
        try:
            tables = parse(body, self._room.world.kinds[vendor])
        except FixtureError as error:
            raise misfits((error.pointer, str(error))) from None
        found.store.records(vendor).replace(tables)

    def list_consents(self, sandbox: str, query: Query) -> Body:
        """List who may be mailed, sorted by vendor, email, audience, null first."""
        found = self._room.world.find(sandbox)
        self._room.expect_filter(query["vendor"])
        email = None if query["email"] is None else query["email"].casefold()
        consents = [
            (name, each)
            for name, vendor in found.vendors.items()
            if query["vendor"] in {None, name}
            for each in vendor.consents()
            if email is None or (each.email is not None and each.email.casefold() == email)
            if query["state"] in {None, each.state}
        ]
        in_order = ordered(consents, [(lambda pair: (pair[0], place(pair[1])), False)])
        return {"consents": [render_consent(name, each) for name, each in in_order]}
