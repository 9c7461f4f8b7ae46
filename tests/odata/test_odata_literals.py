from datetime import datetime, timedelta, timezone

import pytest

from tests.odata.odata_desk import PREFIX, Person, ids, keeps, refusal

SAME = [
    ("5", "+5"),
    ("5", "005"),
    ("5", "5.0"),
    ("5", "5.00e0"),
    ("5", "50E-1"),
    ("0.1", "0.10"),
    ("0.1", "1e-1"),
    ("-5", "-5.0"),
    ("-5", "- 5"),
    ("2147483648", "2147483648.0"),
    ("9223372036854775808", "9223372036854775808.0"),
    ("INF", "1e999"),
    ("-INF", "-1e999"),
    ("true", "TRUE"),
    ("false", "False"),
    ("'a''b'", "concat('a',concat('''','b'))"),
    ("''", "trim(' ')"),
    ("2017-10-13T13:29:51-05:00", "2017-10-13T18:29:51Z"),
    ("2017-10-13T13:29:51+05:30", "2017-10-13T07:59:51.000Z"),
    ("2017-10-13T13:29Z", "2017-10-13T13:29:00Z"),
    ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
    ("2017-10-13T13:29:51.1234567Z", "2017-10-13T13:29:51.123456Z"),
    ("2017-10-13T13:29:51.5Z", "2017-10-13T13:29:51.500000000000Z"),
    ("06:30", "06:30:00"),
    ("06:30:60", "06:31"),
    ("06:30:00.25", "06:30:00.250"),
    ("duration'P1DT1H'", "duration'PT25H'"),
    ("duration'PT1M0.5S'", "duration'PT60.5S'"),
    ("duration'-PT1S'", "-duration'PT1S'"),
    ("duration'P0D'", "duration'PT0S'"),
    ("null", "null"),
]
DIFFERENT = [
    ("5", "5.1"),
    ("'a'", "'A'"),
    ("06:30", "18:30"),
    ("2017-10-13", "2017-10-14"),
    ("NaN", "NaN"),
    ("1", "null"),
]
DATE_TIMES = [
    "2017-10-13T24:00:00Z",
    "2017-10-13T13:60Z",
    "2017-10-13T13:29:61Z",
    "2017-10-13T13:29:51",
    "2017-10-13T13:29:51+0500",
    "2017-10-13T13:29:51+14:01",
    "2017-10-13T13:29:51+05:60",
    "2017-10-13T13:29:51.Z",
    "2017-10-13T13:29:51.1234567890123Z",
    "2017-10-13T13Z",
    "2017-13-13T13:29Z",
    "2017-02-29T13:29Z",
    "0000-01-01T00:00Z",
    "-10000-04-01T00:00Z",
    "10000-01-01T00:00Z",
    "0001-01-01T00:00+14:00",
    "9999-12-31T23:59-14:00",
    "9999-12-31T23:59:60Z",
]
OUT_OF_RANGE = {
    "2017-02-29": "Edm.Date",
    "0000-01-01": "Edm.Date",
    "24:00": "Edm.TimeOfDay",
    "23:60": "Edm.TimeOfDay",
    "23:59:60": "Edm.TimeOfDay",
    "1" * 30: "Edm.Decimal",
    "0." + "1" * 29: "Edm.Decimal",
    "9" * 100_000: "Edm.Decimal",
    "duration'P1000000000D'": "Edm.Duration",
    "duration'-P999999999DT24H'": "Edm.Duration",
    f"duration'P{'9' * 10_000}D'": "Edm.Duration",
    f"duration'PT{'9' * 100_000}S'": "Edm.Duration",
    f"duration'PT{'9' * 2_000_000}S'": "Edm.Duration",
}
NO_LITERALS = ["42.", ".1", "1e", "1e5e5", "5L", "1.5M", "1f", "2d", "0x10", "1_000", "٣", "+INF", "5-5", "--", "1:30"]
NO_LITERALS += ["01234567-89ab-cdef-0123-456789abcdef", "-'x'", "2017-1-1", "T06:30"]
NO_QUOTED = [
    "duration''",
    "duration'P'",
    "duration'PT'",
    "duration'+P1D'",
    "duration'P1Y'",
    "duration'P1M'",
    "duration'1D'",
]
NO_QUOTED += ["duration'PT1'", "time'06:30'", "guid'x'", "X'00'", "binary'Zg'", "Duration'P1D'"]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_spellings_of_one_value_are_equal(one, other):
    assert keeps(f"{one} eq {other}")
    assert not keeps(f"{one} ne {other}")


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_values_are_not_equal(one, other):
    assert keeps(f"{one} ne {other}")
    assert not keeps(f"{one} eq {other}")


@pytest.mark.parametrize("text", DATE_TIMES)
def test_a_date_time_outside_its_form_or_the_calendar_is_refused_with_the_form(text):
    assert refusal(filter=f"OptInDate gt {text}") == (
        f"{PREFIX}The DateTimeOffset text '{text}' should be in format "
        "'yyyy-mm-ddThh:mm:ss('.'s+)?(zzzzzz)?' and each field value is within valid range."
    )


@pytest.mark.parametrize(("text", "name"), OUT_OF_RANGE.items(), ids=lambda text: text[:20])
def test_a_value_that_its_type_cannot_hold_is_refused(text, name):
    assert refusal(filter=f"{text} eq null") == (
        f"{PREFIX}Value was either too large or too small for the type '{name}'."
    )


@pytest.mark.parametrize("text", NO_LITERALS)
def test_what_is_no_literal_is_refused(text):
    assert refusal(filter=f"{text} eq null").startswith(PREFIX)


@pytest.mark.parametrize("text", NO_QUOTED)
def test_a_quoted_literal_of_another_form_is_refused(text):
    assert refusal(filter=f"{text} eq null") == (
        f"{PREFIX}Unrecognized 'Edm.String' literal '{text}' at '0' in '{text} eq null'."
    )


@pytest.mark.parametrize("text", ["NULL", "Null", "inf", "nan"])
def test_constants_other_than_booleans_are_case_sensitive(text):
    assert f"property named '{text}'" in refusal(filter=f"{text} eq null")


def test_null_may_have_any_case_in_lenient_queries():
    assert keeps("OptInDate eq NULL", any_case=True)


@pytest.mark.parametrize(
    ("text", "type_name"),
    [
        ("2147483647", "Edm.Int32"),
        ("-2147483648", "Edm.Int32"),
        ("2147483648", "Edm.Int64"),
        ("-9223372036854775808", "Edm.Int64"),
        ("9223372036854775808", "Edm.Decimal"),
        ("-9223372036854775809", "Edm.Decimal"),
        ("-2147483649", "Edm.Int64"),
        ("1.0", "Edm.Decimal"),
        ("1e0", "Edm.Double"),
        ("INF", "Edm.Double"),
        ("'1'", "Edm.String"),
        ("2017-10-13", "Edm.Date"),
        ("13:29", "Edm.TimeOfDay"),
        ("2017-10-13T13:29Z", "Edm.DateTimeOffset"),
        ("duration'P1D'", "Edm.Duration"),
    ],
)
def test_a_literal_has_the_narrowest_type_that_holds_it(text, type_name):
    assert f"Found operand type '{type_name}'" in refusal(filter=f"not {text}")


def test_minus_before_digits_belongs_to_them_and_elsewhere_negates():
    row = Person(7)
    assert keeps("Id eq -(-7)", row)
    assert keeps("-Id eq -7", row)
    assert keeps("- Id lt -6", row)
    assert keeps("--7 eq Id", row)
    assert keeps("Id sub -1 eq 8", row)
    assert keeps("-(Id) eq -7", row)


@pytest.mark.parametrize("blank", [" ", "  ", "\t", " \t "])
def test_blanks_and_tabs_may_stand_between_tokens(blank):
    text = f"({blank}Id{blank}in{blank}({blank}1519{blank},{blank}2{blank}){blank}){blank}and{blank}not{blank}false"
    assert keeps(text)
    assert keeps(f"startswith({blank}Email{blank},{blank}'a'{blank}){blank}or{blank}now({blank}){blank}eq{blank}null")


def test_the_text_of_a_string_is_taken_as_it_is():
    text = "-._~!$&('')*+,;=:@ and \" 100% \n\x00 é 👍".replace("''", "'")
    row = Person(1, email=text)
    assert keeps(f"Email eq '{text.replace(chr(39), chr(39) * 2)}'", row)


@pytest.mark.parametrize(
    ("text", "moment"), [("2017-10-13", "2017-10-13T05:00:00+00:00"), ("2017-01-13", "2017-01-13T06:00:00+00:00")]
)
def test_a_bare_date_beside_a_date_time_is_midnight_in_the_zone(text, moment):
    first = datetime.fromisoformat(moment)
    before, at = Person(1, opt_in_date=first - timedelta(microseconds=1)), Person(2, opt_in_date=first)
    assert ids([before, at], filter=f"OptInDate ge {text}") == [2]
    assert ids([before, at], filter=f"{text} gt OptInDate") == [1]
    assert ids([before, at], filter=f"OptInDate in ({text})") == [2]


def test_a_date_whose_midnight_is_outside_the_calendar_is_refused():
    assert "Edm.DateTimeOffset" in refusal(filter="OptInDate gt 0001-01-01", zone=timezone(timedelta(hours=1)))
