"""Arithmetic as OData has it: integers divide towards zero, a remainder has the left operand's sign."""

import math
from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, DecimalException
from typing import Any

from mockserver.odata import wording
from mockserver.odata.literals import DECIMAL_DIGITS, INT64
from mockserver.odata.model import Primitive
from mockserver.odata.syntax import Binary

CONTEXT = Context(prec=DECIMAL_DIGITS, Emax=DECIMAL_DIGITS - 1, Emin=1 - DECIMAL_DIGITS)
MICROSECOND = timedelta(microseconds=1)

Of2 = Callable[[Any, Any], Any]


def _divided(left: int, right: int) -> int:
    if not right:
        raise wording.divided_by_zero()
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def _remainder(left: int, right: int) -> int:
    if not right:
        raise wording.divided_by_zero()
    rest = abs(left) % abs(right)
    return -rest if left < 0 else rest


def _divided_double(left: float, right: float) -> float:
    if right:
        return left / right
    if not left or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1, right)


def _remainder_double(left: float, right: float) -> float:
    return math.nan if not right or math.isinf(left) else math.fmod(left, right)


INTEGER: dict[Binary, Of2] = {
    Binary.ADD: int.__add__,
    Binary.SUB: int.__sub__,
    Binary.MUL: int.__mul__,
    Binary.DIV: _divided,
    Binary.MOD: _remainder,
}
EXACT: dict[Binary, Of2] = {
    Binary.ADD: CONTEXT.add,
    Binary.SUB: CONTEXT.subtract,
    Binary.MUL: CONTEXT.multiply,
    Binary.DIV: CONTEXT.divide,
    Binary.MOD: CONTEXT.remainder,
}
DOUBLE: dict[Binary, Of2] = {
    Binary.ADD: float.__add__,
    Binary.SUB: float.__sub__,
    Binary.MUL: float.__mul__,
    Binary.DIV: _divided_double,
    Binary.MOD: _remainder_double,
}


def numeric(kind: Binary, result: Primitive) -> Of2:
    """Give the operation on two numbers whose wider type is `result`."""
    if result is Primitive.DOUBLE:
        double = DOUBLE[kind]
        return lambda left, right: double(float(left), float(right))
    if result is Primitive.DECIMAL:
        return _exact(EXACT[kind], divides=kind in {Binary.DIV, Binary.MOD})
    return _within_int64(INTEGER[kind])


def _within_int64(operation: Of2) -> Of2:
    def run(left: int, right: int) -> Any:
        found = operation(left, right)
        if found not in INT64:
            raise wording.overflow(Primitive.INT64)
        return found

    return run


def _exact(operation: Of2, *, divides: bool) -> Of2:
    def run(left: Any, right: Any) -> Any:
        if divides and not right:
            raise wording.divided_by_zero()
        try:
            return operation(left, right)
        except DecimalException:
            raise wording.overflow(Primitive.DECIMAL) from None

    return run


def _moved(moment: Any, span: timedelta) -> Any:
    return moment + span


def _moved_back(moment: Any, span: timedelta) -> Any:
    return moment - span


def _day_moved_back(day: date, span: timedelta) -> date:
    return day + -span  # from the day's midnight: an hour back is the day before


Kind = Primitive
TEMPORAL: dict[tuple[Binary, Primitive, Primitive], tuple[Primitive, Of2]] = {
    (Binary.ADD, Kind.DATE_TIME_OFFSET, Kind.DURATION): (Kind.DATE_TIME_OFFSET, _moved),
    (Binary.SUB, Kind.DATE_TIME_OFFSET, Kind.DURATION): (Kind.DATE_TIME_OFFSET, _moved_back),
    (Binary.SUB, Kind.DATE_TIME_OFFSET, Kind.DATE_TIME_OFFSET): (Kind.DURATION, _moved_back),
    (Binary.ADD, Kind.DATE, Kind.DURATION): (Kind.DATE, _moved),
    (Binary.SUB, Kind.DATE, Kind.DURATION): (Kind.DATE, _day_moved_back),
    (Binary.SUB, Kind.DATE, Kind.DATE): (Kind.DURATION, _moved_back),
    (Binary.ADD, Kind.DURATION, Kind.DURATION): (Kind.DURATION, _moved),
    (Binary.SUB, Kind.DURATION, Kind.DURATION): (Kind.DURATION, _moved_back),
}


def temporal(operation: Of2, result: Primitive) -> Of2:
    """Keep an operation on times inside the calendar."""

    def run(left: Any, right: Any) -> Any:
        try:
            return operation(left, right)
        except OverflowError:
            raise wording.overflow(result) from None

    return run


def negated(kind: Primitive) -> Callable[[Any], Any]:
    """Give the unary minus of a number or duration."""
    if kind is Primitive.DURATION:
        back = temporal(_moved_back, kind)
        return lambda span: back(timedelta(), span)
    minus = numeric(Binary.SUB, kind)
    return lambda number: minus(0, number)


def rounded(number: Decimal) -> Decimal:
    """Round half away from zero."""
    return number.to_integral_value(ROUND_HALF_UP)


def rounded_down(number: Decimal) -> Decimal:
    return number.to_integral_value(ROUND_FLOOR)


def rounded_up(number: Decimal) -> Decimal:
    return number.to_integral_value(ROUND_CEILING)


def double(exact: Callable[[Decimal], Decimal]) -> Callable[[float], float]:
    """Make a rounding of doubles from one of decimals; a double is a decimal, exactly."""
    return lambda number: float(exact(Decimal(number))) if math.isfinite(number) else number


def seconds(span: timedelta) -> Decimal:
    """Count a span in seconds."""
    return CONTEXT.divide(Decimal(span // MICROSECOND), Decimal(10**6))
