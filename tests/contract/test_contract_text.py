import runpy
import sys

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.contract import text
from mockserver.contract.text import LONGEST_INTEGER, read_file, read_json, read_yaml
from mockserver.contract.tree import Loader
from mockserver.errors import DocumentError, Unreadable

BOM = b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"{}", {}),
        (b' [1, -2.5, true, null, "x"] \n', [1, -2.5, True, None, "x"]),
        (BOM + b'{"a": 1}', {"a": 1}),
        ('"é€😀"'.encode(), "é€😀"),
        (b'"\\ud83d\\ude00"', "😀"),
        (b'"\\u00e9"', "é"),
        (b"[" * 500 + b"]" * 500, None),
    ],
)
def test_json_is_read(raw, value):
    read = read_json(raw)
    assert value is None or read == value


@pytest.mark.parametrize("digits", [4_301, 5_000, LONGEST_INTEGER])
def test_a_long_integer_is_kept_exactly(digits):
    assert read_json(b"-1" + b"7" * (digits - 1)) == -(10 ** (digits - 1) + 7 * (10 ** (digits - 1) - 1) // 9)


@pytest.mark.parametrize("raw", [b"9" * 20_000, b'{"a": [' + b"1" * (LONGEST_INTEGER + 1) + b"]}"])
def test_an_integer_beyond_the_bound_is_unreadable(raw):
    with pytest.raises(Unreadable, match=f"^an integer has more than {LONGEST_INTEGER} digits$"):
        read_json(raw)


@pytest.mark.parametrize("name", ["NaN", "Infinity", "-Infinity"])
def test_constants_that_only_python_knows_are_unreadable(name):
    with pytest.raises(Unreadable) as caught:
        read_json(b'{"a": [' + name.encode() + b"]}")
    assert caught.value.details == (f"{name} is not JSON",)


@pytest.mark.parametrize("raw", [b"1e999", b'{"a": -1e400}'])
def test_a_number_beyond_all_floats_is_unreadable_too(raw):
    with pytest.raises(Unreadable):
        read_json(raw)


@pytest.mark.parametrize("raw", [b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 100_000 + b"1" + b"}" * 100_000])
def test_endless_nesting_is_unreadable(raw):
    with pytest.raises(Unreadable) as caught:
        read_json(raw)
    assert caught.value.details == ("the JSON is nested too deeply",)


@pytest.mark.parametrize(
    "raw",
    [b'"\\ud800"', b'["a", {"b": "\\udfff"}]', b'{"\\ud800": 1}', b'"\\ude00\\ud83d"', b'"\xed\xa0\x80"'],
    ids=["high", "low, inside", "as a name", "the wrong way round", "as bytes"],
)
def test_a_lone_surrogate_is_unreadable(raw):
    with pytest.raises(Unreadable):
        read_json(raw)


@pytest.mark.parametrize(
    "raw",
    [b"", b" ", b"{", b"[1,]", b"{'a': 1}", b"1 2", b'"\x00"', b'"\xff"', b"\xff", b"\xc0\x80", b"nul", b"01"],
)
def test_what_is_no_json_is_unreadable(raw):
    with pytest.raises(Unreadable) as caught:
        read_json(raw)
    assert caught.value.details != ("",)


def test_json_is_read_in_the_charset_asked_for():
    raw = '"é"'.encode("latin-1")
    assert read_json(raw, "iso-8859-1") == "é"
    with pytest.raises(Unreadable):
        read_json(raw)
    with pytest.raises(Unreadable):
        read_json(raw, "us-ascii")


def test_yaml_is_read():
    assert read_yaml(b"a: [1, 'x*y', \"*\"]\nb: # a comment with *stars*\n", "f.yaml") == {
        "a": [1, "x*y", "*"],
        "b": None,
    }
    assert read_yaml(b"", "f.yaml") is None


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"a: &x 1\nb: *x\n", "f.yaml:2:4: aliases are not supported; write the value out"),
        (b"a: *x\n", "f.yaml:1:4: aliases are not supported; write the value out"),
        (b"a: 1\nb: [", "f.yaml:3:1: this is not YAML: did not find expected node content"),
        (b"a: 'b", "f.yaml:1:6: this is not YAML: found unexpected end of stream"),
        (b"a: *", "f.yaml:1:5: this is not YAML: did not find expected alphabetic or numeric character"),
        (b"? [a]\n: 1", "f.yaml:1:3: this is not YAML: found unhashable key"),
    ],
)
def test_broken_yaml_names_file_line_column_and_reason(raw, message):
    with pytest.raises(DocumentError) as caught:
        read_yaml(raw, "f.yaml")
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"a: \xff", "invalid leading UTF-8 octet"),
        (b"a: \x00", "control characters are not allowed"),
        (b"a: 2026-13-01", "month must be in 1..12"),
        (b"a: " + b"1" * 20_000, "digits"),
    ],
)
def test_yaml_that_has_no_place_still_names_the_file(raw, reason):
    with pytest.raises(DocumentError, match=reason) as caught:
        read_yaml(raw, "f.yaml")
    assert str(caught.value).startswith("f.yaml: this is not YAML: ")


def test_yaml_makes_no_python_objects():
    with pytest.raises(DocumentError, match=r"f\.yaml:1:4: this is not YAML: could not determine a constructor"):
        read_yaml(b"a: !!python/object/apply:os.getcwd []", "f.yaml")


def test_yaml_is_one_document():
    assert read_yaml(b"---\na: 1\n...\n", "f.yaml") == {"a": 1}
    with pytest.raises(DocumentError, match=r"^f\.yaml:2:1: this is not YAML: a second document begins"):
        read_yaml(b"a: 1\n--- {b: 2}", "f.yaml")


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"a: 1\nb: 2\n'a': 3", "f.yaml:3:1: this is not YAML: the key 'a' stands twice"),
        (b"{1: a, '1': b}", "f.yaml:1:8: this is not YAML: the key '1' stands twice"),
        (b"[{yes: a, true: b}]", "f.yaml:1:11: this is not YAML: the key 'true' stands twice"),
    ],
)
def test_a_key_that_stands_twice_is_refused_where_it_stands_again(raw, message):
    with pytest.raises(DocumentError) as caught:
        read_yaml(raw, "f.yaml")
    assert str(caught.value) == message


@pytest.mark.parametrize("raw", [b"a: =", b"<<: {b: 1}", b"- !!set {b}", b"- !mine [b]", b"!mine b"])
def test_a_tag_that_no_file_here_needs_is_refused_where_it_stands(raw):
    with pytest.raises(DocumentError, match=r"^f\.yaml:1:\d: this is not YAML: could not determine a constructor"):
        read_yaml(raw, "f.yaml")


PLAIN = """a 1 0o7 017 1_0 1:30 -0 +1 1.5 .5 1e3 1.0e+3 .inf .NaN true No ~ null 2026-01-01
2026-01-01T00:00:00Z - ? a#b #c"""
SCALARS = st.sampled_from(PLAIN.split()) | st.text("ab1:#-, '\"\n!&", max_size=6)
WRITTEN = st.recursive(
    SCALARS | SCALARS.map("!!str {}".format) | SCALARS.map("! {}".format),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(SCALARS, inner, max_size=3).map(
            lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs.items()) + "}"
        )
    ),
    max_leaves=6,
)


@given(WRITTEN)
@settings(derandomize=True, deadline=None, max_examples=300, database=None)
def test_yaml_is_read_as_pyyaml_reads_it_but_for_keys_that_stand_twice(written):
    try:
        expected = repr(yaml.load(written, Loader=Loader))
    except (yaml.YAMLError, ValueError):
        expected = "no YAML"
    try:
        assert repr(read_yaml(written.encode(), "f.yaml")) == expected
    except DocumentError as error:
        if "stands twice" not in str(error):
            assert expected == "no YAML"


def test_a_file_is_read_whole(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"\x00\r\n\xff")
    assert read_file(path) == b"\x00\r\n\xff"


def test_a_file_that_cannot_be_read_is_named_with_the_reason(tmp_path):
    with pytest.raises(DocumentError) as caught:
        read_file(tmp_path / "none.yaml")
    assert str(caught.value) == f"{tmp_path / 'none.yaml'}: cannot be read: No such file or directory"
    with pytest.raises(DocumentError, match="Is a directory"):
        read_file(tmp_path)


@pytest.mark.parametrize(
    ("before", "after"), [(0, 0), (50_000, 50_000), (LONGEST_INTEGER, LONGEST_INTEGER), (4_300, LONGEST_INTEGER)]
)
def test_pythons_own_bound_on_integers_is_raised_and_never_lowered(before, after):
    usual = sys.get_int_max_str_digits()
    try:
        sys.set_int_max_str_digits(before)
        runpy.run_path(text.__file__)
        assert sys.get_int_max_str_digits() == after
    finally:
        sys.set_int_max_str_digits(usual)


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * 100_000,
        b"{a: " * 100_000,
        b"- " * 100_000,
        b"? " * 100_000,
        b"\n".join(b" " * n + b"a:" for n in range(200)),
    ],
    ids=["flow lists", "flow mappings", "block lists", "complex keys", "block mappings"],
)
def test_yaml_that_is_nested_too_deeply_is_refused_before_it_is_built(raw):
    with pytest.raises(DocumentError, match=r"^f\.yaml:\d+:\d+: this is nested more than 100 levels deep"):
        read_yaml(raw, "f.yaml")


@pytest.mark.parametrize("raw", [b"a: &x 1\nb: *x", b"[*x]", b"- *x", b"*x : 1"])
def test_an_alias_is_refused_wherever_it_stands(raw):
    with pytest.raises(DocumentError, match=r"^f\.yaml:\d+:\d+: aliases are not supported"):
        read_yaml(raw, "f.yaml")


@pytest.mark.parametrize("raw", [b'!!int ""', b"!!bool x", b"!!timestamp x"])
def test_a_tag_that_does_not_fit_its_value_is_refused(raw):
    with pytest.raises(DocumentError, match=r"^f\.yaml: this is not YAML: a tag does not fit its value"):
        read_yaml(raw, "f.yaml")
