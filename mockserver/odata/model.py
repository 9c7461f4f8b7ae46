"""What a query is about: one flat entity type with its properties, and how to read them off a row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Any

Pairs = Sequence[tuple[str, str]]
Row = Any
Getter = Callable[[Row], Any]


class Primitive(StrEnum):
    """The primitive types that an expression may have, with the Python values that stand for them."""

    BOOLEAN = "Edm.Boolean"  # bool
    INT32 = "Edm.Int32"  # int
    INT64 = "Edm.Int64"  # int
    DECIMAL = "Edm.Decimal"  # Decimal
    DOUBLE = "Edm.Double"  # float
    STRING = "Edm.String"  # str
    DATE = "Edm.Date"  # date
    TIME_OF_DAY = "Edm.TimeOfDay"  # time
    DATE_TIME_OFFSET = "Edm.DateTimeOffset"  # aware datetime
    DURATION = "Edm.Duration"  # timedelta


INTEGERS = (Primitive.INT32, Primitive.INT64)
NUMBERS = (*INTEGERS, Primitive.DECIMAL, Primitive.DOUBLE)  # each can hold those before it


@dataclass(frozen=True, slots=True)
class Property:
    """A property as `$metadata` declares it. Evaluation expects null everywhere, whatever `nullable` says.

    `precision` is how many digits a moment's or span's fraction of a second has at most, none unless given.
    """

    name: str
    type: Primitive
    nullable: bool = True
    precision: int | None = None


@dataclass(frozen=True)
class EntityType:
    """One entity type.

    `properties` stand in the order in which they are rendered; `key` names one of them, whose values are unique and
    never null. `getters` read a property's value off a row. `ignore_case` is how a database's collation would compare
    strings: by their case-folded form.
    """

    name: str
    full_name: str
    key: str
    properties: Mapping[str, Property]
    getters: Mapping[str, Getter]
    ignore_case: bool = False
    _folded: Mapping[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Note the names by their case-folded form."""
        object.__setattr__(self, "_folded", {name.casefold(): name for name in self.properties})

    def find(self, name: str, *, any_case: bool = False) -> Property | None:
        """Find a property by its name, in any letter case if so told."""
        return self.properties.get(self._folded.get(name.casefold(), name) if any_case else name)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a service reads queries.

    `clock` says what `now()` is, and is asked once at most. `zone` is the offset in which the service shows date-times,
    and begins its days. `any_case` takes names of options, properties, operators and functions in any letter case.
    """

    clock: Callable[[], datetime]
    zone: tzinfo
    any_case: bool = False
