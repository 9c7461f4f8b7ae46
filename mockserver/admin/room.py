"""What the control plane's handlers share: the world they speak of, and how they read what names a part of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mockserver.admin.misfits import misfits
from mockserver.contract.document import Document
from mockserver.contract.elements import Operation
from mockserver.errors import UnknownVendor
from mockserver.vendors import Vendor
from mockserver.world.fixture import beginning
from mockserver.world.sandbox import World

Query = Mapping[str, Any]


@dataclass(frozen=True)
class Room:
    """A world, and the vendors served in it."""

    world: World[Vendor]
    documents: Mapping[str, Document]
    vendors: Mapping[str, type[Vendor]]

    def expect(self, vendor: str) -> None:
        """Let the name of a vendor in a path pass.

        Raises:
            UnknownVendor: there is none of that name.
        """
        if vendor not in self.vendors:
            raise UnknownVendor(self.no_vendor(vendor))

    def expect_filter(self, vendor: str | None, operation_id: str | None = None) -> None:
        """Refuse to filter by a vendor or operation that is not there: nothing would match, which proves nothing.

        Raises:
            BadControlRequest: there is none of that name.
        """
        if vendor is not None and vendor not in self.vendors:
            raise misfits(("/query/vendor", self.no_vendor(vendor)))
        if operation_id is not None and not self.operations(vendor, operation_id):
            raise misfits(("/query/operation_id", self.no_operation(vendor, operation_id)))

    def operations(self, vendor: str | None = None, operation_id: str | None = None) -> list[Operation]:
        """List the operations of a vendor, or of all, and of one name, if there is one."""
        return [
            each
            for name, document in self.documents.items()
            if vendor in {None, name}
            for each in document.operations
            if operation_id in {None, each.operation_id}
        ]

    def no_operation(self, vendor: str | None, name: str) -> str:
        """Say that a vendor, or none at all, has no operation of a name."""
        known = ", ".join(sorted({each.operation_id for each in self.operations(vendor)}))
        return f"there is no operation {name[:100]!r}; there are {known}"

    def no_vendor(self, name: str) -> str:
        """Say that there is no vendor of a name."""
        return f"there is no vendor {name[:100]!r} here; vendors are {', '.join(self.vendors)}"


def moment(text: str) -> datetime:
    """Read the member `now` of a body.

    Raises:
        BadControlRequest: it is no moment.
    """
    try:
        return beginning(text)
    except (ValueError, OverflowError) as error:
        raise misfits(("/now", str(error))) from None
