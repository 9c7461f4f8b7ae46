"""Snapshots of a sandbox, and beginning from one."""

from collections.abc import Mapping
from typing import Any

from mockserver.admin.render import render_sandbox, render_snapshot
from mockserver.admin.reply import Written
from mockserver.admin.room import Query, Room
from mockserver.consent import Body
from mockserver.world.folder import zipped

ZIP = "application/zip"


class SnapshotHandlers:
    """Handlers of snapshots."""

    def __init__(self, room: Room) -> None:
        """Speak of this room's world."""
        self._room = room

    def list_snapshots(self, sandbox: str) -> Body:
        """List the snapshots, oldest first."""
        found = self._room.world.find(sandbox)
        return {"snapshots": [render_snapshot(each) for each in found.store.snapshots.all()]}

    def take_snapshot(self, sandbox: str, body: Mapping[str, Any] | None) -> Body:
        """Take a snapshot.

        Raises:
            LimitReached: there are too many.
        """
        return render_snapshot(self._room.world.find(sandbox).take((body or {}).get("name")))

    def get_snapshot(self, sandbox: str, snapshot: str, query: Query, accepted: str) -> Body | Written:
        """Show a snapshot, or zip it as a scenario folder."""
        found = self._room.world.find(sandbox).snapshot(snapshot)
        if (query["format"] or accepted) in {"json", "application/json"}:
            return render_snapshot(found)
        name = f"{sandbox}-snapshot-{found.id}.zip"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Written(zipped(found, self._room.world.kinds), ZIP, headers)

    def delete_snapshot(self, sandbox: str, snapshot: str) -> None:
        """Let go of a snapshot."""
        found = self._room.world.find(sandbox)
        found.snapshot(snapshot)
        found.store.snapshots.remove(snapshot)

    def restore_snapshot(self, sandbox: str, snapshot: str, origin: str) -> Body:
        """Begin from a snapshot."""
        found = self._room.world.find(sandbox)
        found.restore(found.snapshot(snapshot))
        return render_sandbox(found, self._room.vendors, origin)
