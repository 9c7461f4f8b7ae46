"""An entity type with a property of every primitive type, rows of it, and short ways to ask."""

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from operator import attrgetter
from zoneinfo import ZoneInfo

from mockserver.odata import EntityType, Primitive, Property, QueryError, Reading, parse

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CENTRAL = ZoneInfo("America/Chicago")
PREFIX = "The query specified in the URI is not valid. "


@dataclass(frozen=True)
class Person:
    id: int
    email: str = "a@b.com"
    is_opted_in: bool = False
    opt_in_date: datetime | None = None
    opt_in_source: str | None = None
    agreed: bool | None = None
    visits: int | None = None
    amount: Decimal | None = None
    ratio: float | None = None
    birthday: date | None = None
    alarm: time | None = None
    wait: timedelta | None = None


TYPES = {
    "id": Primitive.INT32,
    "email": Primitive.STRING,
    "is_opted_in": Primitive.BOOLEAN,
    "opt_in_date": Primitive.DATE_TIME_OFFSET,
    "opt_in_source": Primitive.STRING,
    "agreed": Primitive.BOOLEAN,
    "visits": Primitive.INT64,
    "amount": Primitive.DECIMAL,
    "ratio": Primitive.DOUBLE,
    "birthday": Primitive.DATE,
    "alarm": Primitive.TIME_OF_DAY,
    "wait": Primitive.DURATION,
}


def wire_name(field):
    return "".join(part.capitalize() for part in field.split("_"))


NAMES = [each.name for each in fields(Person)]
PERSON = EntityType(
    name="Person",
    full_name="Test.Models.Person",
    key="Id",
    properties={
        wire_name(name): Property(wire_name(name), TYPES[name], name not in {"id", "email", "is_opted_in"})
        for name in NAMES
    },
    getters={wire_name(name): attrgetter(name) for name in NAMES},
)
PLAIN = Person(1519)


def query(*pairs, entity=PERSON, zone=CENTRAL, clock=lambda: NOW, any_case=False, **options):
    """Parse pairs, and options given by name without their `$`."""
    named = [(f"${name}", value) for name, value in options.items()]
    return parse([*pairs, *named], entity, Reading(clock, zone, any_case))


def ids(rows, **asked):
    return [row.id for row in query(**asked).run(rows).rows]


def keeps(text, row=PLAIN, **asked):
    """Say whether a filter keeps a row."""
    return query(filter=text, **asked).run([row]).count == 1


def refusal(*pairs, **asked):
    """Give the text with which a query is refused, when read or when run."""
    try:
        query(*pairs, **asked).run([PLAIN])
    except QueryError as error:
        return str(error)
    return None
