"""The list of opt-outs: what a query asks for, and the pages of what it finds."""

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import orjson

from mockserver.errors import Invalid, Violation
from mockserver.vendors.expoints.records import OptOut

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MOST = 100
OF_PAGES = frozenset(name.lower() for name in ("Cursor", "Limit"))
DATA_FILTER = re.compile(r"datafilters\[(\d{1,3})\]\.(customerdatacolumnid|name|values\[\d{1,3}\])", re.IGNORECASE)
NUMBER = re.compile(r"-?[0-9]{1,10}")
Pairs = Sequence[tuple[str, str]]


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
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        raise not_valid(name, text) from None
    return read if read.tzinfo else read.replace(tzinfo=AMSTERDAM)


@dataclass(slots=True)
class DataFilter:
    """A filter on one column, by its id or else by its name: one of the values, any if there are none."""

    column_id: int = 0
    name: str = ""
    values: tuple[str, ...] = ()

    def holds(self, opt_out: OptOut) -> bool:
        """Tell whether an opt-out has such a column."""
        return any(
            (each.customer_data_column_id == self.column_id if self.column_id else each.name == self.name)
            and (not self.values or each.value in self.values)
            for each in opt_out.data
        )


def data_filters(query: Pairs) -> list[DataFilter]:
    """Read `DataFilters[0].Name=…&DataFilters[0].Values[0]=…`.

    Raises:
        Invalid: a column's id is no number.
    """
    found: dict[int, DataFilter] = {}
    for name, value in query:
        if not (match := DATA_FILTER.fullmatch(name)):
            continue
        each = found.setdefault(int(match[1]), DataFilter())
        member = match[2].lower()
        if member == "name":
            each.name = value
        elif member.startswith("values"):
            each.values += (value,)
        elif NUMBER.fullmatch(value):
            each.column_id = int(value)
        else:
            raise not_valid(name, value)
    return [found[number] for number in sorted(found)]


def page(found: Iterable[OptOut], cursor: str | None, limit: int, asked: Pairs) -> tuple[list[OptOut], str | None]:
    """Cut the page behind a cursor, with the cursor of what comes behind it, None if that is nothing.

    A cursor tells the place of the last one shown, so that nobody is left out or shown twice where the list has changed
    meanwhile; it is good for the filters with which it was got.

    Raises:
        Invalid: the cursor is none, or was got with other filters.
    """
    after = _place(cursor, asked) if cursor else ("", "")
    rest = sorted((each for each in found if each.place > after), key=lambda each: each.place)
    shown = rest[: min(limit, MOST)]
    return shown, _cursor(shown[-1], asked) if len(rest) > len(shown) else None


def _filters(asked: Pairs) -> list[list[str]]:
    """Give what a cursor is bound to."""
    return sorted([name.lower(), value] for name, value in asked if name.lower() not in OF_PAGES)


def _cursor(last: OptOut, asked: Pairs) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([*last.place, _filters(asked)])).decode()


def _place(cursor: str, asked: Pairs) -> tuple[str, str]:
    try:
        date, who, filters = orjson.loads(base64.urlsafe_b64decode(cursor))
    except (ValueError, TypeError, binascii.Error):
        raise not_valid("Cursor", cursor) from None
    if filters != _filters(asked) or not isinstance(date, str) or not isinstance(who, str):
        raise not_valid("Cursor", cursor)
    return date, who
