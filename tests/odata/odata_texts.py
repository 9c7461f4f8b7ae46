"""Hypothesis strategies: well-typed expressions as texts, and rows for them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st

from tests.odata.odata_desk import Person

CALM = settings(derandomize=True, deadline=None, database=None, max_examples=60)

WORDS = st.sampled_from(["", "a", "b", "A", "ab", "a b", "x@y", "o'b", " a ", "é"])
MOMENTS = st.datetimes(datetime(2017, 1, 1), datetime(2018, 1, 1)).map(  # noqa: DTZ001 - Hypothesis wants them naive
    lambda moment: moment.replace(tzinfo=UTC, microsecond=moment.microsecond // 250_000 * 250_000)
)
SMALL = st.integers(-3, 3)


def maybe(values):
    return st.none() | values


def distinct(rows):
    return [Person(number, *values) for number, values in enumerate(rows, 1)]


ROWS = st.lists(
    st.tuples(
        WORDS,
        st.booleans(),
        maybe(MOMENTS),
        maybe(WORDS),
        maybe(st.booleans()),
        maybe(SMALL),
        maybe(st.sampled_from([Decimal("-1.5"), Decimal("0.1"), Decimal(2)])),
        maybe(st.sampled_from([-2.5, 0.0, 0.5, 3.0])),
        maybe(st.dates(date(2017, 1, 1), date(2017, 1, 5))),
        maybe(st.times().map(lambda moment: time(moment.hour, 30))),
        maybe(SMALL.map(lambda days: timedelta(days=days))),
    ),
    max_size=8,
).map(distinct)


def quote(text):
    return "'" + text.replace("'", "''") + "'"


def of(*parts):
    """Build texts of a pattern's parts: strings stand for themselves, the rest are strategies."""
    return st.tuples(*(st.just(part) if isinstance(part, str) else part for part in parts)).map("".join)


def strings(depth):
    leaf = st.sampled_from(["Email", "OptInSource"]) | WORDS.map(quote)
    if not depth:
        return leaf
    inner = strings(depth - 1)
    return st.one_of(
        leaf,
        of(st.sampled_from(["tolower(", "toupper(", "trim("]), inner, ")"),
        of("concat(", inner, ",", inner, ")"),
        of("substring(", inner, ",", st.sampled_from(["0", "1", "1,1", "0,2"]), ")"),
    )


@dataclass(frozen=True)
class Parts:
    """What expressions are built of: texts of each type, and remainders of a division."""

    moments: tuple[str, ...]
    dates: tuple[str, ...]
    spans: tuple[str, ...]
    remainders: st.SearchStrategy
    times: tuple[str, ...] = ("Alarm", "12:30", "23:59:59.5", "time(OptInDate)")


COMMON = Parts(
    ("OptInDate", "2017-06-01T00:00:00-05:00", "2017-06-01T12:00Z", "mindatetime()", "maxdatetime()", "now()"),
    ("Birthday", "2017-01-03", "date(OptInDate)"),
    ("Wait", "duration'P1D'", "(Wait add duration'PT1H')", "(Wait sub duration'PT36H')", "(-(Wait))"),
    of(
        "(",
        st.sampled_from(["Id", "length(Email)", "year(OptInDate)", "7.5", "8e0"]),
        " mod ",
        st.sampled_from("23"),
        ")",
    ),
)
"""What any evaluator should agree on."""
ALL = Parts(
    (*COMMON.moments, "(OptInDate add duration'PT36H')", "(OptInDate sub duration'P40DT0.5S')"),
    (*COMMON.dates, "(Birthday add duration'P1D')", "(Birthday sub duration'PT1H')"),
    (*COMMON.spans, "(OptInDate sub 2017-06-01T12:00Z)", "(Birthday sub 2017-01-03)", "duration'P1DT2H3M4.5S'"),
    COMMON.remainders
    | of("(", st.sampled_from(["Visits", "Ratio", "Amount", "(-Id)"]), " mod ", st.sampled_from(["2", "(-3)"]), ")"),
)


def numbers(inner, parts):
    """Build numbers of numbers."""
    leaf = st.sampled_from(["Id", "Visits", "Amount", "Ratio", "1.5", "2e0", "7"]) | st.integers(0, 4).map(str)
    divisors = st.sampled_from(["2", "3", "2.5", "-2", "1.5e0", "(length(Email) add 1)", "(-Id)"])
    grown = st.one_of(
        of("(", inner, st.sampled_from([" add ", " sub ", " mul "]), inner, ")"),
        of("(", inner, " div ", divisors, ")"),
        parts.remainders,
        of(st.sampled_from(["round(", "floor(", "ceiling("]), inner, ")"),
        of("(-(", inner, "))"),
        of("length(", strings(1), ")"),
        of("indexof(", strings(1), ",", WORDS.map(quote), ")"),
        of(st.sampled_from(["year(", "month(", "day("]), st.sampled_from(parts.moments + parts.dates), ")"),
        of(st.sampled_from(["hour(", "minute(", "second("]), st.sampled_from(parts.moments + parts.times), ")"),
        of("fractionalseconds(", st.sampled_from(parts.moments + parts.times), ")"),
        of("totaloffsetminutes(", st.sampled_from(parts.moments), ")"),
        of("totalseconds(", st.sampled_from(parts.spans), ")"),
    )
    return leaf | grown


def values(parts):
    """Build expressions of each type that has an order: numbers, strings, moments and the others."""
    some = numbers(numbers(st.sampled_from(["Id", "Visits", "2", "0.5", "Ratio"]), parts), parts)
    temporal = (parts.moments, parts.dates, parts.times, parts.spans)
    return (some, strings(2), *map(st.sampled_from, temporal))


NUMBERS, STRINGS, MOMENT_TEXTS, *_ = VALUES = values(ALL)
VALUES_IN_COMMON = values(COMMON)
COMPARED = st.sampled_from([" eq ", " ne ", " gt ", " ge ", " lt ", " le "])
EQUAL = st.sampled_from([" eq ", " ne "])


def conditions(operators, *, lists=True, values=VALUES):
    """Build conditions of one comparison or call, or of none."""
    numbers, strings, *_ = values
    membership = (
        of("(", numbers, " in (", SMALL.map(str), ",2.5))"),
        of("(OptInSource in (", WORDS.map(quote), ",", WORDS.map(quote), "))"),
    )
    return st.one_of(
        *(membership if lists else ()),
        *(of("(", each, operators, each, ")") for each in values),
        of(st.sampled_from(["contains(", "startswith(", "endswith("]), strings, ",", strings, ")"),
        of("(", st.sampled_from(["Agreed", "IsOptedIn"]), EQUAL, st.sampled_from(["true", "false", "null"]), ")"),
        st.sampled_from(["IsOptedIn", "Agreed", "true", "(OptInDate eq null)", "(OptInSource ne null)"]),
    )


def grown(inner, *, negated=None):
    """Join conditions; `negated` are those to be put behind `not`, if not all."""
    return st.one_of(
        inner,
        of("(", inner, " and ", inner, ")"),
        of("(", inner, " or ", inner, ")"),
        of("(not (", inner if negated is None else negated, "))"),
    )


def chained(parts, operators, most):
    """Put parts and operators in a row, without the parentheses that would spare a parser its precedence."""
    behind = st.lists(of(operators, parts), min_size=1, max_size=most).map("".join)
    return of(parts, behind)


SUMS = chained(
    st.sampled_from(["Id", "2", "3", "1.5", "length(Email)", "-2", "- Id"]),
    st.sampled_from([" add ", " sub ", " mul "]),
    3,
) | of(
    st.sampled_from(["Id", "7"]), st.sampled_from([" add ", " sub "]), st.sampled_from(["Id div 2", "9 mod 4 mul 2"])
)
FLAT = chained(
    st.one_of(
        of(SUMS, COMPARED, SUMS),
        of(SUMS, st.sampled_from([" gt ", " lt "]), SUMS, EQUAL, st.sampled_from(["true", "false"])),
        st.sampled_from(["IsOptedIn", "true", "contains(Email,'a')", "Id in (1,2)"]),
    ),
    st.sampled_from([" and ", " or "]),
    3,
)
CONDITIONS = grown(grown(grown(conditions(COMPARED))))


def orders(values):
    """Build keys to order by."""
    keys = st.one_of(*values, st.sampled_from(["IsOptedIn", "Agreed"]))
    return st.lists(of(keys, st.sampled_from(["", " desc"])), min_size=1, max_size=3).map(",".join)


ORDERS = orders(VALUES)
