"""The functions of expressions: their signatures and what they do."""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from mockserver.odata import arithmetic, wording
from mockserver.odata.arithmetic import CONTEXT
from mockserver.odata.expression import Expression, converted, folded, lifted, without_case
from mockserver.odata.model import INTEGERS, Primitive

Kind = Primitive
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Signature:
    """One way of calling a function. `compares` says that it looks for one string in another."""

    parameters: tuple[Primitive, ...]
    result: Primitive
    apply: Callable[..., Any]
    compares: bool = False

    def takes(self, operands: Sequence[Expression]) -> bool:
        """Say whether operands of these types will do: null always, an integer for a decimal."""
        return len(operands) == len(self.parameters) and all(
            each.type in {None, kind} or (kind is Kind.DECIMAL and each.type in INTEGERS)
            for each, kind in zip(operands, self.parameters, strict=True)
        )


def _substring(text: str, start: int, length: int | None = None) -> str:
    """Cut, where what lies outside the text is as nothing."""
    first = max(start, 0)
    return text[first:] if length is None else text[first : first + max(length, 0)]


def _fraction(moment: datetime | time) -> Decimal:
    return CONTEXT.divide(Decimal(moment.microsecond), Decimal(10**6))


def _offset_minutes(moment: datetime) -> int:
    return (moment.utcoffset() or timedelta()) // MINUTE


def _text(result: Primitive, apply: Callable[..., Any], count: int = 1, *, compares: bool = False) -> Signature:
    return Signature((Kind.STRING,) * count, result, apply, compares)


def _parts(apply: Callable[[Any], Any], *kinds: Primitive, result: Primitive = Kind.INT32) -> tuple[Signature, ...]:
    return tuple(Signature((kind,), result, apply) for kind in kinds)


def _rounding(exact: Callable[[Decimal], Decimal]) -> tuple[Signature, ...]:
    return (
        Signature((Kind.DECIMAL,), Kind.DECIMAL, exact),
        Signature((Kind.DOUBLE,), Kind.DOUBLE, arithmetic.double(exact)),
    )


DAYS = (Kind.DATE_TIME_OFFSET, Kind.DATE)
TIMES = (Kind.DATE_TIME_OFFSET, Kind.TIME_OF_DAY)
FUNCTIONS: dict[str, tuple[Signature, ...]] = {
    "contains": (_text(Kind.BOOLEAN, operator.contains, 2, compares=True),),
    "startswith": (_text(Kind.BOOLEAN, str.startswith, 2, compares=True),),
    "endswith": (_text(Kind.BOOLEAN, str.endswith, 2, compares=True),),
    "indexof": (_text(Kind.INT32, str.find, 2, compares=True),),
    "length": (_text(Kind.INT32, len),),
    "tolower": (_text(Kind.STRING, str.lower),),
    "toupper": (_text(Kind.STRING, str.upper),),
    "trim": (_text(Kind.STRING, str.strip),),
    "concat": (_text(Kind.STRING, operator.add, 2),),
    "substring": (
        Signature((Kind.STRING, Kind.INT32), Kind.STRING, _substring),
        Signature((Kind.STRING, Kind.INT32, Kind.INT32), Kind.STRING, _substring),
    ),
    "year": _parts(operator.attrgetter("year"), *DAYS),
    "month": _parts(operator.attrgetter("month"), *DAYS),
    "day": _parts(operator.attrgetter("day"), *DAYS),
    "hour": _parts(operator.attrgetter("hour"), *TIMES),
    "minute": _parts(operator.attrgetter("minute"), *TIMES),
    "second": _parts(operator.attrgetter("second"), *TIMES),
    "fractionalseconds": _parts(_fraction, *TIMES, result=Kind.DECIMAL),
    "date": _parts(datetime.date, Kind.DATE_TIME_OFFSET, result=Kind.DATE),
    "time": _parts(datetime.time, Kind.DATE_TIME_OFFSET, result=Kind.TIME_OF_DAY),
    "totaloffsetminutes": _parts(_offset_minutes, Kind.DATE_TIME_OFFSET),
    "totalseconds": _parts(arithmetic.seconds, Kind.DURATION, result=Kind.DECIMAL),
    "mindatetime": (Signature((), Kind.DATE_TIME_OFFSET, lambda: datetime.min.replace(tzinfo=UTC)),),
    "maxdatetime": (Signature((), Kind.DATE_TIME_OFFSET, lambda: datetime.max.replace(tzinfo=UTC)),),
    "round": _rounding(arithmetic.rounded),
    "floor": _rounding(arithmetic.rounded_down),
    "ceiling": _rounding(arithmetic.rounded_up),
}


def called(name: str, operands: Sequence[Expression], zone: tzinfo, *, ignore_case: bool) -> Expression:
    """Call a function.

    Raises:
        QueryError: there is none for these operands.
    """
    signatures = FUNCTIONS[name]
    signature = next((each for each in signatures if each.takes(operands)), None)
    if signature is None:
        raise wording.no_signature(name, "; ".join(_described(name, each) for each in signatures))
    ready = [_fitted(each, kind, zone) for each, kind in zip(operands, signature.parameters, strict=True)]
    if signature.compares and ignore_case:
        ready = [without_case(each) for each in ready]
    made = Expression(signature.result, lifted(signature.apply, *ready))
    return folded(made, ready)


def _described(name: str, signature: Signature) -> str:
    return f"{name}({', '.join(f'{kind} Nullable=true' for kind in signature.parameters)})"


def _fitted(operand: Expression, kind: Primitive, zone: tzinfo) -> Expression:
    if kind is Kind.DECIMAL and operand.type in INTEGERS:
        return converted(operand, kind, Decimal)
    if kind is Kind.DATE_TIME_OFFSET and operand.in_zone:
        return replace(operand, run=lifted(lambda moment: _shown(moment, zone), operand))
    return operand


def _shown(moment: datetime, zone: tzinfo) -> datetime:
    try:
        return moment.astimezone(zone)
    except OverflowError:  # the calendar's first and last hours
        return moment
