import orjson
import pytest

from tests.vendors.aimbase_desk import (
    ALWAYS,
    INVALID,
    JSON,
    PATH,
    ask,
    assert_answer,
    assert_refused,
    base_of,
)

SERVICE = "/aimbase/odata/v2"
EVERYWHERE = [PATH, f"{PATH}(1519)", f"{PATH}/$count", SERVICE, f"{SERVICE}/$metadata"]


@pytest.mark.clause("AIMBASE-B42")
@pytest.mark.parametrize("path", EVERYWHERE)
@pytest.mark.parametrize(
    ("version", "status"),
    [("4.0", 200), (" 4.0 ", 200), ("4.01", 200), ("5.0", 200), ("3.0", 400), ("4", 400), ("x", 400), ("1.0", 400)],
)
def test_a_client_must_understand_version_4_of_the_protocol(driver, path, version, status):
    answer = ask(driver, path=path, odata_maxversion=version)
    assert (answer.status, answer.headers["odata-version"]) == (status, "4.0")
    if status == 400:
        assert_refused(answer, 400, f"This service speaks version 4.0 of OData, and not '{version}'.")


LEVELS = [
    ("json", None, "minimal"),
    ("application/json", "application/json;odata.metadata=none", "minimal"),
    ("application/json;odata.metadata=none", None, "none"),
    ("application/json;odata.metadata=full", "application/json;odata.metadata=none", "full"),
    ("application/json; odata.metadata=minimal; odata.streaming=true", None, "minimal"),
    ("Application/JSON;OData.Metadata=NONE;charset=utf-8", None, "none"),
    (None, "application/json;odata.metadata=none;q=0.1, application/json;odata.metadata=full", "full"),
    (None, "application/json;odata.metadata=none;q=0, application/json;odata.metadata=full;q=0.2", "full"),
    (None, "application/json, application/json;odata.metadata=full;q=0.9", "minimal"),
    (None, "application/json;odata.metadata=none;q=x", "minimal"),
]


@pytest.mark.clause("AIMBASE-31", "AIMBASE-B25", "AIMBASE-B28")
@pytest.mark.parametrize(("option", "accept", "level"), LEVELS)
@pytest.mark.parametrize("path", [PATH, f"{PATH}(1519)", SERVICE])
def test_the_level_of_metadata_is_that_of_the_format_or_else_of_accept(driver, path, option, accept, level):
    query = [] if option is None else [("$format", option)]
    answer = ask(driver, query, path=path, accept=accept)
    assert answer.headers["content-type"] == JSON.format(level)
    assert ("@odata.context" in answer.json) == (level != "none")
    assert (b'"@odata.id"' in answer.body) == (level == "full" and path != SERVICE)


@pytest.mark.clause("AIMBASE-B28")
@pytest.mark.parametrize(
    "value",
    [
        "atom",
        "JSON",
        "application/xml",
        "application/json;odata.metadata=all",
        "application/json;x=1",
        "text/json",
        "application/json;odata.metadata",
        "application/json;;odata.metadata=none",
        "application/json odata.metadata=none",
    ],
)
def test_another_format_is_a_400(driver, value):
    text = f"{INVALID}Invalid value '{value}' for $format query option found. Valid values are 'json'"
    answer = ask(driver, [("$format", value)])
    assert answer.status == 400
    assert answer.json["error"]["message"].startswith(text)


@pytest.mark.clause("AIMBASE-B25")
def test_full_metadata_tells_the_address_of_one_subscriber(driver):
    answer = ask(driver, "$select=OptInDate", path=f"{PATH}(1519)", accept="application/json;odata.metadata=full")
    link = f"{base_of(driver)}/odata/V2/SubscriberOptIn(1519)"
    body = {"@odata.context": f"{base_of(driver)}/odata/V2/$metadata#SubscriberOptIn(OptInDate)/$entity"}
    body |= {"@odata.type": "#Aimbase.SubscriberOptIn", "@odata.id": link, "@odata.editLink": link}
    body |= {"OptInDate@odata.type": "#DateTimeOffset", "OptInDate": None}
    assert_answer(answer, 200, body, metadata="full", **ALWAYS)
    assert orjson.loads(ask(driver, path=link.removeprefix(f"http://127.0.0.1:8080{driver.prefix}")).body)["Id"] == 1519
