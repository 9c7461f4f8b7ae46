import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.contract.media import MediaType, parse


@pytest.mark.parametrize(
    ("value", "name", "parameters"),
    [
        ("application/json", "application/json", {}),
        (" Application/JSON ;Charset=UTF-8", "application/json", {"charset": "UTF-8"}),
        ('text/xml; charset="iso-8859-1"; x=Y', "text/xml", {"charset": "iso-8859-1", "x": "Y"}),
        ('a/b; x="c;d"', "a/b", {"x": "c;d"}),
        ("a/b;x", "a/b", {"x": ""}),
        ("application/vnd.x+json", "application/vnd.x+json", {}),
    ],
)
def test_a_media_type_is_parsed(value, name, parameters):
    assert parse(value) == MediaType(name, parameters)


@pytest.mark.parametrize(
    ("value", "charset"),
    [
        ("a/b", "utf-8"),
        ("a/b; charset=UTF-8", "utf-8"),
        ('a/b; CHARSET="Latin-1"', "latin-1"),
        ("a/b; charset=", ""),
    ],
)
def test_the_charset_is_in_lower_case_and_utf_8_where_none_is_asked_for(value, charset):
    assert parse(value).charset == charset


@pytest.mark.parametrize(
    "value", ["", "   ", ";", "json", "application/json, text/xml", "a/b\r\nX-Evil: 1", "\xff/\xe9"]
)
def test_what_is_no_media_type_has_a_name_that_no_document_has(value):
    assert parse(value).name != "application/json"
    assert "\n" not in parse(value).name


@pytest.mark.parametrize("value", ["a/b; charset*=utf-8''utf-8", "a/b; charset*=bogus''%ff", "a/b; charset*0*=utf-8"])
def test_an_extended_parameter_is_a_text_as_all_others(value):
    assert isinstance(parse(value).charset, str)


pieces = st.sampled_from(["charset", "a/b", ";", "=", "*", "0", "1", "'", '"', "\\", "%ff", ",", " ", "\t", "x"])


@settings(derandomize=True, deadline=None, max_examples=200, database=None)
@given(st.text(st.characters(codec="latin-1"), max_size=5), st.lists(pieces, max_size=8).map("".join))
def test_no_header_that_a_stranger_may_send_crashes_the_parser(start, rest):
    assert isinstance(parse(start + rest).charset, str)
    assert isinstance(parse(f"a/b; charset{rest}").charset, str)
    assert parse(f"a/b;{rest}").name == "a/b"
