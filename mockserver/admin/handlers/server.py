"""What runs here, and which vendors it serves."""

from mockserver import NAME, VERSION
from mockserver.admin.render import render_vendor
from mockserver.admin.room import Room
from mockserver.consent import Body
from mockserver.world.sandbox import DEFAULT


class ServerHandlers:
    """Handlers of the server as a whole."""

    def __init__(self, room: Room) -> None:
        """Speak of this room's world."""
        self._room = room

    def show_control_plane(self) -> Body:
        """Tell somebody who looks around where to go."""
        return {"vendors": "/__admin/vendors", "sandboxes": "/__admin/sandboxes"}

    def get_health(self) -> Body:
        """Tell that the server answers."""
        return {"status": "ok"}

    def get_version(self) -> Body:
        """Tell the versions of this tool and of the documents."""
        documents = {name: self._room.documents[name].version for name in self._room.vendors}
        return {"name": NAME, "version": VERSION, "documents": documents}

    def list_vendors(self, origin: str) -> Body:
        """List the vendors served, for the sandbox `default`."""
        default = self._room.world.find(DEFAULT)
        return {
            "vendors": [
                render_vendor(self._room.documents[name], vendor, default, origin)
                for name, vendor in self._room.vendors.items()
            ]
        }
