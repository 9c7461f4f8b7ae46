import pytest

from tests.odata.odata_desk import Person, keeps

NOTHING = Person(7)

NULLS = [
    "OptInDate eq null",
    "null eq OptInDate",
    "OptInDate ne 2017-10-13T00:00:00Z",
    "OptInSource ne 'x'",
    "not (OptInSource eq 'x')",
    "not (OptInDate gt 2017-10-13T00:00:00Z)",
    "not (2017-10-13T00:00:00Z le OptInDate)",
    "not (OptInDate ge null) and not (null ge null) and not (null lt OptInDate)",
    "not (OptInDate lt OptInDate)",
    "not (Id gt null)",
    "null eq null",
    "length(OptInSource) eq null",
    "contains(OptInSource,'x') eq null",
    "contains(Email,OptInSource) eq null",
    "contains(null,'x') eq null",
    "contains(Email,null) eq null",
    "substring(OptInSource,1) eq null",
    "substring(OptInSource,1,2) eq null",
    "substring(Email,1,null) eq null",
    "concat(OptInSource,'x') eq null",
    "year(OptInDate) eq null",
    "round(Amount) eq null",
    "Visits add 1 eq null",
    "1 add Visits eq null",
    "Id add null eq null",
    "null add null eq null",
    "OptInDate sub null eq null",
    "-Visits eq null",
    "-null eq null",
    "Id div Visits eq null",
    "OptInDate add duration'P1D' eq null",
    "Agreed eq null",
    "not Agreed eq null",
    "(not Agreed) eq null",
    "(Agreed and true) eq null",
    "(Agreed and false) eq false",
    "(false and Agreed) eq false",
    "(true and Agreed) eq null",
    "(Agreed or true) eq true",
    "(true or Agreed) eq true",
    "(Agreed or false) eq null",
    "(false or Agreed) eq null",
    "(Agreed or Agreed) eq null",
    "(null and false) eq false",
    "(not null) eq null",
    "OptInSource in ('x',null)",
    "not (OptInSource in ('x','y'))",
    "Agreed or true",
]
NOT_TRUE = [
    "null",
    "Agreed",
    "not Agreed",
    "Agreed and true",
    "Agreed or false",
    "contains(OptInSource,'x')",
    "not contains(OptInSource,'x')",
    "OptInDate gt 2017-10-13T00:00:00Z",
    "OptInDate le 2017-10-13T00:00:00Z",
    "OptInDate le null",
    "null ge null",
    "OptInSource in ('x')",
    "false",
]


@pytest.mark.parametrize("text", NULLS)
def test_null_is_a_value_to_eq_and_ne_and_nothing_to_the_rest(text):
    assert keeps(text, NOTHING)


@pytest.mark.parametrize("text", NOT_TRUE)
def test_only_true_keeps_a_row(text):
    assert not keeps(text, NOTHING)
