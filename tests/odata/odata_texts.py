"""Hypothesis strategies: well-typed expressions as texts, and rows for them."""

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


def numbers(inner):
    leaf = st.sampled_from(["Id", "Visits", "Amount", "Ratio", "1.5", "2e0", "7"]) | st.integers(0, 4).map(str)
    grown = st.one_of(
        of("(", inner, st.sampled_from([" add ", " sub ", " mul "]), inner, ")"),
        of("(", inner, st.sampled_from([" div ", " mod "]), st.sampled_from(["2", "3", "2.5"]), ")"),
        of(st.sampled_from(["round(", "floor(", "ceiling("]), inner, ")"),
        of("(-(", inner, "))"),
        of("length(", strings(1), ")"),
        of("indexof(", strings(1), ",", WORDS.map(quote), ")"),
        of(st.sampled_from(["year(", "month(", "day("]), st.sampled_from(["OptInDate", "Birthday"]), ")"),
        of(st.sampled_from(["hour(", "minute(", "second("]), st.sampled_from(["OptInDate", "Alarm"]), ")"),
        of("fractionalseconds(OptInDate)"),
    )
    return leaf | grown


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


NUMBERS = numbers(numbers(st.sampled_from(["Id", "Visits", "2", "0.5", "Ratio"])))
STRINGS = strings(2)
MOMENT_TEXTS = st.sampled_from(["OptInDate", "now()", "2017-06-01T00:00:00-05:00", "2017-06-01T12:00Z"])
OTHERS = (
    MOMENT_TEXTS,
    st.sampled_from(["Birthday", "2017-01-03", "date(OptInDate)"]),
    st.sampled_from(["Alarm", "12:30", "time(OptInDate)"]),
    st.sampled_from(["Wait", "duration'P1D'", "(Wait add duration'PT1H')"]),
)
COMPARED = st.sampled_from([" eq ", " ne ", " gt ", " ge ", " lt ", " le "])
EQUAL = st.sampled_from([" eq ", " ne "])


def conditions(operators, *, lists=True):
    """Build conditions of one comparison or call, or of none."""
    membership = (
        of("(", NUMBERS, " in (", SMALL.map(str), ",2.5))"),
        of("(OptInSource in (", WORDS.map(quote), ",", WORDS.map(quote), "))"),
    )
    return st.one_of(
        *(membership if lists else ()),
        *(of("(", each, operators, each, ")") for each in (NUMBERS, STRINGS, *OTHERS)),
        of(st.sampled_from(["contains(", "startswith(", "endswith("]), STRINGS, ",", STRINGS, ")"),
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


CONDITIONS = grown(grown(grown(conditions(COMPARED))))
ORDERS = st.lists(
    of(
        st.one_of(NUMBERS, STRINGS, MOMENT_TEXTS, st.sampled_from(["IsOptedIn", "Agreed"])),
        st.sampled_from(["", " desc"]),
    ),
    min_size=1,
    max_size=3,
).map(",".join)
