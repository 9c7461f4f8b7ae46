"""Which rows a query has to go over: those of an index, a page in the order of the key, or all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from mockserver.odata.query import Page, Query, R

R_co = TypeVar("R_co", covariant=True)


class Source(Protocol[R_co]):
    """The rows of an entity set, as their owner finds them. What it gives are copies, nobody changes them later."""

    def find(self, name: str, value: Any) -> Sequence[R_co] | None:
        """Give the rows whose property has a value, and maybe others; None where no index tells.

        Strings are case-folded where the entity type compares them so.
        """

    def page(self, after: Any, skip: int, top: int | None) -> tuple[Sequence[R_co], int]:
        """Give rows in the order of the entity type's key, with how many there are in all.

        Given are those behind the key `after` (None: from the first), without the next `skip`, and `top` at most.
        """


@dataclass(frozen=True, slots=True)
class Plan(Generic[R]):
    """A query with the rows that it goes over: `run` needs nothing else, so it may run anywhere.

    `rows` are the page's own if `count` says how many there are in all.
    """

    query: Query
    rows: Sequence[R]
    most: int | None
    preferred: int | None
    count: int | None = None

    def run(self) -> Page[R]:
        """Find the page.

        Raises:
            QueryError: a row has a value with which the query cannot be evaluated.
        """
        if self.count is not None:
            return self.query.cut(self.rows, self.count, most=self.most, preferred=self.preferred)
        return self.query.run(self.rows, most=self.most, preferred=self.preferred)


def plan(query: Query, source: Source[R], *, most: int | None = None, preferred: int | None = None) -> Plan[R]:
    """Fetch the rows that a query goes over, as few as its filter and its order allow.

    Args:
        query: what is asked.
        source: where the rows are.
        most: the size of the service's own pages.
        preferred: the size of pages that the client asks for.
    """
    for name, value in query.equals.items():
        found = source.find(name, value)
        if found is not None:
            return Plan(query, found, most, preferred)
    if not query.in_order_of_key:
        rows, _ = source.page(None, 0, None)
        return Plan(query, rows, most, preferred)
    after = None if query.after is None else query.after.key
    rows, count = source.page(after, query.skip, query.wanted(most, preferred))
    return Plan(query, rows, most, preferred, count)
