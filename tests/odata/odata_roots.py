"""For each operator and function: texts of expressions with it at their root, and rows with something of everything."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from tests.odata.odata_desk import Person
from tests.odata.odata_texts import COMMON, VALUES_IN_COMMON, WORDS, of, quote

ROWS = [
    Person(1),
    Person(
        2,
        " Ab o'b ",
        is_opted_in=True,
        opt_in_date=datetime(2017, 6, 1, 12, 0, 15, 250_000, UTC),
        opt_in_source="ab",
        agreed=False,
        visits=-7,
        amount=Decimal("-2.5"),
        ratio=-2.5,
        birthday=date(2017, 1, 3),
        alarm=time(12, 30),
        wait=timedelta(-1),
    ),
    Person(
        3,
        "\u00c9x@y",
        opt_in_date=datetime(2017, 12, 31, 23, 59, 59, 500_000, UTC),
        opt_in_source="",
        agreed=True,
        visits=8,
        amount=Decimal("0.50"),
        ratio=0.5,
        birthday=date(2016, 2, 29),
        alarm=time(23, 59, 59, 500_000),
        wait=timedelta(days=2, hours=3, seconds=4),
    ),
    Person(4, "", visits=3, amount=Decimal("3.2"), ratio=1e3, agreed=True, opt_in_source="b", wait=timedelta(hours=1)),
]
NUMBER = st.sampled_from(["Id", "Visits", "Amount", "Ratio", "1.5", "2e0", "-3", "7", "length(Email)", "(Id sub 3)"])
ROUNDED = st.sampled_from(["Amount", "Ratio", "1.5", "-0.5", "2.5e0", "(Visits div 2.0)", "(Amount mul 1.3)", "3"])
TEXT = st.sampled_from(["Email", "OptInSource", "concat(OptInSource,'B ')"]) | WORDS.map(quote)
TRUTH = st.sampled_from(["IsOptedIn", "Agreed", "true", "false", "contains(OptInSource,'b')", "(OptInDate eq null)"])
CONSTANT = st.sampled_from(["true", "false", "null"])
MOMENT, DATE, TIME, SPAN = map(st.sampled_from, (COMMON.moments, COMMON.dates, COMMON.times, COMMON.spans))
DIVISOR = st.sampled_from(["2", "-3", "2.5", "1.5e0", "(length(Email) add 1)", "(-Id)"])


def comparisons(operator):
    return st.one_of(*(of(each, f" {operator} ", each) for each in (NUMBER, TEXT, *VALUES_IN_COMMON[2:])))


def calls(name, *parameters):
    """Calls with one parameter, of any of these."""
    return st.one_of(*(of(f"{name}(", each, ")") for each in parameters))


ROOTS = {
    **{name: comparisons(name) for name in ("eq", "ne", "gt", "ge", "lt", "le")},
    **{name: of(NUMBER, f" {name} ", NUMBER) | of(SPAN, f" {name} ", SPAN) for name in ("add", "sub")},
    "mul": of(NUMBER, " mul ", NUMBER),
    "div": of(NUMBER, " div ", DIVISOR),
    "mod": COMMON.remainders,
    "-": calls("-", NUMBER, SPAN),
    "and": of(TRUTH, " and ", TRUTH),
    "or": of(TRUTH, " or ", TRUTH),
    "not": of("not (", TRUTH, ")"),
    "in": of(NUMBER, " in (1,2.5,-7)") | of(TEXT, " in ('ab',", WORDS.map(quote), ")"),
    **{
        name: of(f"{name}(", TEXT, ",", TEXT, ")")
        for name in ("contains", "startswith", "endswith", "indexof", "concat")
    },
    **{name: calls(name, TEXT) for name in ("length", "tolower", "toupper", "trim")},
    "substring": of("substring(", TEXT, ",", st.sampled_from(["0", "1", "4", "0,0", "1,1", "0,2", "2,9"]), ")"),
    **{name: calls(name, MOMENT, DATE) for name in ("year", "month", "day")},
    **{name: calls(name, MOMENT, TIME) for name in ("hour", "minute", "second", "fractionalseconds")},
    **{name: calls(name, MOMENT) for name in ("date", "time", "totaloffsetminutes")},
    "totalseconds": calls("totalseconds", SPAN),
    **{name: of(f"{name}()") for name in ("mindatetime", "maxdatetime", "now")},
    **{name: calls(name, ROUNDED) for name in ("round", "floor", "ceiling")},
}
