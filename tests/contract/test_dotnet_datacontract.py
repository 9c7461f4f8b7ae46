import pytest

from mockserver.contract.dotnet import READERS
from mockserver.errors import Unreadable
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
    REQUESTS,
    column,
    customer,
    resolve,
)

READER = READERS["datacontract"](REQUEST, resolve)
Z = "http://schemas.microsoft.com/2003/10/Serialization/"
NAMES = f'xmlns="{REQUESTS}" xmlns:m="{MODELS}" xmlns:c="{EXTERN}" xmlns:i="{INSTANCE}" xmlns:z="{Z}"'
PLACE = "/Customers/0/CustomerDataColumns/0"
CUSTOMER = "/Customers/0"


def read(xml, charset="utf-8"):
    return READER.read(xml if isinstance(xml, bytes) else xml.encode(), charset)


def root(inner):
    return f"<GetCheckOptOutRequest {NAMES}>{inner}</GetCheckOptOutRequest>"


def in_customer(inner):
    return root(f"<Customers><m:CheckOptOutCustomer>{inner}</m:CheckOptOutCustomer></Customers>")


def in_column(inner):
    return in_customer(
        f"<m:CustomerDataColumns><c:CustomerData>{inner}</c:CustomerData></m:CustomerDataColumns>",
    )


def assert_column(inner, dropped=(), **members):
    reading = read(in_column(inner))
    assert reading.value == {"Customers": [customer(CustomerDataColumns=[column(**members)])]}
    assert (reading.violations, reading.dropped) == ([], [f"{PLACE}/{name}".rstrip("/") for name in dropped])


def assert_customer(inner, dropped=(), **members):
    reading = read(in_customer(inner))
    assert reading.value == {"Customers": [customer(**members)]}
    assert (reading.violations, reading.dropped) == ([], [f"{CUSTOMER}/{name}" for name in dropped])


def assert_root(inner, customers, dropped=()):
    reading = read(root(inner))
    assert reading.value == {"Customers": customers}
    assert (reading.violations, reading.dropped) == ([], list(dropped))


def assert_unreadable(xml, charset="utf-8"):
    with pytest.raises(Unreadable):
        read(xml, charset)


@pytest.mark.parametrize(
    ("schema", "xml", "value"),
    [(REQUEST, PAGE_REQUEST_XML, PAGE_REQUEST), (ANSWER, PAGE_ANSWER_XML, PAGE_ANSWER)],
    ids=["request", "answer"],
)
@pytest.mark.clause("EXPOINTS-12", "EXPOINTS-13", "EXPOINTS-14", "EXPOINTS-15", "EXPOINTS-16")
def test_the_pages_samples_are_read_with_or_without_blanks(schema, xml, value):
    reader = READERS["datacontract"](schema, resolve)
    for text in (xml, xml.replace("><", "> <"), xml.replace("><", ">\r\n\t<!-- note --><")):
        reading = reader.read(text.encode(), "utf-8")
        assert (reading.value, reading.violations, reading.dropped) == (value, [], [])


def test_the_model_stands_in_the_documents_order():
    value = read(in_column("<c:Value>v</c:Value>")).value
    assert list(value["Customers"][0]) == ["Email", "CustomerDataColumns"]
    assert list(value["Customers"][0]["CustomerDataColumns"][0]) == list(column())


@pytest.mark.clause("EXPOINTS-66")
def test_columns_after_the_email_are_dropped_in_silence():
    columns = "<m:CustomerDataColumns><c:CustomerData/></m:CustomerDataColumns>"
    assert_customer(f"{columns}<m:Email>a</m:Email>", Email="a", CustomerDataColumns=[column()])
    assert_customer(f"<m:Email>a</m:Email>{columns}", ["CustomerDataColumns"], Email="a")


@pytest.mark.clause("EXPOINTS-67")
def test_a_column_in_the_order_of_json_loses_half_of_it():
    assert_column(
        "<c:CustomerDataColumnId>1</c:CustomerDataColumnId><c:Name>n</c:Name><c:Value>v</c:Value>"
        "<c:IsEncrypted>true</c:IsEncrypted><c:CertificateThumbprint>t</c:CertificateThumbprint>"
        "<c:EncryptionKey>k</c:EncryptionKey>",
        ["IsEncrypted", "CertificateThumbprint", "EncryptionKey"],
        CustomerDataColumnId=1,
        Name="n",
        Value="v",
    )


def test_a_late_member_is_not_even_converted():
    assert_column("<c:Name>n</c:Name><c:IsEncrypted>maybe</c:IsEncrypted>", ["IsEncrypted"], Name="n")


def test_the_first_of_two_members_wins():
    assert_column("<c:Name>1</c:Name><c:Name>2</c:Name>", ["Name"], Name="1")
    assert_root("<Customers/><Customers><m:CheckOptOutCustomer/></Customers>", [], ["/Customers"])


@pytest.mark.parametrize("inner", ["", " ", "<!-- nothing -->"])
def test_missing_members_have_their_defaults(inner):
    assert_column(inner)
    assert_customer(inner)
    assert_root(inner, None)


@pytest.mark.parametrize(
    "stranger",
    ["<Name>x</Name>", "<c:name>x</c:name>", "<m:Name>x</m:Name>", '<Name xmlns="">x</Name>',
     "<Name><a>x<b/></a>y</Name>", '<Name i:nil="maybe" z:Ref="1" i:type="nope:x">x</Name>', "<Name/>" * 3,
     "<Name/>\n<Name/>", "<c:name><c:Name>x</c:Name></c:name>"],
)  # fmt: skip
@pytest.mark.parametrize("order", ["{}<c:Value>v</c:Value>", "<c:Value>v</c:Value>{}"])
def test_unknown_elements_are_ignored_wherever_they_are(stranger, order):
    local = "name" if "c:name" in stranger else "Name"
    assert_column(order.format(stranger), [local], Value="v")


@pytest.mark.parametrize("attribute", ['a="1"', 'nil="true"', 'm:b="&lt;"', 'i:other="1"', 'z:Id="i1"', 'z:Ref=""'])
def test_unknown_attributes_are_ignored(attribute):
    assert_customer(f"<m:Email {attribute}/>", Email="")
    assert_root(f"<Customers {attribute}><m:CheckOptOutCustomer {attribute}/></Customers>", [customer()])


@pytest.mark.clause("EXPOINTS-68")
def test_items_in_a_wrong_namespace_or_with_a_wrong_name_are_skipped():
    assert_root(
        "<Customers><CheckOptOutCustomer/><m:CheckOptOutCustomer/><m:Customer/></Customers>",
        [customer()],
        ["/Customers/CheckOptOutCustomer", "/Customers/Customer"],
    )


@pytest.mark.clause("EXPOINTS-68")
def test_a_document_wholly_in_the_namespace_of_its_root_has_no_customers():
    xml = PAGE_REQUEST_XML.replace("d2p1:", "").replace("d4p1:", "")
    assert read(xml).value == {"Customers": []}
    assert read(xml).dropped == ["/Customers/CheckOptOutCustomer"]


@pytest.mark.parametrize(
    "xml",
    [f'<getCheckOptOutRequest xmlns="{REQUESTS}"/>', f'<GetCheckOptOutRequest xmlns="{MODELS}"/>',
     "<GetCheckOptOutRequest/>", f'<Customers xmlns="{REQUESTS}"/>', "<a/>"],
)  # fmt: skip
@pytest.mark.clause("EXPOINTS-69")
def test_another_root_is_unreadable(xml):
    with pytest.raises(Unreadable, match="expecting the element 'GetCheckOptOutRequest' from namespace"):
        read(xml)


@pytest.mark.parametrize("prefix", ["", "d2p1", "x-1.é"])
def test_prefixes_do_not_matter(prefix):
    colon, declared = (f"{prefix}:", f"xmlns:{prefix}") if prefix else ("", "xmlns")
    email = f'<{colon}Email {declared}="{MODELS}">a</{colon}Email>'
    assert_customer(email, Email="a")


@pytest.mark.parametrize("nil", ["true", "1", " true ", "\t1\n"])
@pytest.mark.clause("EXPOINTS-70")
def test_nil_is_null_for_what_can_be_null(nil):
    assert_customer(f'<m:CustomerDataColumns i:nil="{nil}"/><m:Email i:nil="{nil}"> </m:Email>')
    assert_root(f'<Customers><m:CheckOptOutCustomer i:nil="{nil}"/></Customers>', [None])
    assert read(f'<GetCheckOptOutRequest {NAMES} i:nil="{nil}"/>').value is None


def test_the_content_of_nil_is_dropped():
    assert_customer(
        '<m:CustomerDataColumns i:nil="1"><c:CustomerData/></m:CustomerDataColumns>', ["CustomerDataColumns"]
    )
    assert_customer('<m:Email i:nil="true">a</m:Email>', ["Email"])
    assert_root('<Customers i:nil="true">text<b/></Customers>', None, ["/Customers"])


@pytest.mark.parametrize("name", ["c:CustomerDataColumnId", "c:IsEncrypted"])
@pytest.mark.parametrize("nil", ['i:nil="true"', 'i:nil="1"', 'i:nil="maybe"', 'z:Ref="i1"'])
def test_nil_for_a_number_or_a_boolean_is_unreadable(name, nil):
    assert_unreadable(in_column(f"<{name} {nil}/>"))


def test_nil_that_is_false_is_a_value():
    assert_column(
        '<c:IsEncrypted i:nil="0">1</c:IsEncrypted><c:Name i:nil="false">n</c:Name>', IsEncrypted=True, Name="n"
    )


@pytest.mark.parametrize("nil", ["", "True", "yes", "2", "&#1;"])
def test_nil_that_is_no_boolean_is_unreadable(nil):
    assert_unreadable(in_customer(f'<m:Email i:nil="{nil}"/>'))


@pytest.mark.parametrize("email", ["<m:Email/>", "<m:Email></m:Email>", "<m:Email><!-- --></m:Email>"])
@pytest.mark.clause("EXPOINTS-70")
def test_an_empty_element_is_the_empty_string(email):
    assert_customer(email, Email="")


def test_an_empty_list_is_not_null():
    assert_root("<Customers/>", [])
    assert_root("<Customers> </Customers>", [])


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("false", False), ("1", True), ("0", False), (" \t\r\n true ", True), ("t<!-- -->rue", True),
     ("<![CDATA[1]]>", True), ("&#116;rue", True)],
)  # fmt: skip
@pytest.mark.clause("EXPOINTS-70")
def test_booleans_are_those_of_xml(text, value):
    assert_column(f"<c:IsEncrypted>{text}</c:IsEncrypted>", IsEncrypted=value)


@pytest.mark.parametrize("text", ["True", "TRUE", "yes", "", " ", "10", "t rue", "<b/>", "true<b/>", "&#xA0;true"])
@pytest.mark.clause("EXPOINTS-70")
def test_what_is_no_boolean_is_unreadable(text):
    assert_unreadable(in_column(f"<c:IsEncrypted>{text}</c:IsEncrypted>"))


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), ("-7", -7), ("+7", 7), ("007", 7), ("-0", 0), (" \r\n7\t", 7), ("2147483647", 2**31 - 1),
     ("-2147483648", -(2**31)), ("0" * 50 + "8", 8), ("<![CDATA[1]]>2", 12)],
)  # fmt: skip
def test_integers_are_those_of_dotnet(text, number):
    assert_column(f"<c:CustomerDataColumnId>{text}</c:CustomerDataColumnId>", CustomerDataColumnId=number)


@pytest.mark.parametrize(
    "text",
    ["", " ", "1.0", "1e2", "1_0", "0x1", "--1", "- 1", "1 2", "abc", "2147483648", "-2147483649", "9" * 20_000,
     "\u0661", "<b/>", "1<b/>", "1&#1;"],
)  # fmt: skip
def test_what_is_no_integer_is_unreadable(text):
    assert_unreadable(in_column(f"<c:CustomerDataColumnId>{text}</c:CustomerDataColumnId>"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (" a  b ", " a  b "),
        ("<![CDATA[<a>]]>b<!-- no -->c<![CDATA[]]>", "<a>bc"),
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a&#13;&#xA;b", "a\r\nb"),
        ("&lt;&gt;&amp;&quot;&apos;&#233;&#x1F600;é😀", "<>&\"'é😀é😀"),
        ("&#1;&#x1;&#x0001F;&#0;&#00000011;&#xFFFE;&#xffff;", "\x01\x01\x1f\x00\x0b\ufffe\uffff"),
        ("\ufdd0 &#xFDD0; &#64976; &#1;\U00010001&#x10001;", "\ufdd0 \ufdd0 \ufdd0 \x01\U00010001\U00010001"),
        ("<![CDATA[&#1;\ufdd0&#]]><!-- &#1; -->&#2;", "&#1;\ufdd0&#\x02"),
        ("\x7f\x80\x9f\u2028", "\x7f\x80\x9f\u2028"),
        ("x" * 100_000, "x" * 100_000),
    ],
)
def test_strings_are_kept_as_they_are(text, value):
    assert_customer(f"<m:Email>{text}</m:Email>", Email=value)


@pytest.mark.parametrize(
    "text",
    ["<b/>", "a<b>c</b>", "<m:Email/>", "\x01", "\x00", "\x0b", "\ufffe", "&nope;", "&#xD800;", "&#x110000;", "&#;",
     "&#x;", "&", "<", "]]>", "&#-1;"],
)  # fmt: skip
def test_what_is_no_text_is_unreadable(text):
    assert_unreadable(in_customer(f"<m:Email>{text}</m:Email>"))


@pytest.mark.parametrize("text", ["x", "&#160;", "<![CDATA[x]]>", "&#1;"])
def test_text_between_members_or_items_is_unreadable(text):
    for inner in (f"{text}<Customers/>", f"<Customers/>{text}", f"<Customers>{text}</Customers>",
                  f"<Customers><m:CheckOptOutCustomer/>{text}</Customers>", f"<a/>{text}"):  # fmt: skip
        assert_unreadable(root(inner))


@pytest.mark.parametrize(
    ("inner", "fits"),
    [
        ('<Customers i:type="m:ArrayOfCheckOptOutCustomer"/>', True),
        ('<Customers i:type="ArrayOfCheckOptOutCustomer"/>', False),
        ('<Customers i:type="m:CheckOptOutCustomer"/>', False),
        ('<Customers><m:CheckOptOutCustomer i:type=" m:CheckOptOutCustomer "/></Customers>', True),
        (f'<Customers><m:CheckOptOutCustomer xmlns="{MODELS}" i:type="CheckOptOutCustomer"/></Customers>', True),
        ('<Customers><m:CheckOptOutCustomer xmlns:m2="urn:m" i:type="m2:CheckOptOutCustomer"/></Customers>', False),
        ('<Customers><m:CheckOptOutCustomer i:type="CheckOptOutCustomer"/></Customers>', False),
        ('<Customers><m:CheckOptOutCustomer xmlns="" i:type="CheckOptOutCustomer"/></Customers>', False),
        ('<Customers><m:CheckOptOutCustomer i:type="nope:CheckOptOutCustomer"/></Customers>', False),
        ('<Customers><m:CheckOptOutCustomer i:type=""/></Customers>', False),
        ('<a xmlns:x="urn:x"/><Customers i:type="x:ArrayOfCheckOptOutCustomer"/>', False),
    ],
)
def test_a_type_must_be_the_declared_one(inner, fits):
    if fits:
        assert read(root(inner)).dropped == []
    else:
        assert_unreadable(root(inner))


def test_a_prefix_out_of_scope_is_unknown_again():
    outside = '<Customers><m:CheckOptOutCustomer xmlns:x="{0}"/><m:CheckOptOutCustomer i:type="x:CheckOptOutCustomer"/>'
    inside = '<Customers xmlns:x="{0}"><m:CheckOptOutCustomer i:type="x:CheckOptOutCustomer"/>'
    assert read(root(inside.format(MODELS) + "</Customers>")).value == {"Customers": [customer()]}
    assert_unreadable(root(outside.format(MODELS) + "</Customers>"))


def test_the_type_of_a_scalar_is_not_looked_at():
    assert_column(
        '<c:IsEncrypted i:type="x:y">1</c:IsEncrypted><c:Name i:type="c:z">n</c:Name>', IsEncrypted=True, Name="n"
    )


@pytest.mark.parametrize(
    "inner", ['<Customers z:Ref="i1"/>', '<Customers><m:CheckOptOutCustomer z:Ref="i1"/></Customers>']
)
def test_a_reference_to_an_object_is_unreadable(inner):
    assert_unreadable(root(inner))
