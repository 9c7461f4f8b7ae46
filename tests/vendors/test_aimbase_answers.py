from datetime import UTC, datetime

import orjson
import pytest

from mockserver.errors import FixtureError
from mockserver.vendors.aimbase import Aimbase, Settings
from mockserver.world.fixture import parse
from tests.vendors.aimbase_desk import (
    ALWAYS,
    ask,
    assert_answer,
    base_of,
    ids,
    numbers,
    pages,
    person,
    records,
    shown,
    store,
    switch,
)


@pytest.mark.clause("AIMBASE-B17")
@pytest.mark.parametrize(
    ("query", "exact", "ignoring_case"),
    [
        ("$filter=Email eq 'SAM.case@EXAMPLE.com'", "", "1552"),
        ("$filter=Email eq 'ZOË@example.com'", "", "1554"),
        ("$filter=Email in ('A@B.COM','TEST@test.com')", "", "1519-1520"),
        ("$filter=SubscriberStatus eq 'unsubscribed-partial' and startswith(Email,'BATCH')", "", "1572"),
        ("$filter=Email ne 'A@B.com' and endswith(Email,'@b.com')", "1520", ""),
        ("$filter=contains(Email,'CASE') and indexof(Email,'CASE') eq 4", "", "1552"),
    ],
)
def test_a_fixture_can_have_text_compared_as_a_database_may(sandbox, driver, query, exact, ignoring_case):
    assert ids(ask(driver, query)) == numbers(exact)
    switch(sandbox, case_insensitive_strings=True)
    assert ids(ask(driver, query)) == numbers(ignoring_case)


@pytest.mark.clause("AIMBASE-B17")
def test_sorting_follows_the_comparison(sandbox, driver):
    store(sandbox, person(1, "b@x"), person(2, "A@x"), person(3, "a@x"), person(4, "B@x"))
    assert ids(ask(driver, "$orderby=Email")) == [2, 4, 3, 1]
    switch(sandbox, case_insensitive_strings=True)
    assert ids(ask(driver, "$orderby=Email")) == [2, 3, 1, 4]


@pytest.mark.clause("AIMBASE-40", "AIMBASE-63", "AIMBASE-B05", "AIMBASE-B31")
@pytest.mark.parametrize(
    ("moment", "text"),
    [
        ((2018, 10, 11, 5, 33, 24, 247000), "2018-10-11T00:33:24.247-05:00"),
        ((2019, 1, 15, 18, 0, 0, 500000), "2019-01-15T12:00:00.5-06:00"),
        ((2019, 1, 15, 18, 0, 0, 50000), "2019-01-15T12:00:00.05-06:00"),
        ((2019, 1, 15, 18, 0, 0, 0), "2019-01-15T12:00:00-06:00"),
        ((2019, 7, 15, 17, 0, 10, 999999), "2019-07-15T12:00:10.999-05:00"),
        ((2019, 7, 15, 17, 0, 10, 999), "2019-07-15T12:00:10-05:00"),
        ((2019, 11, 3, 6, 30), "2019-11-03T01:30:00-05:00"),
        ((2019, 11, 3, 7, 30), "2019-11-03T01:30:00-06:00"),
        ((2020, 3, 8, 7, 59, 59, 999000), "2020-03-08T01:59:59.999-06:00"),
        ((2020, 3, 8, 8), "2020-03-08T03:00:00-05:00"),
        ((2020, 1, 1, 5, 59), "2019-12-31T23:59:00-06:00"),
    ],
)
def test_dates_are_central_wall_time_to_the_millisecond(sandbox, driver, moment, text):
    at = datetime(*moment, tzinfo=UTC)
    store(sandbox, person(create_date=at, update_date=at, opt_in_date=at))
    (row,) = ask(driver).json["value"]
    assert [row[name] for name in ("OptInDate", "CreateDate", "UpdateDate")] == [text] * 3


@pytest.mark.clause("AIMBASE-B10")
@pytest.mark.parametrize("size", [0, -1])
def test_a_page_of_nothing_is_no_setting(size):
    with pytest.raises(FixtureError, match=f"page_size: {size} is less than 1"):
        parse({"Settings": [{"page_size": size}]}, Aimbase.kinds())


@pytest.mark.clause("AIMBASE-B10", "AIMBASE-B17")
def test_without_settings_all_is_as_by_default(sandbox, driver):
    kept = sandbox.store.records("aimbase")
    before = ask(driver, "$filter=Email ne 'A@b.com'").body
    kept.replace({kind: table for kind, table in kept.tables().items() if kind is not Settings})
    assert ask(driver, "$filter=Email ne 'A@b.com'").body == before


@pytest.mark.clause("AIMBASE-31", "AIMBASE-B25")
@pytest.mark.parametrize(
    ("accept", "metadata"),
    [
        (None, "minimal"),
        ("", "minimal"),
        ("*/*", "minimal"),
        ("application/json", "minimal"),
        ("application/json;charset=iso-8859-1", "minimal"),
        ("application/json;odata.metadata=minimal", "minimal"),
        ("application/json;odata.metadata=none", "none"),
        ("application/json; odata.streaming=true; odata.metadata=full", "full"),
        ("Application/JSON;OData.Metadata=NONE", "none"),
        ("text/html, application/json;odata.metadata=full;q=0.5, */*", "full"),
        ("application/xml, */*;q=0", "minimal"),
        ("text/html;odata.metadata=none", "minimal"),
        ("application/json, text/html;odata.metadata=none", "minimal"),
        ("nonsense", "minimal"),
        ("application/json;odata.metadata=nonesuch", "minimal"),
        ("application/json;odata.metadata=fullest", "minimal"),
        ("application/json;xodata.metadata=none", "minimal"),
        ("notapplication/json;odata.metadata=none", "minimal"),
        ("application/json;odata.metadata=fullest, application/json; q=0.5 ; odata.metadata=none ;x", "none"),
    ],
)
def test_the_answer_is_json_with_the_metadata_asked_for(driver, accept, metadata):
    query = "$filter=Email eq 'test@test.com'&$select=Id,Email,CreateDate&$count=true"
    base = f"{base_of(driver)}/odata/V2"
    context = {"@odata.context": f"{base}/$metadata#SubscriberOptIn(Id,Email,CreateDate)"}
    link = f"{base}/SubscriberOptIn(1519)"
    full = {"@odata.type": "#Aimbase.SubscriberOptIn", "@odata.id": link, "@odata.editLink": link}
    is_full = metadata == "full"
    row = {
        **(full if is_full else {}),
        "Id": 1519,
        "Email": "test@test.com",
        **({"CreateDate@odata.type": "#DateTimeOffset"} if is_full else {}),
        "CreateDate": "2018-10-11T00:33:24.247-05:00",
    }
    body = {**({} if metadata == "none" else context), "@odata.count": 1, "value": [row]}
    assert_answer(ask(driver, query, accept=accept), 200, body, metadata=metadata, **ALWAYS)


@pytest.mark.clause("AIMBASE-B25")
def test_full_metadata_names_the_type_of_every_date(driver):
    (row,) = ask(driver, "$top=1", accept="application/json;odata.metadata=full").json["value"]
    typed = {name: value for name, value in row.items() if name.endswith("Date@odata.type")}
    assert typed == {f"{name}@odata.type": "#DateTimeOffset" for name in ("OptInDate", "CreateDate", "UpdateDate")}


@pytest.mark.clause("AIMBASE-43", "AIMBASE-B10", "AIMBASE-B29")
def test_a_page_of_the_service_ends_with_the_link_to_the_next(sandbox, driver):
    switch(sandbox, page_size=2)
    rows = records(sandbox)
    query = [("$filter", "startswith(Email,'range.')"), ("$select", "Id,Email"), ("$count", "true"), ("x&y", "a&b +")]
    shared = "$filter=startswith%28Email,%27range.%27%29&$select=Id,Email&$count=true&x%26y=a%26b%20%2B"
    token = "WzYyODE2MjY1MCxudWxsLDE1MjJd"
    link = f"{base_of(driver)}/odata/v2/SubscriberOptIn?{shared}&$skiptoken={token}"
    context = f"{base_of(driver)}/odata/V2/$metadata#SubscriberOptIn(Id,Email)"
    body = {"@odata.context": context, "@odata.count": 4}
    first, second = ([shown(rows[each], ("Id", "Email")) for each in pair] for pair in ((1521, 1522), (1523, 1524)))
    answers = pages(driver, ask(driver, query))
    assert_answer(answers[0], 200, body | {"value": first, "@odata.nextLink": link}, **ALWAYS)
    assert_answer(answers[1], 200, body | {"value": second}, **ALWAYS)
    assert len(answers) == 2


PAGED = [
    [],
    [("$top", "10")],
    [("$skip", "30")],
    [("$top", "7"), ("$skip", "3"), ("$count", "true")],
    [("$top", "0")],
    [("$orderby", "SubscriberStatus desc,OptInDate"), ("$count", "TRUE")],
    [("$filter", "Email ne 'jane+news@example.com' and Email ne 'o''brien@example.com' and Email ne 'a&b=c;d#e%20'")],
    [("$filter", "OptInDate gt 2017-10-13T13:29:51+05:00 or Email eq 'zoë@example.com'"), ("$select", "Email, Id")],
    [("$format", "json"), ("foo", "bar"), ("foo", ""), ("top", "1"), ("skip", "1")],
]


@pytest.mark.clause("AIMBASE-01", "AIMBASE-43", "AIMBASE-B08", "AIMBASE-B10")
@pytest.mark.parametrize("size", [1, 3, 10, 36, 37, 38])
@pytest.mark.parametrize("query", PAGED, ids=lambda query: " ".join(name for name, _ in query) or "all")
def test_the_links_lead_to_every_row_once(sandbox, driver, query, size):
    whole = ask(driver, query)
    switch(sandbox, page_size=size)
    answers = pages(driver, ask(driver, query))
    assert [each["Id"] for answer in answers for each in answer.json["value"]] == ids(whole)
    assert all(len(answer.json["value"]) == size for answer in answers[:-1])
    first = {name: value for name, value in whole.json.items() if name != "value"}
    for answer in answers:
        rest = {name: value for name, value in answer.json.items() if name not in {"value", "@odata.nextLink"}}
        assert rest == first


@pytest.mark.clause("AIMBASE-B10", "AIMBASE-B25")
def test_links_are_there_without_metadata_too(sandbox, driver):
    switch(sandbox, page_size=36)
    answer = ask(driver, accept="application/json;odata.metadata=none")
    assert list(answer.json) == ["value", "@odata.nextLink"]
    assert ids(pages(driver, answer)[-1]) == [1572]


@pytest.mark.clause("AIMBASE-01", "AIMBASE-20", "AIMBASE-B10")
def test_the_scenario_trouble_comes_in_pages(started, sandbox, driver):
    started.world.reset(sandbox, "trouble", None)
    answers = pages(driver, ask(driver, "$filter=UpdateDate ge 2019-09-01T00:00:00Z"))
    assert [ids(each) for each in answers] == [[1519, 1520, 1521], [1522, 1523, 1524], [1525, 1526, 1528]]


@pytest.mark.clause("AIMBASE-35", "AIMBASE-B10")
def test_the_scenario_empty_has_nobody(started, sandbox, driver):
    started.world.reset(sandbox, "empty", None)
    body = {"@odata.context": f"{base_of(driver)}/odata/V2/$metadata#SubscriberOptIn", "@odata.count": 0, "value": []}
    assert_answer(ask(driver, "$count=true"), 200, body, **ALWAYS)


@pytest.mark.clause("AIMBASE-B26")
def test_a_body_is_compact_json_in_utf_8(driver):
    answer = ask(driver)
    assert answer.body == orjson.dumps(answer.json)
    assert "zoë@example.com".encode() in answer.body


@pytest.mark.clause("AIMBASE-37", "AIMBASE-39")
def test_what_may_be_null_is_there_all_the_same(sandbox, driver):
    store(sandbox, person())
    (row,) = ask(driver).json["value"]
    nulls = [name for name, value in row.items() if value is None]
    assert nulls == ["IpAddress", "OptInDate", "OptInSource", "CountryCode"]
