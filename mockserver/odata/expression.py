"""A typed expression: what a row makes of it, as a closure compiled once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mockserver.odata.model import Primitive, Row

Run = Callable[[Row], Any]
NO_ROW: Row = None


@dataclass(frozen=True, slots=True)
class Expression:
    """A typed expression; `run` gives its value for a row, None for null.

    `in_zone` marks date-times that are shown in the service's own offset: those of rows, and now.
    `equals` are the pairs (property, value) with which it begins when read as `and` of `property eq literal`;
    `only_equals` says that there is nothing else to it. `name` is the property's, if it is but one.
    """

    type: Primitive | None
    run: Run
    constant: bool = False
    in_zone: bool = False
    name: str | None = None
    equals: tuple[tuple[str, Any], ...] = ()
    only_equals: bool = False

    @property
    def value(self) -> Any:
        """The value of a constant."""
        return self.run(NO_ROW)

    @property
    def type_name(self) -> str:
        """The type as error texts print it."""
        return self.type or "<null>"


def constant(kind: Primitive | None, value: Any, *, in_zone: bool = False) -> Expression:
    """Make an expression that no row changes; null has no type."""
    return Expression(None if value is None else kind, lambda _: value, constant=True, in_zone=in_zone)


def folded(made: Expression, operands: Sequence[Expression]) -> Expression:
    """Evaluate now what no row can change."""
    if all(each.constant for each in operands):
        value = made.value
        return Expression(made.type, lambda _: value, constant=True, in_zone=made.in_zone)
    return made


def lifted(function: Callable[..., Any], *operands: Expression) -> Run:
    """Compile a function of values that gives null for null."""
    if len(operands) == 1:
        return _lifted_1(function, operands[0].run)
    if len(operands) == 2 and operands[1].constant:  # noqa: PLR2004 - the case worth its own closure
        return _lifted_to(function, operands[0].run, operands[1].value)
    runs = [each.run for each in operands]

    def run(row: Row) -> Any:
        values = [each(row) for each in runs]
        return None if None in values else function(*values)

    return run


def _lifted_1(function: Callable[[Any], Any], run: Run) -> Run:
    return lambda row: None if (value := run(row)) is None else function(value)


def _lifted_to(function: Callable[[Any, Any], Any], run: Run, second: Any) -> Run:
    if second is None:
        return lambda _: None
    return lambda row: None if (value := run(row)) is None else function(value, second)


def converted(operand: Expression, kind: Primitive | None, convert: Callable[[Any], Any]) -> Expression:
    """Put a conversion of its values behind an expression."""
    return folded(Expression(kind, lifted(convert, operand)), [operand])


def without_case(operand: Expression) -> Expression:
    """Put the case-folded form in the place of a string, keeping that it is a property."""
    return replace(converted(operand, operand.type, str.casefold), name=operand.name)
