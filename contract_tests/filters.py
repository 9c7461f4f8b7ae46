"""Filters of OData, typed against the entity whose rows an operation answers."""

from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import strategies as st

Texts = st.SearchStrategy[str]
Schema = Mapping[str, Any]

COMPARISONS = ("eq", "ne", "gt", "ge", "lt", "le")
EQUALITY = ("eq", "ne")
INT32 = st.integers(-(2**31), 2**31 - 1).map(str)
MOMENTS = st.datetimes().map(lambda moment: moment.isoformat(timespec="seconds") + "Z")


def filters(properties: Mapping[str, Schema], rows: list[Mapping[str, Any]]) -> Texts:
    """Draw filters of up to a few conditions on properties; `rows` are known ones, whose values are compared with."""
    return st.recursive(
        st.one_of([each for name in properties for each in _conditions(name, properties, rows)]),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(" ".join),
            inner.map(lambda each: f"({each})"),
            inner.map(lambda each: f"not ({each})"),
        ),
        max_leaves=4,
    )


def _conditions(name: str, properties: Mapping[str, Schema], rows: list[Mapping[str, Any]]) -> Iterator[Texts]:
    """Give what may be said of a property; nothing of one that is control information (it has an `@`)."""
    known = [row[name] for row in rows if row.get(name) is not None]
    if "@" in name:
        return
    if f"{name}@odata.type" in properties:
        yield _compared(name, st.sampled_from(known) | MOMENTS if known else MOMENTS)
        return
    match properties[name]["type"]:
        case "boolean":
            yield st.just(name) | _compared(name, st.sampled_from(["true", "false"]), EQUALITY)
        case "integer":
            yield _compared(name, st.sampled_from(["0", *map(str, known)]) | INT32)
        case "string":
            yield _on_text(name, [*properties[name].get("enum", ()), *known])


def _compared(name: str, literals: Texts, operators: tuple[str, ...] = COMPARISONS) -> Texts:
    return st.tuples(st.just(name), st.sampled_from(operators), literals | st.just("null")).map(" ".join)


def _on_text(name: str, known: list[str]) -> Texts:
    literals = (st.sampled_from(["", *known]) | st.text(max_size=8)).map(_quote)
    functions = st.sampled_from(["contains", "startswith", "endswith"])
    calls = st.tuples(functions, literals).map(lambda each: f"{each[0]}({name},{each[1]})")
    lengths = st.integers(0, 40).map(lambda each: f"length({name}) gt {each}")
    return st.one_of(_compared(name, literals), _compared(f"tolower({name})", literals), calls, lengths)


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
