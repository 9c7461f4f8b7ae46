from datetime import timedelta

import pytest

from mockserver.world.sandbox import Mode
from tests.vendors.aimbase_desk import NOW, PATH, ask, ids, in_mode, pages, person, records, store, switch

PREFERRED = "preference-applied"


@pytest.mark.clause("AIMBASE-43", "AIMBASE-B41")
@pytest.mark.parametrize(
    "query",
    [
        [],
        [("$top", "7"), ("$skip", "3")],
        [("$skip", "35")],
        [("$orderby", "SubscriberStatus desc,OptInDate"), ("$count", "true"), ("$select", "Id,Email")],
        [
            ("$filter", "Email ne 'jane+news@example.com'"),
            ("$orderby", "CountryCode,length(Email) desc"),
            ("$top", "9"),
        ],
        [("$format", "application/json;odata.metadata=none")],
    ],
    ids=lambda query: " ".join(name for name, _ in query) or "all",
)
@pytest.mark.parametrize("size", [1, 4, 36])
def test_the_pages_that_a_client_prefers_lead_to_every_row_once(driver, query, size):
    whole = ask(driver, query)
    assert PREFERRED not in whole.headers
    first = ask(driver, query, prefer=f"odata.maxpagesize={size}")
    assert first.headers[PREFERRED] == f"odata.maxpagesize={size}"
    answers = pages(driver, first)
    assert [each for answer in answers for each in ids(answer)] == ids(whole)
    assert all(len(answer.json["value"]) == size for answer in answers[:-1])
    assert all(PREFERRED not in answer.headers for answer in answers[1:])
    assert {answer.json.get("@odata.count") for answer in answers} == {whole.json.get("@odata.count")}
    assert {answer.json.get("@odata.context") for answer in answers} == {whole.json.get("@odata.context")}


@pytest.mark.clause("AIMBASE-B41")
@pytest.mark.parametrize(
    ("prefer", "size"),
    [
        ("odata.maxpagesize=2", 2),
        ('ODATA.MaxPageSize="2"', 2),
        ("return=minimal, respond-async; wait=1, odata.maxpagesize=2; x=y, odata.maxpagesize=9", 2),
        ("odata.maxpagesize=38", None),
        ("odata.maxpagesize=999999999", None),
    ],
)
def test_the_preference_is_found_among_others(driver, prefer, size):
    answer = ask(driver, prefer=prefer)
    assert len(answer.json["value"]) == (size or 37)
    assert ("@odata.nextLink" in answer.json) == (size is not None)
    assert answer.headers[PREFERRED].startswith("odata.maxpagesize=")


@pytest.mark.clause("AIMBASE-B41")
@pytest.mark.parametrize(
    "prefer",
    [
        "return=representation",
        "maxpagesize=2",
        "odata.maxpagesize=0",
        "odata.maxpagesize=-1",
        "odata.maxpagesize=x",
        "odata.maxpagesize",
        "odata.maxpagesize=9999999999",
        "odata.track-changes",
        "ÿ",
        "",
        "=,;",
    ],
)
def test_what_cannot_be_honoured_is_ignored(driver, prefer):
    answer = ask(driver, prefer=prefer)
    assert (answer.body, answer.headers) == (ask(driver).body, ask(driver).headers)


@pytest.mark.clause("AIMBASE-B10", "AIMBASE-B41")
def test_the_smaller_of_the_client_s_page_and_the_service_s_counts(sandbox, driver):
    switch(sandbox, page_size=3)
    for preferred, applied in ((2, 2), (3, 3), (10, 3)):
        first = ask(driver, "$top=7", prefer=f"odata.maxpagesize={preferred}")
        assert first.headers[PREFERRED] == f"odata.maxpagesize={applied}"
        assert [len(answer.json["value"]) for answer in pages(driver, first)][:2] == [applied, applied]
    small = pages(driver, ask(driver, "$top=4", prefer="odata.maxpagesize=1"))
    switch(sandbox, page_size=2)
    assert len(small) == len(pages(driver, ask(driver, "$top=4", prefer="odata.maxpagesize=1"))) == 4


@pytest.mark.clause("AIMBASE-B41")
def test_another_size_may_be_preferred_on_the_way(driver):
    link = ask(driver, "$top=9", prefer="odata.maxpagesize=2").json["@odata.nextLink"]
    answer = ask(driver, link.partition("?")[2].encode(), prefer="odata.maxpagesize=3")
    assert len(answer.json["value"]) == 3
    assert len(pages(driver, answer)) == 3


@pytest.mark.clause("AIMBASE-20", "AIMBASE-B10", "AIMBASE-B41")
@pytest.mark.parametrize("order", ["Id", "UpdateDate desc", "Email,Id desc"])
def test_a_sync_misses_nobody_while_rows_come_and_go(sandbox, driver, order):
    lasting = [
        person(number, f"{'ab'[number % 2]}@x", update_date=NOW + timedelta(seconds=number % 3))
        for number in range(1, 12)
    ]
    store(sandbox, *lasting, person(50, "a@x"))
    found, answer = [], ask(driver, f"$orderby={order}&$count=true", prefer="odata.maxpagesize=2")
    for turn in range(20):
        found += ids(answer)
        link = answer.json.get("@odata.nextLink")
        if link is None:
            break
        coming = [person(100 + turn, "a@x"), person(-turn, "z@x", update_date=NOW + timedelta(days=turn))]
        store(sandbox, *reversed(lasting), *coming)  # whoever came last has gone again
        answer = ask(driver, link.partition("?")[2].encode())
    assert len(found) == len(set(found))
    assert {row.id for row in lasting} <= set(found)


@pytest.mark.clause("AIMBASE-B10", "AIMBASE-B41")
def test_the_last_row_of_a_page_may_go(sandbox, driver):
    answer = ask(driver, "$filter=startswith(Email,'range.')", prefer="odata.maxpagesize=2")
    assert ids(answer) == [1521, 1522]
    store(sandbox, *(row for row in records(sandbox).values() if row.id not in {1521, 1522}))
    assert ids(ask(driver, answer.json["@odata.nextLink"].partition("?")[2].encode())) == [1523, 1524]


@pytest.mark.clause("AIMBASE-B09", "AIMBASE-B41")
def test_a_link_to_another_query_is_a_400(driver):
    answer = ask(driver, "$filter=IsOptedIn eq true", prefer="odata.maxpagesize=2")
    query = answer.json["@odata.nextLink"].partition("?")[2]
    changed = query.replace("true", "false")
    assert changed != query
    assert ask(driver, changed.encode()).status == 400
    assert ask(driver, query.encode(), path=f"{PATH}/$count").status == 400


@pytest.mark.clause("AIMBASE-B32", "AIMBASE-B41")
def test_under_lenient_the_links_lead_on_whatever_the_letter_case():
    driver, _ = in_mode(Mode.LENIENT)
    first = ask(driver, "$TOP=5&$Skip=1&$OrderBy=id desc", prefer="odata.maxpagesize=2")
    whole = ids(ask(driver, "$orderby=Id desc"))
    assert [ids(each) for each in pages(driver, first)] == [whole[1:3], whole[3:5], whole[5:6]]
