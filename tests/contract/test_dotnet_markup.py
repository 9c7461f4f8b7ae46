import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.dotnet import READERS
from mockserver.contract.dotnet.datacontract import Writer
from mockserver.contract.dotnet.markup import DEEPEST
from mockserver.errors import Unreadable
from tests.contract.dotnet_sample import ANSWER, MODELS, PAGE_REQUEST_XML, REQUEST, REQUESTS, SCHEMAS, column, resolve

READER = READERS["datacontract"](REQUEST, resolve)
EMPTY = {"Customers": None}
START, END = f'<GetCheckOptOutRequest xmlns="{REQUESTS}" xmlns:m="{MODELS}">', "</GetCheckOptOutRequest>"
ROOT = START + END


def read(xml, charset="utf-8"):
    return READER.read(xml if isinstance(xml, bytes) else xml.encode(), charset)


@pytest.mark.parametrize(
    "before",
    ["\ufeff", '<?xml version="1.0"?>', '<?xml version="1.0" encoding="utf-8"?>',
     "<?xml version='1.0' encoding='UTF-8'?>\n", '<?xml version="1.0" standalone="yes"?>', "<!-- x -->", " \n",
     '\ufeff<?xml version="1.0" encoding="UTF-8"?><!-- x -->\n'],
)  # fmt: skip
def test_marks_declarations_and_comments_before_the_root_are_fine(before):
    assert read(before + ROOT + " <!-- after -->\n").value == EMPTY


@pytest.mark.parametrize(
    "xml",
    [
        "", " ", "<", "x", "{}", "<!-- -->", START, END, f"{ROOT}x", f"{ROOT}<a/>", f"{ROOT}<?a b?>",
        f'<?xml version="1.1"?>{ROOT}',
        f'<?xml version="1.0" encoding="utf-16"?>{ROOT}',
        f'<?xml version="1.0" encoding="iso-8859-1"?>{ROOT}',
        f'<?xml version="1.0" encoding="us-ascii"?>{ROOT}',
        f' <?xml version="1.0"?>{ROOT}',
        f"<?xml?>{ROOT}",
        f"\ufeff\ufeff{ROOT}",
        f"<!DOCTYPE GetCheckOptOutRequest>{ROOT}",
        f'<!DOCTYPE a SYSTEM "file:///etc/passwd">{ROOT}',
        f'<!DOCTYPE a [<!ENTITY b "c">]>{ROOT}',
        f'<?xml-stylesheet href="a"?>{ROOT}',
        f"{START}<?a b?>{END}",
        f"{START}<unknown><?a b?></unknown>{END}",
        f"{START}<unknown>&b;</unknown>{END}",
        f"{START}<unknown a='1' a='2'/>{END}",
        f"{START}<nope:unknown/>{END}",
        f"{START}<unknown></Unknown>{END}",
        f"{START}<unknown>&#xFFFFFFF;</unknown>{END}",
        f"{START}<unknown>\x01</unknown>{END}",
    ],
)  # fmt: skip
@pytest.mark.clause("EXPOINTS-71")
def test_what_the_readers_of_dotnet_refuse_is_unreadable(xml):
    with pytest.raises(Unreadable):
        read(xml)


@pytest.mark.parametrize(
    ("declared", "codec", "charset", "fine"),
    [
        ("", "utf-16", "utf-16", True),
        ("", "utf-16", "utf-8", True),
        ("", "utf-16-le", "utf-16", True),
        ("", "utf-16-le", "utf-8", False),
        ("", "utf-16-be", "utf-16", False),
        ("", "utf-8", "utf-16", False),
        ("utf-16", "utf-16", "utf-16", True),
        ("UTF-16", "utf-16-le", "utf-16", True),
        ("utf-8", "utf-16", "utf-16", False),
        ("utf-8", "utf-16-le", "utf-16", False),
        ("utf-16", "utf-8", "utf-8", False),
        ("utf-8", "utf-8-sig", "utf-8", True),
        ("utf-16", "utf-8-sig", "utf-8", False),
        ("windows-1252", "cp1252", "utf-8", False),
    ],
)
def test_declaration_mark_and_charset_must_agree_with_the_bytes(declared, codec, charset, fine):
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    raw = f"{declaration}{START}<!--é-->{END}".encode(codec)
    if fine:
        assert read(raw, charset).value == EMPTY
    else:
        with pytest.raises(Unreadable):
            read(raw, charset)


def test_utf_16_with_the_high_byte_first_is_read_with_its_mark():
    assert read(f"\ufeff{ROOT}".encode("utf-16-be"), "utf-16").value == EMPTY


@pytest.mark.parametrize("raw", [b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xe9"])
def test_bytes_that_are_not_utf_8_are_unreadable(raw):
    with pytest.raises(Unreadable):
        read(START.encode() + b"<a>" + raw + b"</a>" + END.encode())


@pytest.mark.parametrize("name", ["unknown", "Customers"])
def test_no_more_than_256_levels_are_read(name):
    def nested(levels):
        return START + f"<{name}>" * levels + f"</{name}>" * levels + END

    assert set(read(nested(DEEPEST - 1)).value) == {"Customers"}
    with pytest.raises(Unreadable, match="nested deeper"):
        read(nested(DEEPEST))


def test_strangers_side_by_side_do_not_count_as_levels():
    assert read(START + "<a><b/></a><a/>" * (DEEPEST + 1) + END).dropped == ["/a"]


LENGTH = 2 * 1024 * 1024
HOSTILE = {
    "100,000 levels": START + "<a>" * 100_000,
    "100,000 levels, closed": START + "<Customers>" * 100_000 + "</Customers>" * 100_000 + END,
    "a million laughs": '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + ROOT,
    "a file": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + START + "&x;" + END,
    "a parameter entity": '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/"> %x;]>' + ROOT,
    "open tags": "<" * LENGTH,
    "open comments": START + "&#1;" + "<!--" * (LENGTH // 4),
    "open CDATA": START + "&#1;" + "<![CDATA[" * (LENGTH // 9),
    "an open reference": START + "&#x" + "0" * LENGTH,
    "open references": START + "&#0" * (LENGTH // 3),
    "a long numeral": PAGE_REQUEST_XML.replace(">1<", ">" + "0" * LENGTH + "x<"),
    "text around elements": START + "<a/>x" * (LENGTH // 5) + END,
    "blanks": " " * LENGTH,
    "NUL": "\0" * LENGTH,
    "ampersands": START + "&" * LENGTH,
    "carriers": START + "\ufdd0" * (LENGTH // 3),
    "a long attribute": "<a b='" + "x" * LENGTH + "'/>",
    "attributes": "<a " + " ".join(f"a{number}=''" for number in range(LENGTH // 16)) + "/>",
}


@pytest.mark.parametrize("xml", HOSTILE.values(), ids=HOSTILE)
def test_hostile_documents_are_unreadable_before_they_cost_much(xml):
    started = time.process_time()
    with pytest.raises(Unreadable):
        read(xml)
    assert time.process_time() - started < 5


def test_two_mebibytes_of_unknown_elements_are_one_remark():
    assert read(START + "<a/>" * (LENGTH // 4) + END).dropped == ["/a"]


TEXT = st.text(st.characters(codec="utf-8"), max_size=8) | st.sampled_from(["\x00", "\ufdd0", "]]>", "&#1;", "\ufffe"])
COLUMN = st.fixed_dictionaries(
    {
        name: {"integer": st.integers(-(2**31), 2**31 - 1), "boolean": st.booleans(), "string": st.none() | TEXT}[
            each["type"]
        ]
        for name, each in SCHEMAS["CustomerData"]["properties"].items()
    }
)
COLUMNS = st.none() | st.lists(st.none() | COLUMN, max_size=3)
CUSTOMER = st.fixed_dictionaries({"Email": st.none() | TEXT, "CustomerDataColumns": COLUMNS})
ITEM = st.fixed_dictionaries({"OptOut": st.booleans(), "Email": st.none() | TEXT, "CustomerDataColumns": COLUMNS})
MODELS_OF = {
    "CustomerData": COLUMN,
    "CheckOptOutCustomer": CUSTOMER,
    "GetCheckOptOutRequest": st.fixed_dictionaries(
        {"Customers": st.none() | st.lists(st.none() | CUSTOMER, max_size=3)}
    ),
    "GetCheckOptOutResponse": ITEM,
    "ArrayOfGetCheckOptOutResponse": st.lists(st.none() | ITEM, max_size=3),
}


def with_line_ends_of_xml(value):
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(value, list):
        return [with_line_ends_of_xml(each) for each in value]
    return {name: with_line_ends_of_xml(each) for name, each in value.items()} if isinstance(value, dict) else value


@pytest.mark.parametrize("name", MODELS_OF)
@given(data=st.data())
def test_what_is_written_is_read_again(name, data):
    value = data.draw(MODELS_OF[name] | st.none())
    reading = READERS["datacontract"](SCHEMAS[name], resolve).read(Writer(SCHEMAS[name], resolve).write(value), "utf-8")
    assert (reading.value, reading.violations, reading.dropped) == (with_line_ends_of_xml(value), [], [])


PIECES = f"{START}|{END}|<Customers>|</Customers>|<m:CheckOptOutCustomer>|</m:CheckOptOutCustomer>|<m:Email>|</m:Email>"
PIECES += "|<a>|</a>|<!--|-->|<![CDATA[|]]>|x| |&#1;|\ufdd0|<?a?>"
ANY = st.binary() | st.lists(st.sampled_from(PIECES.split("|"))).map(lambda pieces: "".join(pieces).encode())


@given(ANY | ANY.map(lambda raw: START.encode() + raw + END.encode()), st.sampled_from(["utf-8", "utf-16"]))
def test_any_bytes_end_in_a_model_or_unreadable(raw, charset):
    try:
        reading = read(raw, charset)
    except Unreadable:
        return
    assert reading.value is None or list(reading.value) == ["Customers"]


def test_a_namespace_may_hold_what_separates_names_here():
    with pytest.raises(Unreadable):
        read(f'<GetCheckOptOutRequest xmlns="{REQUESTS}&#10;x"/>')


def test_a_whole_column_is_written_and_read_with_control_characters():
    schema, value = SCHEMAS["CustomerData"], column(Name="\x00\x1f", Value="\ufdd0\uffff")
    assert READERS["datacontract"](schema, resolve).read(Writer(schema, resolve).write(value), "utf-8").value == value


def test_readers_of_two_schemas_know_different_roots():
    with pytest.raises(Unreadable):
        READERS["datacontract"](ANSWER, resolve).read(ROOT.encode(), "utf-8")
