import orjson
import pytest

from mockserver.consent import Consent, ConsentState, Stamp
from mockserver.world.sandbox import Mode
from tests.driver import Driver
from tests.vendors.aimbase_desk import (
    ALWAYS,
    ENCODINGS,
    INVALID,
    MISSPELT,
    NOW,
    ORIGIN,
    PAGE,
    PROPERTIES,
    TABLES,
    TOKEN,
    ask,
    assert_answer,
    assert_found,
    assert_not_found,
    assert_refused,
    base_of,
    findings,
    ids,
    in_mode,
    numbers,
    person,
    records,
    rows_of,
    state,
    store,
)

HOST_OF_21 = "dealers99.aimbase.com"


def secure(app):
    """The application as it is called behind TLS."""

    async def called(scope, receive, send):
        await app(scope | {"scheme": "https"}, receive, send)

    return Driver(called)


def printed(base):
    """The page's sample body as it goes over the wire."""
    body = orjson.loads(PAGE["body"])
    return orjson.dumps({**body, "@odata.context": body["@odata.context"].replace("https://{baseurl}", base)})


@pytest.mark.clause("AIMBASE-02", "AIMBASE-13", "AIMBASE-29", "AIMBASE-35")
@pytest.mark.parametrize("how", ENCODINGS.values(), ids=ENCODINGS)
@pytest.mark.parametrize("row", rows_of(PAGE["queries"]))
def test_the_sample_queries_of_the_page_work_with_the_path_spelt_right(sandbox, driver, row, how):
    path = "/aimbase" + row["path"].replace("Subsriber", "Subscriber")
    answer = ask(driver, row["query"], path=path, how=how)
    assert_found(driver, answer, [records(sandbox)[each] for each in numbers(row["ids"])])
    assert findings(sandbox) == []


@pytest.mark.clause("AIMBASE-27", "AIMBASE-B01", "AIMBASE-B40")
@pytest.mark.parametrize(
    "row", [each for each in PAGE["queries"] if "Subsriber" in each["path"]], ids=lambda r: r["says"]
)
def test_the_misspelt_samples_of_the_page_are_not_found(driver, row):
    path = "/aimbase" + row["path"]
    assert_not_found(ask(driver, row["query"], path=path), base_of(driver) + row["path"])


@pytest.mark.clause("AIMBASE-27", "AIMBASE-30", "AIMBASE-36", "AIMBASE-B01")
@pytest.mark.parametrize("path", [MISSPELT, "/aimbase/ODATA/V2/subsriberoptin"])
@pytest.mark.parametrize("row", PAGE["queries"], ids=lambda row: row["says"])
def test_under_lenient_the_misspelt_path_is_the_right_one_with_a_finding(row, path):
    driver, sandbox = in_mode(Mode.LENIENT)
    answer = ask(driver, row["query"], path=path)
    assert_found(driver, answer, [records(sandbox)[each] for each in numbers(row["ids"])])
    taken = f"the path {path.removeprefix('/aimbase')} is taken for /odata/v2/SubscriberOptIn"
    assert findings(sandbox) == [("AIMBASE-B01", taken)]


@pytest.mark.clause("AIMBASE-31", "AIMBASE-32", "AIMBASE-33", "AIMBASE-35", "AIMBASE-36", "AIMBASE-37", "AIMBASE-38")
@pytest.mark.clause("AIMBASE-39", "AIMBASE-40", "AIMBASE-41", "AIMBASE-42", "AIMBASE-43", "AIMBASE-B19")
@pytest.mark.clause("AIMBASE-69", "AIMBASE-B26", "AIMBASE-B27")
def test_the_sample_answer_of_the_page_is_answered_byte_for_byte(started):
    path = "/odata/v2/SubscriberOptIn"
    answer = ask(secure(started.app), "$filter=Email eq 'test@test.com'", path=path, host=HOST_OF_21)
    host_software = {"server", "x-aspnet-version", "request-context", "access-control-expose-headers", "x-powered-by"}
    not_mocked = {*host_software, "date", "connection"}
    of_page = {name.lower(): value for name, value in PAGE["headers"].items() if name.lower() not in not_mocked}
    assert answer.status == 200
    assert answer.body == printed(f"https://{HOST_OF_21}")
    assert answer.headers == of_page
    assert len(answer.body) == 380


@pytest.mark.clause("AIMBASE-36", "AIMBASE-B26", "AIMBASE-B29")
def test_the_context_begins_as_the_request_did(driver):
    answer = ask(driver, "$filter=Email eq 'test@test.com'")
    assert_answer(answer, 200, printed(f"{ORIGIN}{driver.prefix}/aimbase"), **ALWAYS)


@pytest.mark.clause("AIMBASE-13", "AIMBASE-69", "AIMBASE-B29")
@pytest.mark.parametrize("host", ["demo.aimbase.com", "Other.AIMBASE.com:443", "aimbase.localhost:8080"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_under_the_vendors_hosts_paths_and_contexts_have_no_prefix(started, sandbox, host, scheme):
    store(sandbox, person(7))
    driver = secure(started.app) if scheme == "https" else Driver(started.app)
    path = f"/~{sandbox.name}/odata/v2/SubscriberOptIn"
    answer = ask(driver, path=path, host=host)
    assert answer.json["@odata.context"] == f"{scheme}://{host}/~{sandbox.name}/odata/V2/$metadata#SubscriberOptIn"
    assert ids(answer) == [7]
    there = ask(driver, "$top=1", path="/odata/v2/SubscriberOptIn", host=host)
    assert there.json["@odata.context"] == f"{scheme}://{host}/odata/V2/$metadata#SubscriberOptIn"
    assert ids(there) == [1519]


@pytest.mark.clause("AIMBASE-B29")
def test_a_sandbox_sees_its_own_rows_and_address(started, sandbox, driver):
    store(sandbox, person(7))
    assert_found(driver, ask(driver), [person(7)])
    assert driver.prefix == f"/~{sandbox.name}"
    assert 7 not in ids(ask(Driver(started.app)))


@pytest.mark.clause("AIMBASE-36", "AIMBASE-61", "AIMBASE-B06")
@pytest.mark.parametrize(
    "path", ["/odata/V2/SubscriberOptIn", "/Odata/V2/SUBSCRIBEROPTIN", "/ODATA/v2/subscriberoptin"]
)
def test_the_path_is_matched_in_any_letter_case(driver, path):
    answer = ask(driver, path="/aimbase" + path)
    assert_answer(answer, 200, ask(driver).body, **ALWAYS)


@pytest.mark.clause("AIMBASE-02", "AIMBASE-04", "AIMBASE-35", "AIMBASE-B07")
@pytest.mark.parametrize("how", ENCODINGS.values(), ids=ENCODINGS)
@pytest.mark.parametrize("row", rows_of(TABLES["found"]))
def test_a_query_finds_its_rows_in_its_order(sandbox, driver, row, how):
    before = state(sandbox)
    answer = ask(driver, row["query"], how=how)
    found = [records(sandbox)[each] for each in numbers(row["ids"])]
    assert_found(driver, answer, found, select=row.get("select"), count=row.get("count"))
    says = "$filter on {}, which the page does not list"
    assert findings(sandbox) == [("AIMBASE-B07", says.format(each)) for each in row.get("finding", ())]
    assert state(sandbox) == before


@pytest.mark.clause("AIMBASE-02", "AIMBASE-B09")
def test_an_asterisk_selects_everything(sandbox, driver):
    (row,) = ask(driver, "$select=*&$filter=Email eq 'a@b.com'").json["value"]
    assert list(row) == list(PROPERTIES)


@pytest.mark.clause("AIMBASE-21", "AIMBASE-B07")
@pytest.mark.parametrize("name", ["Id", "IpAddress", "OptInSource", "CountryCode"])
def test_strict_refuses_filters_on_what_the_page_does_not_list(name):
    driver, sandbox = in_mode(Mode.STRICT)
    answer = ask(driver, f"$filter=Email eq 'a@b.com' and {name} ne null")
    assert_refused(answer, 400, f"{INVALID}The property '{name}' cannot be used in the $filter query option.")
    assert findings(sandbox) == []
    assert ids(ask(driver, f"$orderby={name}&$select={name},Id&$top=37&$filter=Email eq 'a@b.com'")) == [1520]


@pytest.mark.clause("AIMBASE-14", "AIMBASE-15", "AIMBASE-B07")
@pytest.mark.parametrize("mode", [Mode.STRICT, Mode.LENIENT])
def test_the_other_modes_change_nothing_of_what_the_page_lists(mode):
    driver, sandbox = in_mode(mode)
    rows = records(sandbox)
    for row in [*TABLES["found"], *PAGE["queries"]]:
        if "finding" not in row:
            found = [rows[each] for each in numbers(row["ids"])]
            assert_found(driver, ask(driver, row["query"]), found, select=row.get("select"), count=row.get("count"))


@pytest.mark.clause("AIMBASE-41", "AIMBASE-64", "AIMBASE-B19")
def test_consents_tell_who_is_in_and_who_is_out(sandbox):
    def standing(row):
        if row["subscriber_status"] in {"Unsubscribed", "Unsubscribed-Partial"}:
            return ConsentState.OPTED_OUT
        return ConsentState.OPTED_IN if row["is_opted_in"] else ConsentState.UNKNOWN

    found = list(sandbox.vendors["aimbase"].consents())
    assert found == [Consent(row["email"], None, standing(row)) for row in state(sandbox)["Subscriber"]]
    assert {each.state for each in found} == {*ConsentState} - {ConsentState.PENDING}


def test_a_consent_tells_since_when(sandbox):
    since = Stamp(NOW, 17)
    store(sandbox, person(stamp=since))
    (found,) = sandbox.vendors["aimbase"].consents()
    assert found.stamp == since


@pytest.mark.clause("AIMBASE-09", "AIMBASE-10", "AIMBASE-11", "AIMBASE-29")
@pytest.mark.parametrize("authorization", [None, "Bearer x", "Avala-Api x"])
def test_the_token_in_authenticate_is_all_that_is_needed(driver, authorization):
    answer = ask(driver, authenticate=TOKEN, authorization=authorization)
    assert_answer(answer, 200, ask(driver).body, **ALWAYS)
