"""Operators between typed expressions: which operands go together, and what comes of them."""

import math
import operator
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any

from mockserver.odata import arithmetic, wording
from mockserver.odata.expression import Expression, Run, constant, converted, folded, lifted, without_case
from mockserver.odata.model import INTEGERS, NUMBERS, Primitive, Row
from mockserver.odata.syntax import Binary, Unary

CALCULABLE = {None, *NUMBERS, Primitive.DATE, Primitive.DATE_TIME_OFFSET, Primitive.DURATION}
NULL = constant(None, None)
TESTS: dict[Binary, Callable[[Any, Any], bool]] = {
    Binary.EQ: operator.eq,
    Binary.NE: operator.ne,
    Binary.GT: operator.gt,
    Binary.GE: operator.ge,
    Binary.LT: operator.lt,
    Binary.LE: operator.le,
}


def midnight(day: date, zone: tzinfo) -> datetime:
    """Give the moment at which a day begins in a zone."""
    try:
        return datetime.combine(day, time(), zone).astimezone(UTC)
    except OverflowError:
        raise wording.overflow(Primitive.DATE_TIME_OFFSET) from None


def comparable(kind: Binary, operands: Sequence[Expression], zone: tzinfo) -> list[Expression]:
    """Bring operands to one type: literal dates beside date-times, decimals beside doubles.

    Raises:
        QueryError: one cannot be compared with the first.
    """
    types = {each.type for each in operands}
    if Primitive.DATE_TIME_OFFSET in types:
        operands = [_as_moment(each, zone) for each in operands]
    first = next((each for each in operands if each.type), operands[0])
    for each in operands:
        if each.type not in {first.type, None} and not {each.type, first.type} <= set(NUMBERS):
            raise wording.incompatible_operands(first.type_name, each.type_name, kind)
    if {Primitive.DECIMAL, Primitive.DOUBLE} <= types:
        return [_as_double(each) for each in operands]
    return list(operands)


def _as_moment(operand: Expression, zone: tzinfo) -> Expression:
    if operand.type is Primitive.DATE and operand.constant:
        return constant(Primitive.DATE_TIME_OFFSET, midnight(operand.value, zone))
    return operand


def _as_double(operand: Expression) -> Expression:
    if operand.type in {None, *INTEGERS, Primitive.DOUBLE}:
        return operand  # Python compares an integer with a double exactly
    return converted(operand, Primitive.DOUBLE, float)


def compared(kind: Binary, left: Expression, right: Expression) -> Expression:
    """Compare operands of one type: null equals null, and is neither above nor below anything."""
    made = Expression(Primitive.BOOLEAN, _test(kind, left, right))
    if kind is Binary.EQ:
        for named, value in ((left, right), (right, left)):
            if named.name and value.constant and value.value is not None:
                pair = (named.name, value.value)
                made = Expression(Primitive.BOOLEAN, made.run, equals=(pair,), only_equals=True)
    return folded(made, (left, right))


def _test(kind: Binary, left: Expression, right: Expression) -> Run:
    first, second, test = left.run, right.run, TESTS[kind]
    if kind in {Binary.EQ, Binary.NE}:
        if right.constant:
            value = right.value
            return lambda row: test(first(row), value)
        return lambda row: test(first(row), second(row))
    if right.constant:
        value = right.value
        if value is None:
            return lambda _: False
        return lambda row: (found := first(row)) is not None and test(found, value)

    def run(row: Row) -> bool:
        found, other = first(row), second(row)
        return found is not None and other is not None and test(found, other)

    return run


def member(operand: Expression, items: Sequence[Expression]) -> Expression:
    """Compare with several constants of the operand's type at once."""
    values = frozenset(each.value for each in items if not _is_nan(each.value))
    run = operand.run
    return folded(Expression(Primitive.BOOLEAN, lambda row: run(row) in values), (operand,))


def _is_nan(value: Any) -> bool:
    """NaN equals nothing, not even itself."""
    return isinstance(value, float) and math.isnan(value)


def connected(kind: Binary, left: Expression, right: Expression) -> Expression:
    """Join conditions in three-valued logic; the right one is not asked where the left one decides."""
    for each in (left, right):
        if each.type not in {Primitive.BOOLEAN, None}:
            raise wording.incompatible_operands(left.type_name, right.type_name, kind)
    if kind is Binary.OR:
        made = Expression(Primitive.BOOLEAN, _either(left.run, right.run))
    else:
        equals = left.equals + right.equals if left.only_equals else left.equals
        only = left.only_equals and right.only_equals
        made = Expression(Primitive.BOOLEAN, _both(left.run, right.run), equals=equals, only_equals=only)
    return folded(made, (left, right))


def _both(first: Run, second: Run) -> Run:
    def run(row: Row) -> bool | None:
        one = first(row)
        if one is False:
            return False
        other = second(row)
        if other is False:
            return False
        return None if one is None or other is None else True

    return run


def _either(first: Run, second: Run) -> Run:
    def run(row: Row) -> bool | None:
        one = first(row)
        if one is True:
            return True
        other = second(row)
        if other is True:
            return True
        return None if one is None or other is None else False

    return run


def calculated(kind: Binary, left: Expression, right: Expression) -> Expression:
    """Calculate with numbers, times and spans; null with any of them is null."""
    if left.type is None or right.type is None:
        if {left.type, right.type} <= CALCULABLE:
            return NULL
        raise wording.incompatible_operands(left.type_name, right.type_name, kind)
    operation = _operation(kind, left.type, right.type)
    if operation is None:
        raise wording.incompatible_operands(left.type_name, right.type_name, kind)
    result, function = operation
    if kind in {Binary.DIV, Binary.MOD} and result is not Primitive.DOUBLE and right.constant and right.value == 0:
        raise wording.divided_by_zero()
    return folded(Expression(result, lifted(function, left, right), in_zone=left.in_zone), (left, right))


def _operation(kind: Binary, left: Primitive, right: Primitive) -> tuple[Primitive, arithmetic.Of2] | None:
    if left in NUMBERS and right in NUMBERS:
        result = max(left, right, key=NUMBERS.index)
        return result, arithmetic.numeric(kind, result)
    if found := arithmetic.TEMPORAL.get((kind, left, right)):
        return found[0], arithmetic.temporal(found[1], found[0])
    return None


def negated(operand: Expression) -> Expression:
    """Give the negative of a number or duration."""
    if operand.type is None:
        return operand
    if operand.type not in {*NUMBERS, Primitive.DURATION}:
        raise wording.incompatible_operand(operand.type_name, Unary.NEGATE)
    return converted(operand, operand.type, arithmetic.negated(operand.type))


def opposite(operand: Expression) -> Expression:
    """Give the opposite of a condition; that of null is null."""
    if operand.type not in {Primitive.BOOLEAN, None}:
        raise wording.incompatible_operand(operand.type_name, Unary.NOT)
    return converted(operand, operand.type, operator.not_)


def without_case_if(operands: Sequence[Expression], *, ignore_case: bool) -> list[Expression]:
    """Put the strings among operands in their case-folded form, if they are to be compared so."""
    return [without_case(each) if ignore_case and each.type is Primitive.STRING else each for each in operands]
