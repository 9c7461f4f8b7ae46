"""What the parser makes of an expression before its types are known."""

from dataclasses import dataclass
from enum import StrEnum

from mockserver.odata.literals import Literal


class Binary(StrEnum):
    """The operators between two operands; the values are the names that error texts give them."""

    OR = "Or"
    AND = "And"
    EQ = "Equal"
    NE = "NotEqual"
    GT = "GreaterThan"
    GE = "GreaterThanOrEqual"
    LT = "LessThan"
    LE = "LessThanOrEqual"
    ADD = "Add"
    SUB = "Subtract"
    MUL = "Multiply"
    DIV = "Divide"
    MOD = "Modulo"


class Unary(StrEnum):
    """The operators before one operand."""

    NOT = "Not"
    NEGATE = "Negate"


@dataclass(frozen=True, slots=True)
class Name:
    """A property, or a path that begins with one."""

    text: str


@dataclass(frozen=True, slots=True)
class Operation:
    """A binary operator with its operands."""

    kind: Binary
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Prefixed:
    """A unary operator with its operand."""

    kind: Unary
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Membership:
    """`operand in (item, …)`."""

    operand: "Node"
    items: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    name: str
    arguments: tuple["Node", ...]


Node = Literal | Name | Operation | Prefixed | Membership | Call

LEVELS = (
    (Binary.OR,),
    (Binary.AND,),
    (Binary.EQ, Binary.NE),
    (Binary.GT, Binary.GE, Binary.LT, Binary.LE),
    (Binary.ADD, Binary.SUB),
    (Binary.MUL, Binary.DIV, Binary.MOD),
)
PRECEDENCE = {kind: level for level, kinds in enumerate(LEVELS) for kind in kinds}
BINARY = {kind.name.lower(): kind for kind in Binary}
FOREIGN = frozenset({"has", "divby"})  # operators that OData has, and this service does not
