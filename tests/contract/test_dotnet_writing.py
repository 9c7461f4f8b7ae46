import pytest

from mockserver.contract.dotnet.datacontract import Writer
from mockserver.errors import DocumentError
from tests.contract.dotnet_sample import (
    ANSWER,
    EXTERN,
    INSTANCE,
    MODELS,
    PAGE_ANSWER,
    PAGE_ANSWER_XML,
    PAGE_REQUEST,
    PAGE_REQUEST_XML,
    REQUEST,
    RESPONSES,
    SCHEMAS,
    column,
    resolve,
)

ANSWERS = Writer(ANSWER, resolve)
COLUMNS = Writer(SCHEMAS["CustomerData"], resolve)
ERRORS = Writer(SCHEMAS["Error"], resolve)
NIL_COLUMN = '<d3p1:CustomerData i:nil="true" />'
ROOT = f'<ArrayOfGetCheckOptOutResponse xmlns:i="{INSTANCE}" xmlns="{RESPONSES}"'


def written(**members):
    """One item of an answer, without what is around it."""
    text = ANSWERS.write([members]).decode()
    start, end = f"{ROOT}><GetCheckOptOutResponse>", "</GetCheckOptOutResponse></ArrayOfGetCheckOptOutResponse>"
    assert text.startswith(start)
    assert text.endswith(end)
    return text[len(start) : -len(end)]


@pytest.mark.parametrize(
    ("schema", "value", "xml"),
    [(REQUEST, PAGE_REQUEST, PAGE_REQUEST_XML), (ANSWER, PAGE_ANSWER, PAGE_ANSWER_XML)],
    ids=["request", "answer"],
)
@pytest.mark.clause("EXPOINTS-26", "EXPOINTS-27", "EXPOINTS-28")
def test_the_pages_samples_are_written_to_the_byte(schema, value, xml):
    assert Writer(schema, resolve).write(value) == xml.encode()


@pytest.mark.parametrize(
    ("members", "xml"),
    [
        ({"Email": None}, f'<Email i:nil="true" xmlns="{MODELS}" />'),
        ({"Email": ""}, f'<Email xmlns="{MODELS}"></Email>'),
        ({"CustomerDataColumns": None},
         f'<CustomerDataColumns xmlns:d3p1="{EXTERN}" i:nil="true" xmlns="{MODELS}" />'),
        ({"CustomerDataColumns": []}, f'<CustomerDataColumns xmlns:d3p1="{EXTERN}" xmlns="{MODELS}" />'),
        ({"CustomerDataColumns": [None]},
         f'<CustomerDataColumns xmlns:d3p1="{EXTERN}" xmlns="{MODELS}">{NIL_COLUMN}</CustomerDataColumns>'),
        ({"OptOut": False}, "<OptOut>false</OptOut>"),
        ({"OptOut": True, "Email": "a"}, f'<Email xmlns="{MODELS}">a</Email><OptOut>true</OptOut>'),
    ],
)  # fmt: skip
def test_nulls_empty_lists_and_empty_strings_are_told_apart(members, xml):
    assert written(**members) == xml


def test_null_scalars_in_prefixed_elements_are_nil():
    assert '<d3p1:CertificateThumbprint i:nil="true" /><d3p1:CustomerDataColumnId>0<' in written(
        CustomerDataColumns=[column()]
    )


@pytest.mark.parametrize(
    ("value", "xml"),
    [
        ([], f"{ROOT} />"),
        (None, f'<ArrayOfGetCheckOptOutResponse xmlns:i="{INSTANCE}" i:nil="true" xmlns="{RESPONSES}" />'),
        ([None], f'{ROOT}><GetCheckOptOutResponse i:nil="true" /></ArrayOfGetCheckOptOutResponse>'),
        ([{}], f"{ROOT}><GetCheckOptOutResponse /></ArrayOfGetCheckOptOutResponse>"),
    ],
)
def test_empty_answers_close_themselves_after_a_blank(value, xml):
    assert ANSWERS.write(value).decode() == xml


@pytest.mark.parametrize(
    ("text", "xml"),
    [
        ("a & b < c > d", "a &amp; b &lt; c &gt; d"),
        ("\"quoted\" and 'so'", "\"quoted\" and 'so'"),
        ("é 😀 \u2028 \x7f \x85", "é 😀 \u2028 \x7f \x85"),
        ("\x00\x01\x1f\x0b\ufffe\uffff", "&#x0;&#x1;&#x1F;&#xB;&#xFFFE;&#xFFFF;"),
        (" \tkept ", " \tkept "),
        ("a\nb\rc\r\nd\n\re", "a\r\nb\r\nc\r\nd\r\n\r\ne"),
        ("]]>", "]]&gt;"),
    ],
)
def test_text_is_escaped_no_more_than_dotnet_does(text, xml):
    assert written(Email=text) == f'<Email xmlns="{MODELS}">{xml}</Email>'


def test_a_lone_surrogate_cannot_be_written():
    with pytest.raises(ValueError, match="surrogates not allowed"):
        ANSWERS.write([{"Email": "\ud800"}])


@pytest.mark.parametrize(
    ("value", "xml"),
    [
        ({"Message": "no <b>"}, "<Error><Message>no &lt;b&gt;</Message></Error>"),
        ({"Message": None, "ModelState": {}}, "<Error><Message /><ModelState /></Error>"),
        ({"ModelState": None}, "<Error><ModelState /></Error>"),
        ({"Message": "", "ModelState": {"request": ["a", "b."]}},
         "<Error><Message></Message><ModelState><request>a b.</request></ModelState></Error>"),
        ({"ModelState": {"a": [], "b": None}}, "<Error><ModelState><a></a><b /></ModelState></Error>"),
        ({"Other": 1}, "<Error />"),
        (None, "<Error />"),
    ],
)  # fmt: skip
def test_a_root_without_namespace_is_plain(value, xml):
    assert ERRORS.write(value).decode() == xml


def test_a_scalar_as_root_declares_its_own_namespace_only():
    schema = {"type": "string", "xml": {"name": "string", "namespace": "urn:s"}}
    assert Writer(schema, resolve).write("a<b") == b'<string xmlns="urn:s">a&lt;b</string>'
    assert Writer({"type": "integer", "xml": {"name": "int"}}, resolve).write(5) == b"<int>5</int>"


def test_a_schema_may_ask_for_the_declaration():
    schema = SCHEMAS["Error"] | {"x-xml-declaration": True}
    assert Writer(schema, resolve).write({"Message": "m"}) == (
        b'<?xml version="1.0"?><Error><Message>m</Message></Error>'
    )


@pytest.mark.parametrize(
    ("name", "element"),
    [
        ("request.Customers[0].CustomerDataColumns[12]",
         "request.Customers_x005B_0_x005D_.CustomerDataColumns_x005B_12_x005D_"),
        ("a b:c", "a_x0020_b_x003A_c"),
        ("1a-1.2", "_x0031_a-1.2"),
        ("-a", "_x002D_a"),
        ("_a_x0020_b", "_a_x005F_x0020_b"),
        ("_X00e90001_", "_x005F_X00e90001_"),
        ("_x20_ _x", "_x20__x0020__x"),
        ("é", "é"),
        ("Ж😀", "_x0416__x0001F600_"),
        ("<>\x01", "_x003C__x003E__x0001_"),
    ],
)  # fmt: skip
def test_names_in_a_map_are_encoded(name, element):
    xml = ERRORS.write({"ModelState": {name: ["m"]}}).decode()
    assert xml == f"<Error><ModelState><{element}>m</{element}></ModelState></Error>"


def test_an_empty_name_in_a_map_cannot_be_written():
    with pytest.raises(ValueError, match="needs a name"):
        ERRORS.write({"ModelState": {"": ["m"]}})


def test_scalars_in_a_map_are_written_as_text():
    schema = {"type": "object", "xml": {"name": "E"}, "additionalProperties": {"type": "integer"}}
    assert Writer(schema, resolve).write({"a": 1, "b": -2}) == b"<E><a>1</a><b>-2</b></E>"


def test_a_class_as_a_member_declares_its_namespace_even_where_it_is_null():
    schema = {
        "type": "object",
        "xml": {"name": "Root", "namespace": "urn:a?x=1&y=2"},
        "properties": {"Column": {"$ref": "#/schemas/CustomerData"}},
    }
    root = f'<Root xmlns:i="{INSTANCE}" xmlns="urn:a?x=1&amp;y=2"'
    writer = Writer(schema, resolve)
    assert writer.write({"Column": {"Name": "n"}}).decode() == (
        f'{root}><Column xmlns:d2p1="{EXTERN}"><d2p1:Name>n</d2p1:Name></Column></Root>'
    )
    assert writer.write({"Column": None}).decode() == f'{root}><Column xmlns:d2p1="{EXTERN}" i:nil="true" /></Root>'


def test_members_and_items_without_namespace_take_the_default_back():
    items = {"type": "array", "items": {"type": "boolean", "xml": {"name": "b"}}}
    schema = {"type": "object", "xml": {"name": "Root", "namespace": "urn:a"}, "properties": {"List": items}}
    assert Writer(schema, resolve).write({"List": [True, None]}).decode() == (
        f'<Root xmlns:i="{INSTANCE}" xmlns="urn:a"><List><b xmlns="">true</b><b i:nil="true" xmlns="" /></List></Root>'
    )


@pytest.mark.parametrize(
    ("schema", "says"),
    [
        ({"type": "object", "xml": {"name": "E", "namespace": "urn:a"}, "additionalProperties": {"type": "string"}},
         "a map can be written below a root without namespace only"),
        ({"type": "object", "xml": {"name": "E"}, "additionalProperties": SCHEMAS["ArrayOfGetCheckOptOutResponse"]},
         "as text"),
        ({"type": "array", "xml": {"name": "E"}, "items": {"type": "integer"}, "x-xml-joined": " "}, "as text"),
    ],
)  # fmt: skip
def test_what_has_no_form_in_xml_is_refused_at_start(schema, says):
    with pytest.raises(DocumentError, match=says):
        Writer(schema, resolve)
