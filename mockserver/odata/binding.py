"""Syntax to typed expressions: names meet the entity type, operators and functions their operands."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from mockserver.odata import functions, operators, wording
from mockserver.odata.expression import Expression, constant
from mockserver.odata.literals import Literal
from mockserver.odata.model import EntityType, Primitive, Reading
from mockserver.odata.syntax import Binary, Call, Membership, Name, Node, Operation, Prefixed, Unary

LOGICAL = frozenset({Binary.AND, Binary.OR})
COMPARING = frozenset(operators.TESTS)


@dataclass
class Scope:
    """What names mean. `used` collects the properties met, in the order of their first use."""

    entity: EntityType
    reading: Reading
    used: dict[str, None] = field(default_factory=dict)

    @cached_property
    def now(self) -> datetime:
        """One moment for the whole query."""
        return self.reading.clock().astimezone(UTC)


def bind(node: Node, scope: Scope) -> Expression:
    """Give a node its type and compile it.

    Raises:
        QueryError: a name is unknown, or operands do not go together.
    """
    match node:
        case Literal():
            return constant(node.type, node.value)
        case Name():
            return _property(node.text, scope)
        case Operation():
            return _operation(node.kind, [bind(node.left, scope), bind(node.right, scope)], scope)
        case Prefixed():
            operand = bind(node.operand, scope)
            return operators.opposite(operand) if node.kind is Unary.NOT else operators.negated(operand)
        case Membership():
            return _membership(node, scope)
        case _:
            return _call(node, scope)


def _property(text: str, scope: Scope) -> Expression:
    name, slash, _ = text.partition("/")
    found = scope.entity.find(name, any_case=scope.reading.any_case)
    if found is None:
        raise wording.unknown_property(name, scope.entity.full_name)
    if slash:
        raise wording.no_path(name, found.type)
    scope.used[found.name] = None
    return Expression(
        found.type,
        scope.entity.getters[found.name],
        in_zone=found.type is Primitive.DATE_TIME_OFFSET,
        name=found.name,
    )


def _operation(kind: Binary, operands: Sequence[Expression], scope: Scope) -> Expression:
    if kind in LOGICAL:
        return operators.connected(kind, *operands)
    if kind in COMPARING:
        return operators.compared(kind, *_comparable(kind, operands, scope))
    return operators.calculated(kind, *operands)


def _membership(node: Membership, scope: Scope) -> Expression:
    operand, *items = _comparable(Binary.EQ, [bind(each, scope) for each in (node.operand, *node.items)], scope)
    return operators.member(operand, items)


def _comparable(kind: Binary, operands: Sequence[Expression], scope: Scope) -> list[Expression]:
    ready = operators.comparable(kind, operands, scope.reading.zone)
    return operators.without_case_if(ready, ignore_case=scope.entity.ignore_case)


def _call(node: Call, scope: Scope) -> Expression:
    name = node.name.lower() if scope.reading.any_case else node.name
    if name == "now" and not node.arguments:
        return constant(Primitive.DATE_TIME_OFFSET, scope.now, in_zone=True)
    if name not in functions.FUNCTIONS:  # said before the operands are looked at: a cast's `Edm.String` is no property
        raise wording.unknown_function(name)
    operands = [bind(each, scope) for each in node.arguments]
    return functions.called(name, operands, scope.reading.zone, ignore_case=scope.entity.ignore_case)
