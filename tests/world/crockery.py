"""Records of every type that a fixture may hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from typing import Any, Optional, Union

from mockserver.world.fixture import NOT_IN_FIXTURES

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Size(IntEnum):
    SMALL = 1
    LARGE = 2


@dataclass(frozen=True)
class Handle:
    colour: Colour
    width: int = 1


@dataclass(frozen=True)
class Cup:
    number: int
    text: str = "t"
    truth: bool = False
    share: float = 0.5
    moment: datetime = NOW
    colour: Colour = Colour.RED
    size: Size = Size.SMALL
    maybe: str | None = None
    late: Optional[datetime] = None  # noqa: UP045 - the older spelling is a hint too
    either: Union[Size, None] = None  # noqa: UP007
    names: tuple[str, ...] = ()
    headers: Mapping[str, int] = field(default_factory=dict)
    handle: Handle | None = None
    handles: tuple[Handle, ...] = ()
    owners: Mapping[str, Handle] = field(default_factory=dict)
    anything: Any = None
    hidden: int = field(default=7, metadata=NOT_IN_FIXTURES)

    def __post_init__(self):
        if self.number < 0:
            message = "number: a cup has no negative number"
            raise ValueError(message)

    @property
    def key(self):
        return self.number


@dataclass(frozen=True)
class Saucer:
    name: str
    width: int

    @property
    def key(self):
        return self.name.casefold()


KINDS = {"Cup": Cup, "Saucer": Saucer}
FIELDS = ", ".join(name for name in Cup.__dataclass_fields__ if name != "hidden")
