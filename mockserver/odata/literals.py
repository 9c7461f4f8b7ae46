"""Literals of the primitive types, as they are written in a URL."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from mockserver.odata import wording
from mockserver.odata.model import Primitive

DECIMAL_DIGITS = 29
INT32 = range(-(2**31), 2**31)
INT64 = range(-(2**63), 2**63)
FAR_ZONE = timedelta(hours=14)
MIDNIGHT = datetime(1, 1, 1, tzinfo=UTC)

NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
DATE_TIME = re.compile(
    r"(?P<date>-?[0-9]{4,}-[0-9]{2}-[0-9]{2})"
    r"T(?P<time>[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,12})?)?)(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})"
)
DATE = re.compile(r"-?[0-9]{4,}-[0-9]{2}-[0-9]{2}")
TIME = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,12})?)?")
LOOKS_LIKE_DATE_TIME = re.compile(r"-?[0-9]{4,}-[0-9]{2}-[0-9]{2}T.*", re.DOTALL)
DURATION = re.compile(
    r"(?P<sign>-?)P(?=[0-9T])((?P<days>[0-9]+)D)?"
    r"(T(?=[0-9])((?P<hours>[0-9]+)H)?((?P<minutes>[0-9]+)M)?((?P<seconds>[0-9]+(\.[0-9]+)?)S)?)?"
)


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant; null has no type."""

    type: Primitive | None
    value: Any


NULL = Literal(None, None)
CONSTANTS = {
    "null": NULL,
    "INF": Literal(Primitive.DOUBLE, float("inf")),
    "-INF": Literal(Primitive.DOUBLE, float("-inf")),
    "NaN": Literal(Primitive.DOUBLE, float("nan")),
}


def read(word: str, *, any_case: bool = False) -> Literal | None:
    """Read a word that is a literal other than a string; None if it is none.

    Raises:
        QueryError: it has the form of a literal, but not its range.
    """
    if word.lower() in {"true", "false"}:
        return Literal(Primitive.BOOLEAN, word.lower() == "true")
    if any_case and word.lower() == "null":
        return NULL
    if constant := CONSTANTS.get(word):
        return constant
    for pattern, reader in READERS:
        if found := pattern.fullmatch(word):
            return reader(found)
    return None


def quoted(prefix: str, text: str) -> Literal | None:
    """Read a quoted literal by what stands before its quote; None if there is no such type."""
    if not prefix:
        return Literal(Primitive.STRING, text)
    found = DURATION.fullmatch(text) if prefix == "duration" else None
    return _duration(found) if found else None


def _number(found: re.Match[str]) -> Literal:
    text = found[0]
    if found[2]:
        return Literal(Primitive.DOUBLE, float(text))
    if len(text.lstrip("+-").replace(".", "")) > DECIMAL_DIGITS:
        raise wording.overflow(Primitive.DECIMAL)
    if not found[1]:
        whole = int(text)
        for kind, span in ((Primitive.INT32, INT32), (Primitive.INT64, INT64)):
            if whole in span:
                return Literal(kind, whole)
    return Literal(Primitive.DECIMAL, Decimal(text))


def _date_time(found: re.Match[str]) -> Literal:
    try:
        moment = datetime.combine(date.fromisoformat(found["date"]), time()) + _since_midnight(found["time"])
        aware = moment.replace(tzinfo=_offset(found["zone"]))
        aware.astimezone(UTC)  # the first and last hours of the calendar do not exist in every zone
    except (ValueError, OverflowError):
        raise wording.bad_date_time_offset(found[0]) from None
    return Literal(Primitive.DATE_TIME_OFFSET, aware)


def _offset(zone: str) -> timezone:
    if zone == "Z":
        return UTC
    distance = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:]))
    if distance > FAR_ZONE or zone[4] > "5":
        raise ValueError(zone)
    return timezone(-distance if zone[0] == "-" else distance)


def _since_midnight(text: str) -> timedelta:
    """Give the time since midnight; second 60 is legal and is the next minute's first."""
    hour, minute, rest = f"{text}:0".split(":")[:3]
    second, _, fraction = rest.partition(".")
    if hour > "23" or minute > "59" or second > "60":
        raise ValueError(text)
    return timedelta(
        hours=int(hour), minutes=int(minute), seconds=int(second), microseconds=int(fraction.ljust(6, "0")[:6])
    )


def _date(found: re.Match[str]) -> Literal:
    try:
        return Literal(Primitive.DATE, date.fromisoformat(found[0]))
    except ValueError:
        raise wording.overflow(Primitive.DATE) from None


def _time(found: re.Match[str]) -> Literal:
    try:
        passed = _since_midnight(found[0])
    except ValueError:
        raise wording.overflow(Primitive.TIME_OF_DAY) from None
    if passed.days:
        raise wording.overflow(Primitive.TIME_OF_DAY)
    return Literal(Primitive.TIME_OF_DAY, (MIDNIGHT + passed).time())


def _not_date_time(found: re.Match[str]) -> Literal:
    raise wording.bad_date_time_offset(found[0])


def _duration(found: re.Match[str]) -> Literal:
    try:
        days, hours, minutes = (int(found[part] or 0) for part in ("days", "hours", "minutes"))
        seconds = timedelta(microseconds=int(Decimal(found["seconds"] or 0).scaleb(6)))
        whole = timedelta(days=days, hours=hours, minutes=minutes) + seconds
        return Literal(Primitive.DURATION, -whole if found["sign"] else whole)
    except (OverflowError, ValueError, ArithmeticError):  # int() refuses thousands of digits with a ValueError
        raise wording.overflow(Primitive.DURATION) from None


READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Literal]], ...] = (
    (NUMBER, _number),
    (DATE_TIME, _date_time),
    (DATE, _date),
    (TIME, _time),
    (LOOKS_LIKE_DATE_TIME, _not_date_time),
)
