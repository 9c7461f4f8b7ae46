import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.dotnet import READERS
from mockserver.contract.dotnet.reading import MOST
from mockserver.errors import Unreadable
from tests.contract.dotnet_sample import ANSWER, PAGE_ANSWER, PAGE_REQUEST, REQUEST, column, customer, resolve

READER = READERS["newtonsoft"](REQUEST, resolve)
PLACE = "/Customers/0/CustomerDataColumns/0"


def read(body, charset="utf-8"):
    return READER.read(body if isinstance(body, bytes) else json.dumps(body).encode(), charset)


def with_column(text):
    return read(b'{"Customers":[{"CustomerDataColumns":[{%s}]}]}' % text.encode())


def only_column(reading):
    return reading.value["Customers"][0]["CustomerDataColumns"][0]


@pytest.mark.clause("EXPOINTS-09", "EXPOINTS-10", "EXPOINTS-11")
def test_the_pages_sample_is_read_as_it_stands():
    reading = read(PAGE_REQUEST)
    assert (reading.value, reading.violations, reading.dropped) == (PAGE_REQUEST, [], [])


def test_a_list_is_a_root_too():
    assert READERS["newtonsoft"](ANSWER, resolve).read(json.dumps(PAGE_ANSWER).encode(), "utf-8").value == PAGE_ANSWER


def test_a_list_may_hold_booleans():
    reader = READERS["newtonsoft"]({"type": "array", "items": {"type": "boolean"}}, resolve)
    reading = reader.read(b'[true, false, "TRUE"]', "utf-8")
    assert (reading.value, reading.dropped) == ([True, False, True], ["/2"])


def test_what_is_missing_has_its_default_and_stands_in_the_documents_order():
    reading = read({"Customers": [{"CustomerDataColumns": [{"EncryptionKey": "k", "Name": "n"}, {}]}, {}]})
    columns = [column(Name="n", EncryptionKey="k"), column()]
    assert reading.value == {"Customers": [customer(CustomerDataColumns=columns), customer()]}
    assert list(reading.value["Customers"][0]) == ["Email", "CustomerDataColumns"]
    assert list(reading.value["Customers"][0]["CustomerDataColumns"][0]) == list(column())
    assert (reading.violations, reading.dropped) == ([], [])


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"{}", {"Customers": None}),
        (b'{"Customers":null}', {"Customers": None}),
        (b'{"Customers":[]}', {"Customers": []}),
        (b'{"Customers":[null]}', {"Customers": [None]}),
        (b'{"Customers":[{"CustomerDataColumns":[null]}]}', {"Customers": [customer(CustomerDataColumns=[None])]}),
        (b'{"Customers":[{"Email":null,"CustomerDataColumns":null}]}', {"Customers": [customer()]}),
        (b'{"Customers":[{"Email":"","CustomerDataColumns":[]}]}',
         {"Customers": [customer(Email="", CustomerDataColumns=[])]}),
        (b"null", None),
    ],
)  # fmt: skip
@pytest.mark.clause("EXPOINTS-63", "EXPOINTS-64", "EXPOINTS-65")
def test_null_and_nothing_are_read_without_a_remark(body, value):
    reading = read(body)
    assert (reading.value, reading.violations, reading.dropped) == (value, [], [])


@pytest.mark.parametrize(
    ("sent", "email"),
    [
        ("123", "123"),
        ("-0", "0"),
        ("99999999999999999999999", "99999999999999999999999"),
        ("true", "True"),
        ("false", "False"),
        ("1.5", "1.5"),
        ("1.50", "1.5"),
        ("1.0", "1"),
        ("-0.0", "0"),
        ("1e2", "100"),
        ("1e14", "100000000000000"),
        ("1e15", "1E+15"),
        ("0.00001", "1E-05"),
        ("0.1234567890123456789", "0.123456789012346"),
    ],
)
@pytest.mark.clause("EXPOINTS-61")
def test_scalars_become_strings(sent, email):
    reading = read(b'{"Customers":[{"Email":%s}]}' % sent.encode())
    assert reading.value == {"Customers": [customer(Email=email)]}
    assert (reading.violations, reading.dropped) == ([], ["/Customers/0/Email"])


@pytest.mark.parametrize(
    ("sent", "number"),
    [("7", 7), ("-2147483648", -(2**31)), ("2147483647", 2**31 - 1), ("-0", 0), ("0", 0)],
)
def test_integers_are_taken(sent, number):
    reading = with_column(f'"CustomerDataColumnId":{sent}')
    assert only_column(reading) == column(CustomerDataColumnId=number)
    assert (reading.violations, reading.dropped) == ([], [])


@pytest.mark.parametrize(
    ("sent", "number"), [('"8"', 8), ('" 7 "', 7), ('"-7"', -7), ('"+7"', 7), ('"007"', 7), ('"\\t7\\r\\n\\u000b"', 7),
                         ('"-2147483648"', -(2**31)), ('"0000000000000000000000009"', 9)]
)  # fmt: skip
@pytest.mark.clause("EXPOINTS-61")
def test_strings_become_integers(sent, number):
    reading = with_column(f'"CustomerDataColumnId":{sent}')
    assert only_column(reading) == column(CustomerDataColumnId=number)
    assert (reading.violations, reading.dropped) == ([], [f"{PLACE}/CustomerDataColumnId"])


@pytest.mark.parametrize(
    "sent",
    ["null", "true", "1.0", "8.6", "1e2", "2147483648", "-2147483649", "99999999999", '"abc"', '""', '" "', '"1.0"',
     '"2147483648"', '"1e2"', '"1_0"', '"- 1"', '"\u0661"', '"\u00a07"', "[]", "{}", "[7]"],
)  # fmt: skip
@pytest.mark.clause("EXPOINTS-61")
def test_what_is_no_integer_is_a_violation_at_its_place_and_reading_goes_on(sent):
    reading = with_column(f'"CustomerDataColumnId":{sent},"Name":"n"')
    assert only_column(reading) == column(Name="n")
    (violation,) = reading.violations
    assert (violation.where, violation.pointer, violation.keyword) == ("body", f"{PLACE}/CustomerDataColumnId", "type")
    assert reading.dropped == []


@pytest.mark.parametrize(
    ("sent", "value"),
    [("1", True), ("0", False), ("-3", True), ("0.0", False), ("0.5", True), ('"true"', True), ('"True"', True),
     ('"FALSE"', False), ('" true "', True), ("99999999999999999999", True)],
)  # fmt: skip
@pytest.mark.clause("EXPOINTS-61")
def test_scalars_become_booleans(sent, value):
    reading = with_column(f'"IsEncrypted":{sent}')
    assert only_column(reading)["IsEncrypted"] is value
    assert (reading.violations, reading.dropped) == ([], [f"{PLACE}/IsEncrypted"])


@pytest.mark.parametrize("sent", ["true", "false"])
def test_booleans_are_taken(sent):
    reading = with_column(f'"IsEncrypted":{sent}')
    assert only_column(reading)["IsEncrypted"] is (sent == "true")
    assert (reading.violations, reading.dropped) == ([], [])


@pytest.mark.parametrize("sent", ["null", '"1"', '"0"', '"yes"', '""', '"fal\u017fe"', "[]", "{}"])
@pytest.mark.clause("EXPOINTS-61")
def test_what_is_no_boolean_is_a_violation(sent):
    reading = with_column(f'"IsEncrypted":{sent}')
    assert only_column(reading) == column()
    assert [each.pointer for each in reading.violations] == [f"{PLACE}/IsEncrypted"]


@pytest.mark.parametrize(
    ("body", "value", "pointer"),
    [
        (b"5", None, ""),
        (b'"x"', None, ""),
        (b"[]", None, ""),
        (b'{"Customers":{}}', {"Customers": None}, "/Customers"),
        (b'{"Customers":"x"}', {"Customers": None}, "/Customers"),
        (b'{"Customers":true}', {"Customers": None}, "/Customers"),
        (b'{"Customers":[5,{}]}', {"Customers": [None, customer()]}, "/Customers/0"),
        (b'{"Customers":[{},[]]}', {"Customers": [customer(), None]}, "/Customers/1"),
        (b'{"Customers":[{"Email":{}}]}', {"Customers": [customer()]}, "/Customers/0/Email"),
        (b'{"Customers":[{"Email":["a"]}]}', {"Customers": [customer()]}, "/Customers/0/Email"),
        (b'{"customers":[{"EMAIL":[]}]}', {"Customers": [customer()]}, "/Customers/0/Email"),
    ],
)
def test_a_value_of_the_wrong_kind_is_a_violation(body, value, pointer):
    reading = read(body)
    assert reading.value == value
    assert [(each.pointer, each.keyword) for each in reading.violations] == [(pointer, "type")]


def test_a_violation_shows_scalars_only():
    reading = with_column('"CustomerDataColumnId":"%s","Name":{"a":1},"IsEncrypted":null' % ("x" * 100))
    assert [(each.value, each.message) for each in reading.violations] == [
        ("x" * 100, '"' + "x" * 39 + " cannot be read as an integer of 32 bits"),
        ([], "a list or an object cannot be read as a string"),
        (None, "null cannot be read as a boolean"),
    ]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [(b'""', ""), (b'{"Customers":""}', "/Customers"), (b'{"Customers":[""]}', "/Customers/0")],
)
def test_an_empty_string_is_null_where_a_list_or_an_object_belongs(body, pointer):
    reading = read(body)
    assert (reading.violations, reading.dropped) == ([], [pointer])


@pytest.mark.parametrize("name", ["email", "EMAIL", "eMail"])
@pytest.mark.clause("EXPOINTS-58")
def test_names_are_taken_in_any_letter_case(name):
    reading = read({"customers": [{name: "a@b"}]})
    assert reading.value == {"Customers": [customer(Email="a@b")]}
    assert reading.dropped == ["/customers", f"/Customers/0/{name}"]


@pytest.mark.parametrize("name", ["Emai\u0131", "Email ", "E-mail", "", "\u00c9mail", "CU\u017fTOMERDATACOLUMNS"])
@pytest.mark.clause("EXPOINTS-60")
def test_unknown_members_are_gone(name):
    reading = read({"Customers": [{name: {"Email": "x"}, "Email": "a@b"}], "a/b": [[1]]})
    assert reading.value == {"Customers": [customer(Email="a@b")]}
    assert (reading.violations, reading.dropped) == ([], [f"/Customers/0/{name}", "/a~1b"])


def test_letter_case_is_that_of_ascii():
    reading = with_column('"Encryption\u212aey":"k"')  # the sign for Kelvin, whose small letter is k
    assert only_column(reading) == column()


@pytest.mark.parametrize(
    ("body", "dropped"),
    [
        (b'{"Email":"a","Email":"b"}', ["Email"]),
        (b'{"Email":"a","email":"b"}', ["email"]),
        (b'{"email":"a","Email":"b"}', ["email", "Email"]),
        (b'{"EMAIL":"a","x":1,"email":"b"}', ["EMAIL", "x", "email"]),
    ],
)
@pytest.mark.clause("EXPOINTS-62")
def test_the_last_of_repeated_members_wins_whatever_its_letter_case(body, dropped):
    reading = read(b'{"Customers":[%s]}' % body)
    assert reading.value == {"Customers": [customer(Email="b")]}
    assert reading.dropped == [f"/Customers/0/{name}" for name in dropped]


def test_a_repeated_list_takes_the_place_of_the_first():
    assert read(b'{"Customers":[{},{}],"Customers":[{"Email":"b"}]}').value == {"Customers": [customer(Email="b")]}


@pytest.mark.parametrize(
    "body",
    [b"", b" ", b"{", b"{'Customers':[]}", b"{Customers:[]}", b'{"Customers":[],}', b'{/**/"Customers":[]}', b"NaN",
     b'{"Customers":[]}x', b"\xff", b'{"Customers":"\\ud800"}', b"[" * 100_000, b"<a/>", b'{"a":01}', b"1e999"],
)  # fmt: skip
@pytest.mark.clause("EXPOINTS-C28")
def test_what_rfc_8259_does_not_have_is_unreadable(body):
    with pytest.raises(Unreadable):
        read(body)


@pytest.mark.parametrize(
    ("codec", "charset"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16-le", "utf-16"), ("utf-16", "utf-16"), ("utf-16", "utf-8")],
)
def test_utf_8_and_utf_16_are_read_with_and_without_a_mark(codec, charset):
    assert read('{"Customers":[{"Email":"é😀"}]}'.encode(codec), charset).value["Customers"][0]["Email"] == "é😀"


def test_utf_16_with_the_high_byte_first_needs_its_mark():
    raw = "\ufeff{}".encode("utf-16-be")
    assert read(raw, "utf-16").value == {"Customers": None}
    with pytest.raises(Unreadable):
        read(raw[2:], "utf-16")


def test_remarks_are_bounded():
    reading = read({"Customers": [5] * (MOST + 5)} | {f"a{number}": 1 for number in range(MOST + 5)})
    assert len(reading.violations) == len(reading.dropped) == MOST


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.sampled_from(["Customers", "email", "CustomerDataColumns", "Name", "isEncrypted"]), inner)
    ),
)


@given(JSON)
def test_any_json_ends_in_a_whole_model_or_a_violation(value):
    reading = read(value)
    assert reading.value is None or list(reading.value) == ["Customers"]
    again = read(reading.value)
    assert (again.value, again.dropped) == (reading.value, [])
    assert again.violations == []


@given(st.binary() | st.text(alphabet='{}[]",:0aE.- \\u').map(str.encode), st.sampled_from(["utf-8", "utf-16"]))
def test_any_bytes_end_in_a_model_or_unreadable(raw, charset):
    try:
        reading = read(raw, charset)
    except Unreadable:
        return
    assert reading.value is None or list(reading.value) == ["Customers"]
