"""Answers in OData's JSON format 4.0: collections, single entities, the service document."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from mockserver.odata.formats import Metadata
from mockserver.odata.keys import write_key
from mockserver.odata.model import EntityType, Primitive, Row
from mockserver.odata.query import Page, Query
from mockserver.pieces import Listing

Body = dict[str, Any]
TOLD = frozenset({Primitive.BOOLEAN, Primitive.INT32, Primitive.DOUBLE, Primitive.STRING})
"""The types that JSON tells by itself."""


@dataclass(frozen=True, slots=True)
class EntitySet:
    """A named collection of entities; `show` gives a property of a row as it is printed."""

    name: str
    entity: EntityType
    show: Callable[[Row, str], Any]


@dataclass(frozen=True, slots=True)
class Rendering:
    """How one answer is written: `root` is the service's address, without a slash at its end."""

    root: str
    metadata: Metadata = Metadata.MINIMAL

    def collection(self, page: Page[Any], asked: Query, shown: EntitySet, next_link: str | None) -> Body:
        """Write a page: `{"@odata.context","@odata.count"?,"value":[…],"@odata.nextLink"?}`."""
        body = self._context(f"#{shown.name}{_selected(asked)}")
        if asked.count:
            body["@odata.count"] = page.count
        body["value"] = Listing(page.rows, self._rower(asked, shown))
        if next_link is not None:
            body["@odata.nextLink"] = next_link
        return body

    def entity(self, row: Row, asked: Query, shown: EntitySet) -> Body:
        """Write one entity: `{"@odata.context", …}`."""
        return self._context(f"#{shown.name}{_selected(asked)}/$entity") | self._rower(asked, shown)(row)

    def service(self, sets: Iterable[EntitySet]) -> Body:
        """Write the service document."""
        listed = [{"name": each.name, "kind": "EntitySet", "url": each.name} for each in sets]
        return self._context("") | {"value": listed}

    def _context(self, fragment: str) -> Body:
        return {} if self.metadata is Metadata.NONE else {"@odata.context": f"{self.root}/$metadata{fragment}"}

    def _rower(self, asked: Query, shown: EntitySet) -> Callable[[Row], Body]:
        """Give what writes a row: all that rows have in common is worked out now."""
        names, show = asked.properties, shown.show
        if self.metadata is not Metadata.FULL:
            return lambda row: {name: show(row, name) for name in names}
        entity = shown.entity
        key, kinds = entity.getters[entity.key], {name: entity.properties[name].type for name in names}
        types = {name: f"#{kind.removeprefix('Edm.')}" for name, kind in kinds.items() if kind not in TOLD}

        def write(row: Row) -> Body:
            link = f"{self.root}/{shown.name}({write_key(key(row))})"
            body: Body = {"@odata.type": f"#{entity.full_name}", "@odata.id": link, "@odata.editLink": link}
            for name in names:
                if name in types:
                    body[f"{name}@odata.type"] = types[name]
                body[name] = show(row, name)
            return body

        return write


def _selected(asked: Query) -> str:
    return "" if asked.select is None else f"({','.join(asked.select)})"
