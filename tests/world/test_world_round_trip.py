import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum, StrEnum

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mockserver.contract.text import read_yaml
from mockserver.store import ClockReading, Image, Snapshot
from mockserver.world.fixture import dump, parse
from mockserver.world.folder import ROWS, files


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Size(IntEnum):
    SMALL = 1
    LARGE = 2


@dataclass(frozen=True)
class Handle:
    colour: Colour
    width: int | None = 3


@dataclass(frozen=True)
class Cup:
    name: str
    number: int
    truth: bool
    share: float
    moment: datetime
    late: datetime | None
    colour: Colour = Colour.RED
    sizes: tuple[Size, ...] = (Size.SMALL,)
    words: Mapping[str, str] = field(default_factory=dict)
    handle: Handle | None = None
    handles: tuple[Handle, ...] = ()
    owners: Mapping[str, Handle] = field(default_factory=dict)

    @property
    def key(self):
        return self.name, self.number


@dataclass(frozen=True)
class Saucer:
    width: int = 1

    @property
    def key(self):
        return self.width


KINDS = {"Cup": Cup, "Saucer": Saucer}
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
moments = st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(fold=0))  # UTC has no folds
INTEGERS = st.integers(-(2**63), 2**63 - 1)
handles = st.builds(Handle, st.sampled_from(Colour), st.none() | INTEGERS)
cups = st.builds(
    Cup,
    texts,
    INTEGERS,
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False),
    moments,
    st.none() | moments,
    st.sampled_from(Colour),
    st.lists(st.sampled_from(Size), max_size=2).map(tuple),
    st.dictionaries(texts, texts, max_size=2),
    st.none() | handles,
    st.lists(handles, max_size=2).map(tuple),
    st.dictionaries(texts, handles, max_size=2),
)
worlds = st.tuples(st.lists(cups, max_size=3), st.lists(st.builds(Saucer, INTEGERS), max_size=3)).map(
    lambda rows: {kind: {row.key: row for row in kept} for kind, kept in zip((Cup, Saucer), rows, strict=True)}
)


def typed(tables):
    return [(kind, [(key, repr(row)) for key, row in table.items()]) for kind, table in tables.items()]


@settings(derandomize=True, deadline=None, max_examples=60, database=None)
@given(worlds)
def test_what_was_dumped_is_parsed_as_it_was(tables):
    fixture = dump(tables, KINDS)
    again = parse(fixture, KINDS)
    assert typed(again) == typed(tables)
    assert dump(again, KINDS) == fixture


@settings(derandomize=True, deadline=None, max_examples=60, database=None)
@given(worlds)
def test_a_dump_survives_json_and_yaml(tables):
    fixture = dump(tables, KINDS)
    assert json.loads(json.dumps(fixture)) == fixture
    assert typed(parse(json.loads(json.dumps(fixture)), KINDS)) == typed(tables)
    written = yaml.safe_dump(fixture, sort_keys=False, allow_unicode=True).encode()
    assert typed(parse(read_yaml(written, "x.yaml"), KINDS)) == typed(tables)


def cup(name, **words):
    return Cup(name, 1, truth=True, share=1e22, moment=datetime(2026, 1, 1, tzinfo=UTC), late=None, words=words)


ODD = [
    "no",
    "1_000",
    "0o7",
    "2026-01-01",
    "~",
    "",
    " ",
    "- a",
    "a: b #c",
    "\n\n",
    "\x00\x85\u2028\ufeff\ud7ff\U0001f600",
]
SAME = cup("same", same="twice")


@settings(derandomize=True, deadline=None, max_examples=60, database=None)
@given(worlds)
@example({Cup: {text: cup(text, **{text: text}) for text in (*ODD, "k" * 2000)}})
@example({Cup: {1: SAME, 2: SAME}, Saucer: {}})
@example({Saucer: {number: Saucer(number) for number in range(ROWS + 1)}})
def test_a_snapshot_becomes_a_fixture_of_the_same_records(tables):
    taken = Snapshot("1", None, datetime(2026, 1, 1, tzinfo=UTC), "x", 0, Image({"x": tables}, ClockReading(0, 0)))
    (_, told), (name, text) = files(taken, {"x": KINDS})
    assert read_yaml(text.encode(), name) == dump(tables, KINDS)
    assert read_yaml(told.encode(), "scenario.yaml")["running"] is True
