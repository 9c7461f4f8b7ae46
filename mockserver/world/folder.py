"""Snapshots as scenario folders, which `scenario.load` reads again."""

import io
import zipfile
from collections.abc import Iterator, Mapping

from mockserver.contract.text import write_yaml
from mockserver.store import Snapshot, Tables
from mockserver.world.clock import began, wire
from mockserver.world.fixture import Kinds, dump
from mockserver.world.scenario import VERSION

ROWS = 256  # written by one call into C, which keeps all other threads waiting
DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip can say: the same snapshot gives the same bytes


def zipped(snapshot: Snapshot, kinds: Mapping[str, Kinds]) -> bytes:
    """Zip the files of a scenario folder, without a folder around them."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files(snapshot, kinds):
            archive.writestr(zipfile.ZipInfo(name, DATE), text, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def files(snapshot: Snapshot, kinds: Mapping[str, Kinds]) -> Iterator[tuple[str, str]]:
    """Give names and texts of the files."""
    yield "scenario.yaml", write_yaml(_told(snapshot))
    for vendor, own in kinds.items():
        yield f"{vendor}.yaml", _fixture(snapshot.image.tables[vendor], own)


def _told(snapshot: Snapshot) -> dict[str, object]:
    name = "" if snapshot.name is None else f" {snapshot.name!r}"
    clock = snapshot.image.clock
    return {
        "version": VERSION,
        "says": f"Snapshot{name} of a world that began from {snapshot.scenario!r} with seed {snapshot.seed}.",
        "now": wire(snapshot.taken_at),
        "running": clock.real_us is not None,
        "began": wire(began(clock)),
        "ids": snapshot.image.drawn,
    }


def _fixture(tables: Tables, kinds: Kinds) -> str:
    parts = []
    for name, rows in dump(tables, kinds).items():
        parts.append(f"{name}:\n" if rows else f"{name}: []\n")
        parts += [write_yaml(rows[start : start + ROWS]) for start in range(0, len(rows), ROWS)]
    return "".join(parts)
