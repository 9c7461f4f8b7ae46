"""A query, ready to run over any rows of its entity type."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from mockserver.odata.expression import Expression
from mockserver.odata.formats import Metadata
from mockserver.odata.model import EntityType, Getter, Primitive, Row
from mockserver.odata.paging import Position, Tokens
from mockserver.pieces import ordered

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """What a query finds: the rows of its page, and how many there are on all pages, before `$skip` and `$top`.

    `token` leads to the page after this one, None if this is the last.
    """

    rows: list[R]
    count: int
    token: str | None = None


@dataclass(frozen=True, slots=True)
class OrderKey:
    """One key to order by."""

    expression: Expression
    descending: bool = False

    def value(self, *, ignore_case: bool) -> Getter:
        """Give what is compared of a row, None for null."""
        run = self.expression.run
        if ignore_case and self.expression.type is Primitive.STRING:
            return lambda row: None if (value := run(row)) is None else value.casefold()
        return run

    @property
    def place(self) -> Getter:
        """Give the place of a value among all: null is the lowest, and then NaN, which Python would put anywhere."""
        if self.expression.type is Primitive.DOUBLE:
            return _place_of_double
        return _place


def _composed(value: Getter, place: Getter) -> Getter:
    return lambda row: place(value(row))


def _place(value: Any) -> tuple[bool, Any]:
    return value is not None, value


def _place_of_double(value: float | None) -> tuple[bool, bool, float]:
    is_number = value is not None and value == value  # noqa: PLR0124 - NaN is not
    return value is not None, is_number, value if value is not None and is_number else 0.0


@dataclass(frozen=True, slots=True)
class Query:
    """What the system options ask for.

    `options` are the texts of those given, by name. `select` is as asked for, for the context: property names, `*`
    among them, each once; None if there was no `$select`. `count` says whether to print the count. `metadata` is the
    level that `$format` asks for. `after` is where the page before this one ended. `properties_used` are those of
    `$filter`, in the order of their first use.
    """

    entity: EntityType
    options: Mapping[str, str] = field(default_factory=dict)
    filter: Expression | None = None
    order: tuple[OrderKey, ...] = ()
    top: int | None = None
    skip: int = 0
    select: tuple[str, ...] | None = None
    count: bool = False
    metadata: Metadata | None = None
    after: Position | None = None
    properties_used: tuple[str, ...] = ()

    @property
    def properties(self) -> tuple[str, ...]:
        """The properties to render, in the entity type's order."""
        everything = self.select is None or "*" in self.select
        return tuple(name for name in self.entity.properties if everything or name in (self.select or ()))

    @property
    def equals(self) -> dict[str, Any]:
        """What any row found must have, as far as `$filter` begins with `property eq literal and …`.

        Running over only the rows of an index that have one of these values gives the same page. Strings are
        case-folded where the entity type compares them so.
        """
        pairs = self.filter.equals if self.filter else ()
        return dict(reversed(pairs))  # of a property named twice, the first

    @property
    def in_order_of_key(self) -> bool:
        """Whether all rows are asked for, in the order of the key: then a page is a run of neighbours."""
        key = self.entity.properties[self.entity.key]
        folds = self.entity.ignore_case and key.type is Primitive.STRING
        by_key = [each.expression.name == key.name and not each.descending and not folds for each in self.order]
        return self.filter is None and by_key in ([], [True])

    @property
    def tokens(self) -> Tokens:
        """What writes and reads where pages of this query end."""
        asked = tuple(self.options.get(name, "") for name in ("$filter", "$orderby"))
        kinds = tuple(each.expression.type for each in self.order)
        return Tokens(kinds, self.entity.properties[self.entity.key].type, asked)

    def run(self, rows: Sequence[R], *, most: int | None = None, preferred: int | None = None) -> Page[R]:
        """Filter, count, order, skip and cut.

        Args:
            rows: of the entity type.
            most: the size of the service's own pages.
            preferred: the size of pages that the client asks for; the one it asked for at the first page, unless given.

        Raises:
            QueryError: a row has a value with which the query cannot be evaluated (a division by zero).
        """
        found = list(rows)
        if self.filter:
            test = self.filter.run
            found = [row for row in found if test(row)]
        count = len(found)
        if self.after is not None:
            found = self._behind(found, self.after)
        found.sort(key=self.entity.getters[self.entity.key])
        wanted = self.wanted(most, preferred)
        end = None if wanted is None else self.skip + wanted
        if self.order:
            keys = [(_composed(value, place), descending) for value, place, descending in self._keys()]
            found = ordered(found, keys, end)
        return self.cut(found[self.skip : end], count, most=most, preferred=preferred)

    def wanted(self, most: int | None, preferred: int | None) -> int | None:
        """Give how many rows `cut` needs at most, None for all: one behind the page, to see whether it is the last."""
        size = self._size(most, preferred)
        return min((each for each in (self.top, None if size is None else size + 1) if each is not None), default=None)

    def cut(self, rows: Sequence[R], count: int, *, most: int | None, preferred: int | None) -> Page[R]:
        """Make a page of rows that are filtered and in order; those before `$skip` and behind `$top` are left out."""
        size = self._size(most, preferred)
        if size is None or len(rows) <= size:
            return Page(list(rows), count)
        last = rows[size - 1]
        values = tuple(value(last) for value, _, _ in self._keys())
        position = Position(values, self.entity.getters[self.entity.key](last), self._preferred(preferred))
        return Page(list(rows[:size]), count, self.tokens.write(position))

    def _size(self, most: int | None, preferred: int | None) -> int | None:
        return min((each for each in (most, self._preferred(preferred)) if each), default=None)

    def _preferred(self, preferred: int | None) -> int | None:
        return preferred or (self.after.size if self.after else None)

    def _keys(self) -> list[tuple[Getter, Getter, bool]]:
        """Give of each key to order by what it compares, where that is among all, and whether it descends."""
        ignore_case = self.entity.ignore_case
        return [(each.value(ignore_case=ignore_case), each.place, each.descending) for each in self.order]

    def _behind(self, rows: list[R], position: Position) -> list[R]:
        """Leave out what comes before a position in the order, and the row there itself."""
        keys = [
            (value, place, descending, place(there))
            for (value, place, descending), there in zip(self._keys(), position.values, strict=True)
        ]
        key = self.entity.getters[self.entity.key]

        def behind(row: Row) -> bool:
            for value, place, descending, there in keys:
                here = place(value(row))
                if here != there:
                    return bool((here > there) != descending)
            return bool(key(row) > position.key)

        return [row for row in rows if behind(row)]
