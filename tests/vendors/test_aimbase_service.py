import pytest
from lxml import etree

from mockserver.contract.document import load
from mockserver.contract.examples import find
from mockserver.world.sandbox import Mode
from tests.vendors.aimbase_desk import (
    ALWAYS,
    DENIED,
    INVALID,
    PATH,
    PROPERTIES,
    ask,
    assert_answer,
    assert_not_found,
    assert_refused,
    base_of,
    findings,
    ids,
    in_mode,
    person,
    records,
    shown,
    store,
    switch,
)

SERVICE = "/aimbase/odata/v2"
COUNT = f"{PATH}/$count"
METADATA = f"{SERVICE}/$metadata"
EVERYWHERE = [PATH, f"{PATH}(1519)", COUNT, SERVICE, METADATA]
BAD_KEY = (
    "Bad Request - Error in query syntax: '({})' is no key of 'SubscriberOptIn', "
    "which is one value of type 'Edm.Int32' with or without 'Id=' before it."
)
NAMES = {"edmx": "http://docs.oasis-open.org/odata/ns/edmx", "edm": "http://docs.oasis-open.org/odata/ns/edm"}


def context(driver, fragment=""):
    return {"@odata.context": f"{base_of(driver)}/odata/V2/$metadata{fragment}"}


def assert_text(answer, media_type, body):
    assert (answer.status, answer.body.decode()) == (200, body)
    assert answer.headers == {"content-type": media_type, "content-length": str(len(answer.body))} | ALWAYS


@pytest.mark.clause("AIMBASE-B23", "AIMBASE-B27", "AIMBASE-B40")
@pytest.mark.parametrize("key", ["1519", "Id=1519", "01519", "%31519", "Id%3D1519"])
def test_a_subscriber_is_found_by_its_key(sandbox, driver, key):
    answer = ask(driver, path=f"{PATH}({key})")
    body = context(driver, "#SubscriberOptIn/$entity") | shown(records(sandbox)[1519])
    assert_answer(answer, 200, body, **ALWAYS)
    assert ask(driver, path=f"{PATH}%28{key}%29") == answer
    assert ask(driver, path=f"/aimbase/Odata/V2/subscriberoptin({key})") == answer


@pytest.mark.clause("AIMBASE-B23")
def test_what_is_selected_of_one_subscriber_stands_in_the_context(sandbox, driver):
    answer = ask(driver, "$select=Email,Id", path=f"{PATH}(1519)")
    body = context(driver, "#SubscriberOptIn(Email,Id)/$entity") | {"Id": 1519, "Email": "test@test.com"}
    assert_answer(answer, 200, body, **ALWAYS)


@pytest.mark.clause("AIMBASE-B23")
def test_keys_have_the_range_of_their_type(sandbox, driver):
    store(sandbox, *(person(number) for number in (-(2**31), 0, 2**31 - 1)))
    for number in (-(2**31), 0, 2**31 - 1):
        assert ask(driver, path=f"{PATH}({number})").json["Id"] == number


@pytest.mark.clause("AIMBASE-B33", "AIMBASE-B40")
@pytest.mark.parametrize("key", ["1", "-1519", "Id=0"])
def test_a_key_that_nobody_has_is_a_404_of_odata(driver, key):
    assert_refused(ask(driver, path=f"{PATH}({key})"), 404, "No entity with that key was found.")


@pytest.mark.clause("AIMBASE-B40")
@pytest.mark.parametrize(
    "key",
    [
        "abc",
        "'1519'",
        "1519.0",
        "1519e0",
        "2147483648",
        "null",
        "true",
        "1519,1520",
        "id=1519",
        "Email='test@test.com'",
        " 1519",
        "Id = 1519",
        "Id=",
        "1519)(1520",
        "@p",
        "1 add 1518",
        "Id eq 1519",
        "-(1)",
        "%2F",
        "\u0661",
        "(" * 900,
    ],
)
def test_what_is_no_key_is_a_400(driver, key):
    answer = ask(driver, path=f"{PATH}({key})".encode())
    assert_refused(answer, 400, BAD_KEY.format(key.replace("%2F", "/")))


@pytest.mark.clause("AIMBASE-B32")
def test_under_lenient_the_name_of_the_key_may_have_any_letter_case():
    driver, _ = in_mode(Mode.LENIENT)
    assert ask(driver, path=f"{PATH}(iD=1519)").json["Email"] == "test@test.com"


@pytest.mark.clause("AIMBASE-B23")
@pytest.mark.parametrize("name", ["$filter", "$orderby", "$top", "$skip", "$count", "$skiptoken", "$expand"])
def test_one_subscriber_takes_no_option_of_collections(driver, name):
    answer = ask(driver, [(name, "1")], path=f"{PATH}(1519)")
    assert_refused(answer, 400, f"The query parameter '{name}' is not supported.")


@pytest.mark.clause("AIMBASE-B40")
@pytest.mark.parametrize(
    "below",
    ["(1519)/Email", "(1519)/$value", "(1519)/Email/$value", "(1519)/$ref", "/1519", "/$ref", "/$query", "()"],
)
def test_nothing_else_lies_below_the_collection(driver, below):
    assert_not_found(ask(driver, path=PATH + below), base_of(driver) + PATH.removeprefix("/aimbase") + below)


@pytest.mark.clause("AIMBASE-B23", "AIMBASE-B27")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "37"),
        ("$filter=SubscriberStatus eq 'Unsubscribed-Partial'", "7"),
        ("$filter=Email eq 'nobody@example.com'", "0"),
        ("$filter=IsOptedIn eq true or IsOptedIn eq false&$top=1&$skip=36&$orderby=Email desc&$select=Id", "37"),
        ("$count=true&x=1", "37"),
    ],
)
def test_the_count_is_a_number_in_plain_text(driver, query, found):
    assert_text(ask(driver, query, path=COUNT, accept="application/json"), "text/plain", found)


@pytest.mark.clause("AIMBASE-05", "AIMBASE-B23")
@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("$filter=Email", INVALID + "The $filter expression must evaluate to a single boolean value."),
        ("$orderby=Foo", INVALID + "Could not find a property named 'Foo' on type 'Aimbase.SubscriberOptIn'."),
        ("$format=json", "The query parameter '$format' is not supported."),
        ("$search=x", "The query parameter '$search' is not supported."),
    ],
)
def test_a_count_is_refused_as_its_collection_would_be(driver, query, text):
    assert_refused(ask(driver, query, path=COUNT), 400, text)


@pytest.mark.clause("AIMBASE-21", "AIMBASE-B07")
def test_a_count_by_what_the_page_does_not_list_has_a_finding(sandbox, driver):
    assert ask(driver, "$filter=CountryCode ne 'US'", path=COUNT).status == 200
    assert findings(sandbox) == [("AIMBASE-B07", "$filter on CountryCode, which the page does not list")]


@pytest.mark.clause("AIMBASE-B17", "AIMBASE-B23")
def test_a_count_compares_text_as_the_fixture_says(sandbox, driver):
    switch(sandbox, case_insensitive_strings=True)
    assert ask(driver, "$filter=Email eq 'TEST@test.com'", path=COUNT).body == b"1"


@pytest.mark.clause("AIMBASE-B23", "AIMBASE-B29")
def test_the_service_document_lists_the_one_collection(driver):
    listed = {"name": "SubscriberOptIn", "kind": "EntitySet", "url": "SubscriberOptIn"}
    answer = ask(driver, path=SERVICE)
    assert_answer(answer, 200, context(driver) | {"value": [listed]}, **ALWAYS)
    bare = ask(driver, path=SERVICE, accept="application/json;odata.metadata=none")
    assert_answer(bare, 200, {"value": [listed]}, metadata="none", **ALWAYS)


@pytest.mark.clause("AIMBASE-B23", "AIMBASE-B43")
@pytest.mark.parametrize(("query", "accept"), [("", None), ("", "application/json"), ("$format=xml", None)])
def test_the_description_of_the_service_is_csdl_in_xml(driver, query, accept):
    answer = ask(driver, query, path=METADATA, accept=accept)
    assert_text(answer, "application/xml", answer.body.decode())
    root = etree.fromstring(answer.body)
    assert (root.tag, root.get("Version")) == (f"{{{NAMES['edmx']}}}Edmx", "4.0")
    (schema,) = root.xpath("edmx:DataServices/edm:Schema", namespaces=NAMES)
    (entity,) = schema.xpath("edm:EntityType", namespaces=NAMES)
    (found,) = schema.xpath("edm:EntityContainer/edm:EntitySet", namespaces=NAMES)
    assert (entity.get("Name"), found.get("Name")) == ("SubscriberOptIn", "SubscriberOptIn")
    assert found.get("EntityType") == f"{schema.get('Namespace')}.{entity.get('Name')}"
    assert entity.xpath("edm:Key/edm:PropertyRef/@Name", namespaces=NAMES) == ["Id"]
    properties = {each.get("Name"): each for each in entity.xpath("edm:Property", namespaces=NAMES)}
    assert list(properties) == list(PROPERTIES)
    never_null = {name for name, each in properties.items() if each.get("Nullable") == "false"}
    assert never_null == {"Id", "Email", "IsOptedIn", "CreateDate", "UpdateDate"}
    types = {name: each.get("Type") for name, each in properties.items()}
    own = {"Id": "Int32", "IsOptedIn": "Boolean"} | dict.fromkeys(
        ["OptInDate", "CreateDate", "UpdateDate"], "DateTimeOffset"
    )
    assert types == {name: f"Edm.{own.get(name, 'String')}" for name in PROPERTIES}


@pytest.mark.clause("AIMBASE-B41", "AIMBASE-B43")
def test_the_examples_of_the_document_are_answered_as_they_stand(sandbox, driver):
    examples = {each.name: each.value for each in find(load("aimbase"))}
    assert ask(driver, path=METADATA).body.decode() == examples["metadata"]
    switch(sandbox, page_size=1)
    link = ask(driver, "$select=Id,Email").json["@odata.nextLink"]
    assert link == f"{base_of(driver)}{examples['pageOfServer']['@odata.nextLink'].partition('.com')[2]}"
    assert link.endswith(f"$skiptoken={examples['afterTheFirst']}")
    assert ids(ask(driver, [("$skiptoken", examples["afterTheFirst"])])) == [1520]


@pytest.mark.clause("AIMBASE-B43")
@pytest.mark.parametrize("value", ["json", "application/json", "atom"])
def test_the_description_has_no_other_format(driver, value):
    text = f"Invalid value '{value}' for $format query option found. Valid values are 'xml' and 'application/xml'."
    assert_refused(ask(driver, [("$format", value)], path=METADATA), 400, INVALID + text)


@pytest.mark.clause("AIMBASE-B09", "AIMBASE-B23")
@pytest.mark.parametrize("path", [SERVICE, METADATA])
def test_the_service_takes_no_option_but_the_format(driver, path):
    assert_refused(ask(driver, "$top=1", path=path), 400, "The query parameter '$top' is not supported.")
    assert ask(driver, "top=1", path=path).status == 200


@pytest.mark.clause("AIMBASE-06", "AIMBASE-B23", "AIMBASE-B24", "AIMBASE-B33", "AIMBASE-B36")
@pytest.mark.parametrize("path", [*EVERYWHERE, f"{PATH}(x)", f"{PATH}(1)"])
def test_all_of_the_service_wants_the_token_and_has_one_method(driver, path):
    assert_refused(ask(driver, "$foo=1", path=path, authenticate=None), 401, DENIED, www_authenticate="Avala-Api")
    text = "The requested resource does not support http method 'POST'."
    assert_refused(ask(driver, path=path, method="POST", authenticate=None), 405, text, allow="GET")
