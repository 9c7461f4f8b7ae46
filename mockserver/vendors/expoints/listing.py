"""The list of opt-outs: what a query asks for, and the pages of what it finds."""

import base64
import hashlib
import heapq
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from mockserver.errors import Invalid, Violation
from mockserver.vendors.expoints.records import OptOut

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,7})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
MOST = 100


def not_valid(name: str, value: object) -> Invalid:
    """Refuse a value of the query."""
    return Invalid(Violation("query", (name,), "format", value, "is not valid"))


@dataclass(frozen=True, slots=True)
class Span:
    """A filter on a date; both ends belong to it."""

    start: datetime | None
    end: datetime | None

    def holds(self, moment: datetime | None) -> bool:
        """Tell whether a date is in it; no date is in none but the span of all time."""
        if moment is None:
            return self.start is None and self.end is None
        return (self.start is None or self.start <= moment) and (self.end is None or moment <= self.end)


def span(name: str, start: str | None, end: str | None) -> Span:
    """Read a date filter.

    Raises:
        Invalid: an end of it is no date.
    """
    return Span(_moment(f"{name}.From", start), _moment(f"{name}.To", end))


def _moment(name: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        if not ISO.fullmatch(text.strip()):  # Python reads more: weeks, dates without hyphens
            raise not_valid(name, text)
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        raise not_valid(name, text) from None
    aware = read if read.tzinfo else read.replace(tzinfo=AMSTERDAM)
    try:
        return aware.astimezone(UTC)
    except OverflowError:  # the first or last hours of all time: .NET's default for a date is the first moment
        return EARLIEST if read.year == 1 else LATEST


@dataclass(frozen=True, slots=True)
class DataFilter:
    """A filter on one column, by its id or else by its name: one of the values, any if none are given.

    Without id and name it holds for nobody, as such a column is nobody's.
    """

    column_id: int
    name: str | None
    values: tuple[str | None, ...]

    def holds(self, opt_out: OptOut) -> bool:
        """Tell whether an opt-out has such a column."""
        return any(
            (each.customer_data_column_id == self.column_id if self.column_id else each.name == self.name)
            and (not self.values or each.value in self.values)
            for each in opt_out.data
        )


def read_filters(sent: Iterable[Mapping[str, Any]] | None) -> tuple[DataFilter, ...]:
    """Read filters on data, each `{"CustomerDataColumnId", "Name", "Values"}`."""
    return tuple(
        DataFilter(each["CustomerDataColumnId"] or 0, each["Name"], tuple(each["Values"] or ())) for each in sent or ()
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is to have: all of its filters hold for each opt-out."""

    transacted: Span
    opted_out: Span
    data: tuple[DataFilter, ...]
    with_tests: bool

    def holds(self, opt_out: OptOut) -> bool:
        """Tell whether an opt-out belongs to the list."""
        return (
            (self.with_tests or not opt_out.is_test)
            and self.opted_out.holds(opt_out.opt_out_date)
            and self.transacted.holds(opt_out.transaction_date)
            and all(each.holds(opt_out) for each in self.data)
        )

    def page(self, opt_outs: Iterable[OptOut], cursor: str | None, limit: int) -> tuple[list[OptOut], str | None]:
        """Cut the page behind a cursor, with the cursor of what comes behind it, None if that is nothing.

        A cursor tells the place of the last one shown, so that nobody is left out or shown twice where the list has
        changed meanwhile; it is good for the filters with which it was got.

        Raises:
            Invalid: the cursor is none, or was got with other filters.
        """
        date, who = self._place(cursor) if cursor else (EARLIEST, "")
        found = [
            each
            for each in opt_outs
            if each.opt_out_date >= date and self.holds(each) and (each.opt_out_date > date or each.who > who)
        ]
        if len(found) > limit:  # who it is takes long to tell, and matters where dates are the same only
            last = heapq.nsmallest(limit + 1, (each.opt_out_date for each in found))[-1]
            found = [each for each in found if each.opt_out_date <= last]
        shown = sorted(found, key=lambda each: (each.opt_out_date, each.who))
        return shown[:limit], self._cursor(shown[limit - 1]) if len(shown) > limit else None

    def _cursor(self, last: OptOut) -> str:
        return self._written(last.opt_out_date.isoformat(), last.who)

    def _written(self, date: str, who: str) -> str:
        check = hashlib.sha256(repr((date, who, self)).encode("utf-8", "surrogatepass")).hexdigest()[:16]
        return base64.urlsafe_b64encode(f"{date} {who} {check}".encode()).decode().rstrip("=")

    def _place(self, cursor: str) -> tuple[datetime, str]:
        """Read a cursor; only what was written for these filters reads as it stands."""
        try:
            padded = cursor.encode() + b"=" * (-len(cursor) % 4)
            date, who, _ = base64.b64decode(padded, b"-_", validate=True).decode().split(" ")
            moment = datetime.fromisoformat(date)
        except ValueError:
            raise not_valid("Cursor", cursor) from None
        if self._written(date, who) != cursor:
            raise not_valid("Cursor", cursor)
        return moment, who
