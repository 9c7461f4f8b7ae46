from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.odata.odata_desk import NOW, Person, ids, keeps, query, refusal

FULL = Person(7, email="O'Neil@Example.com", ratio=-2.5)


@pytest.mark.parametrize("text", ["9223372036854775807 add 1", "Id mul 9223372036854775807", "-(-9223372036854775808)"])
def test_integers_end_at_64_bits(text):
    assert "too small for the type 'Edm.Int64'" in refusal(filter=f"{text} eq 0")


@pytest.mark.parametrize("text", ["99999999999999999999 mul 9999999999.9", "9999999999999999999 mod 0.000000000001"])
def test_decimals_end_at_29_digits(text):
    assert "too small for the type 'Edm.Decimal'" in refusal(filter=f"{text} eq 0")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("maxdatetime() add duration'P1D' gt OptInDate", "Edm.DateTimeOffset"),
        ("0001-01-01 sub duration'P1D' lt Birthday", "Edm.Date"),
        ("duration'P999999999D' add duration'P1D' gt Wait", "Edm.Duration"),
        ("-duration'P999999999DT23H' gt Wait", "Edm.Duration"),
    ],
)
def test_times_end_with_the_calendar(text, name):
    assert refusal(filter=text).endswith(f"too small for the type '{name}'.")


def test_what_no_row_can_change_is_refused_without_rows():
    assert refusal(filter="Id eq 1 or 9223372036854775807 add 1 eq 0") is not None
    with pytest.raises(Exception, match="divide by zero"):
        query(filter="Id mod 0 eq 0")


def test_a_double_may_be_divided_by_zero():
    assert keeps("Ratio div 0.0 eq -INF", FULL)


def test_the_clock_is_asked_once():
    asked = []

    def clock():
        asked.append(1)
        return NOW + timedelta(seconds=len(asked))

    found = query(filter="now() eq now()", orderby="now()", clock=clock)
    assert found.run([FULL, Person(8)]).count == 2
    assert found.run([Person(7)]).count == 1
    assert len(asked) == 1


def test_the_clock_is_left_alone_where_now_is_not_asked_for():
    assert keeps("true", clock=None)


def test_now_is_shown_in_the_zone_whatever_the_offset_of_the_clock():
    def clock():
        return NOW.astimezone(timezone(timedelta(hours=9)))

    assert keeps("hour(now()) eq 18", clock=clock)


def test_the_last_hours_of_the_calendar_are_shown_as_they_are_stored():
    last = Person(1, opt_in_date=datetime.max.replace(tzinfo=UTC))
    assert keeps("year(OptInDate) eq 9999", last, zone=timezone(timedelta(hours=1)))


def test_instants_are_compared_across_the_hour_that_comes_twice():
    rows = [Person(1, opt_in_date=datetime(2025, 11, 2, 6, 30, tzinfo=UTC))]
    rows += [Person(2, opt_in_date=datetime(2025, 11, 2, 7, 30, tzinfo=UTC))]
    assert ids(rows, filter="OptInDate eq 2025-11-02T01:30:00-06:00") == [2]
    assert ids(rows, filter="OptInDate sub 2025-11-02T01:30:00-05:00 eq duration'PT1H'") == [2]
    assert ids(rows, filter="hour(OptInDate) eq 1") == [1, 2]


def test_strings_are_compared_without_case_where_the_entity_type_says_so(caseless):
    assert keeps("Email eq 'o''NEIL@example.COM'", FULL, entity=caseless)
    assert keeps("'o''NEIL@example.COM' eq Email", FULL, entity=caseless)
    assert keeps("Email in ('x','o''NEIL@example.COM')", FULL, entity=caseless)
    assert keeps("contains(Email,'NEIL') and startswith(Email,'o') and endswith(Email,'COM')", FULL, entity=caseless)
    assert keeps("indexof(Email,'NEIL') eq 2", FULL, entity=caseless)
    assert keeps("Email gt 'O' and Email lt 'p'", FULL, entity=caseless)
    assert keeps("Id eq 7 and OptInSource eq null", Person(7), entity=caseless)
    assert keeps("concat(Email,'x') ne 'y' and toupper('a') eq 'a'", FULL, entity=caseless)
    assert keeps("tolower(Email) eq Email", FULL, entity=caseless)
    assert not keeps("Email ne 'o''NEIL@example.COM'", FULL, entity=caseless)


def test_strings_are_ordered_without_case_where_the_entity_type_says_so(caseless):
    rows = [Person(1, "b", opt_in_source="B"), Person(2, "A", opt_in_source=None), Person(3, "a", opt_in_source="a")]
    assert ids(rows, orderby="Email", entity=caseless) == [2, 3, 1]
    assert ids(rows, orderby="OptInSource desc", entity=caseless) == [1, 3, 2]
    assert ids(rows, orderby="IsOptedIn desc", entity=caseless) == [1, 2, 3]
    assert ids(rows, orderby="Email") == [2, 3, 1]
    assert ids(rows, orderby="OptInSource") == [2, 1, 3]


def test_an_integer_and_a_double_compare_without_loss():
    row = Person(1, visits=2**53 + 1)
    assert keeps("Visits gt 9007199254740992e0", row)
