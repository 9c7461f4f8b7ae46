"""Aimbase's subscribers, as queries look for them."""

from collections.abc import Sequence
from typing import Any

from mockserver.store import Records
from mockserver.vendors.aimbase.records import Subscriber


class Rows:
    """Subscribers, as queries look for them."""

    def __init__(self, store: Records) -> None:
        """Look into this store."""
        self._store = store

    def find(self, name: str, value: Any) -> Sequence[Subscriber] | None:
        """Find by key or address."""
        if name == "Id":
            found = self._store.get(Subscriber, value)
            return [] if found is None else [found]
        return self._store.find(Subscriber, "email", value.casefold()) if name == "Email" else None

    def page(self, after: Any, skip: int, top: int | None) -> tuple[Sequence[Subscriber], int]:
        """Give a run of them in the order of their ids."""
        return self._store.page(Subscriber, after, skip, top)
