import pytest

from mockserver.contract.preferences import preferences


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("", {}),
        ("a", {"a": ""}),
        ("a=1", {"a": "1"}),
        ("A.b = 1 , c", {"a.b": "1", "c": ""}),
        ('a="1, \\"2\\"; x"; y=z, b=2', {"a": '1, "2"; x', "b": "2"}),
        ("respond-async; wait=5, odata.maxpagesize=3", {"respond-async": "", "odata.maxpagesize": "3"}),
        ("a=1, a=2", {"a": "1"}),
        ("a=1,,b=2", {"a": "1", "b": "2"}),
        ("a=(, b=2", {"b": "2"}),
        ("a b, c=3", {"c": "3"}),
        ('a="open, b=2', {"b": "2"}),
        ("=1, /", {}),
        ("\x00, \xe9=1, a", {"a": ""}),
    ],
)
def test_preferences_are_read_and_what_is_none_is_passed_over(value, found):
    assert preferences(value) == found


LONG = [";  " * 10_000, '"' * 30_001, 'a="\\' * 10_000, "a=1; " * 6_000, " " * 30_000]


@pytest.mark.parametrize("value", LONG, ids=range(len(LONG)))
def test_no_header_takes_long(value):
    preferences("a" + value + "!")
    preferences(value)
