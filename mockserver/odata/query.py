"""A query, ready to run over any rows of its entity type."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from mockserver.odata.expression import Expression
from mockserver.odata.model import EntityType, Getter, Primitive

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """What a query finds: the rows of its page, and how many there were before `$skip` and `$top`."""

    rows: list[R]
    count: int


@dataclass(frozen=True, slots=True)
class OrderKey:
    """One key to order by."""

    expression: Expression
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What the system options ask for.

    `options` are the names of those given. `select` is as asked for, for the context: property names, `*` among them,
    each once; None if there was no `$select`. `count` says whether to print the count. `properties_used` are those of
    `$filter`, in the order of their first use.
    """

    entity: EntityType
    options: frozenset[str] = frozenset()
    filter: Expression | None = None
    order: tuple[OrderKey, ...] = ()
    top: int | None = None
    skip: int = 0
    select: tuple[str, ...] | None = None
    count: bool = False
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

    def run(self, rows: Sequence[R]) -> Page[R]:
        """Filter, count, order, skip and cut.

        Raises:
            QueryError: a row has a value with which the query cannot be evaluated (a division by zero).
        """
        found = list(rows)
        if self.filter:
            test = self.filter.run
            found = [row for row in found if test(row)]
        self._sort(found)
        end = None if self.top is None else self.skip + self.top
        return Page(found[self.skip : end], len(found))

    def _sort(self, rows: list[R]) -> None:
        rows.sort(key=self.entity.getters[self.entity.key])
        for each in reversed(self.order):
            rows.sort(key=_nulls_first(each.expression, ignore_case=self.entity.ignore_case), reverse=each.descending)


def _nulls_first(expression: Expression, *, ignore_case: bool) -> Getter:
    run = expression.run
    if ignore_case and expression.type is Primitive.STRING:
        return lambda row: (False, "") if (value := run(row)) is None else (True, value.casefold())
    return lambda row: ((value := run(row)) is not None, value)
