from datetime import date
from decimal import Decimal
from urllib.parse import unquote

import pytest

from mockserver.odata import EntityType, Primitive, Property, QueryError, read_key
from mockserver.odata.keys import write_key
from tests.odata.odata_desk import PERSON


def keyed(kind):
    return EntityType("Thing", "Test.Thing", "Code", {"Code": Property("Code", kind)}, {"Code": lambda row: row})


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Primitive.INT32, "-5", -5),
        (Primitive.INT32, "Code=5", 5),
        (Primitive.INT64, "5", 5),
        (Primitive.INT64, "9223372036854775807", 2**63 - 1),
        (Primitive.DECIMAL, "1.50", Decimal("1.50")),
        (Primitive.STRING, "'o''neil/=,)'", "o'neil/=,)"),
        (Primitive.STRING, "Code='a=b'", "a=b"),
        (Primitive.DATE, "2017-10-13", date(2017, 10, 13)),
    ],
)
def test_a_key_is_a_literal_of_its_type_with_or_without_its_name(kind, text, value):
    assert read_key(text, keyed(kind)) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Primitive.INT32, "2147483648"),
        (Primitive.INT32, "1.0"),
        (Primitive.INT32, "'1'"),
        (Primitive.INT32, "null"),
        (Primitive.INT32, "code=1"),
        (Primitive.INT32, "Other=1"),
        (Primitive.INT32, "Code=Code=1"),
        (Primitive.STRING, "5"),
        (Primitive.STRING, "'open"),
        (Primitive.STRING, ""),
        (Primitive.DATE, "2017-13-13"),
    ],
)
def test_what_is_no_key_is_refused_with_what_one_is(kind, text):
    says = f"'({text})' is no key of 'Thing', which is one value of type '{kind}' with or without 'Code=' before it."
    with pytest.raises(QueryError) as refused:
        read_key(text, keyed(kind))
    assert str(refused.value) == f"Bad Request - Error in query syntax: {says}"


def test_the_name_may_have_any_case_where_names_may():
    assert read_key("iD=7", PERSON, any_case=True) == 7


@pytest.mark.parametrize(("value", "text"), [(5, "5"), (-5, "-5"), ("o'n/e", "%27o%27%27n%2Fe%27")])
def test_a_key_that_is_written_is_read_back(value, text):
    assert write_key(value) == text
    assert read_key(unquote(text), keyed(Primitive.STRING if isinstance(value, str) else Primitive.INT32)) == value
