import json
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from mockserver.consent import Consent, ConsentState, Stamp
from mockserver.vendors.omeda.records import DeploymentType, Filter, FilterStatus
from mockserver.world.clock import begin
from mockserver.world.journal import Finding
from mockserver.world.sandbox import Mode
from tests.driver import Driver
from tests.vendors.omeda_desk import (
    NOW,
    PAGE,
    REQUEST,
    TABLES,
    assert_taken,
    check_refused,
    check_taken,
    filters,
    made,
    rows,
    submit,
    table,
)


@pytest.mark.clause("OMEDA-44", "OMEDA-45", "OMEDA-46", "OMEDA-A18", "OMEDA-A30", "OMEDA-A31")
@pytest.mark.parametrize("row", table("taken"))
def test_what_is_taken_creates_opt_outs_at_once(started, sandbox, driver, row):
    check_taken(started.world, sandbox, driver, row)


@pytest.mark.clause("OMEDA-44", "OMEDA-52", "OMEDA-53", "OMEDA-55", "OMEDA-57", "OMEDA-A30", "OMEDA-A31", "OMEDA-A37")
@pytest.mark.parametrize("row", table("refused"))
def test_what_is_refused_changes_nothing(sandbox, driver, row):
    check_refused(sandbox, driver, row)


@pytest.mark.parametrize("row", table("dubious"))
def test_what_is_dubious_is_taken_with_findings(started, sandbox, driver, row):
    check_taken(started.world, sandbox, driver, row)
    found = sandbox.store.journal.entries()[0][-1].findings
    assert found == [Finding("OMEDA-A08", f"ignored: {line}") for line in row["lines"]]


@pytest.mark.parametrize("row", table("dubious"))
def test_what_is_dubious_is_refused_strictly(fresh, row):
    server = fresh(mode=Mode.STRICT)
    check_refused(server.world.find("default"), Driver(server.app), row)


@pytest.mark.clause("OMEDA-A08")
def test_the_other_modes_change_nothing_else(other_mode):
    mode, driver, world = other_mode
    sandbox = world.create()
    there = Driver(driver.app, sandbox=sandbox.name)
    for row in TABLES["taken"] + (TABLES["dubious"] if mode is Mode.LENIENT else []):
        check_taken(world, sandbox, there, row)
    world.reset(sandbox, "baseline", None)
    for row in TABLES["refused"]:
        check_refused(sandbox, there, row)


@pytest.mark.clause("OMEDA-02", "OMEDA-03", "OMEDA-24", "OMEDA-28", "OMEDA-31", "OMEDA-42", "OMEDA-43")
def test_the_request_of_the_page_works_as_it_stands(sandbox, driver):
    before = rows(sandbox)
    assert_taken(submit(driver, client="CLNT2", raw=PAGE["request"]))
    assert made(before, rows(sandbox)) == {
        "test4@omeda.com": {"Optout API 2": [4194, 4804, 4807]},
        "test5@omeda.com": {"Company FGH": [4194, 4804, 4807]},
        "test@omeda.com": {"Company STU": [4194, 4804, 4807]},
        "test2@omeda.com": {"Optout API 2": [4804, 4807]},
        "test66@omeda.com": {"Optout API 2": [4194, 4804]},
        "test77@omeda.com": {"Company WPO": [4807]},
    }


@pytest.mark.clause("OMEDA-46")
def test_a_success_is_the_one_of_the_page(driver):
    answer = submit(driver)
    assert answer.body == orjson.dumps({**json.loads(PAGE["success"]), "SubmissionId": answer.json["SubmissionId"]})


@pytest.mark.clause("OMEDA-47", "OMEDA-55", "OMEDA-57", "OMEDA-63", "OMEDA-68", "OMEDA-A01")
@pytest.mark.parametrize(
    ("shown", "client", "level", "elements"),
    [
        pytest.param("no_brands", "CLNT3", "ClientOptOut", 2, marks=pytest.mark.clause("OMEDA-56", "OMEDA-A13")),
        pytest.param("brands", "CLNT1", "BrandOptOut", 1, marks=pytest.mark.clause("OMEDA-58", "OMEDA-59")),
        pytest.param("types", "CLNT1", "DeploymentTypeOptOut", 2, marks=pytest.mark.clause("OMEDA-60", "OMEDA-61")),
    ],
)
def test_the_failures_of_the_page_are_answered_word_for_word(driver, shown, client, level, elements):
    answer = submit(driver, {level: REQUEST[level][:elements]}, client=client)
    assert answer.status == 400
    assert answer.body == orjson.dumps({**json.loads(PAGE[shown]), "Submission": answer.json["Submission"]})


@pytest.mark.clause("OMEDA-54")
def test_a_submission_works_once_its_faults_are_mended(driver):
    sent = {"BrandOptOut": [{"EmailAddress": "a@example.com", "BrandId": ["XXP", "XXZ"]}]}
    assert submit(driver, sent).status == 400
    sent["BrandOptOut"][0]["BrandId"].remove("XXZ")
    assert_taken(submit(driver, sent))


@pytest.mark.clause("OMEDA-96")
def test_every_answer_has_an_id_of_its_own(driver):
    answers = [submit(driver), submit(driver), submit(driver, {"ClientOptOut": []}), submit(driver, method="GET")]
    assert len({next(iter(answer.json.values())) for answer in answers}) == 4


@pytest.mark.clause("OMEDA-A23", "OMEDA-A26")
def test_a_repeat_renews_all_but_when_and_by_whom_the_consent_changed(sandbox, driver):
    submit(driver)
    sandbox.store.set_clock(lambda _: begin(NOW + timedelta(days=1)))
    element = {"EmailAddress": "A@Example.com", "DeploymentTypeId": 23, "Source": "again"}
    assert_taken(submit(driver, {"DeploymentTypeOptOut": [element]}))
    found = filters(sandbox)["a@example.com", 23]
    assert found == Filter("A@Example.com", 23, FilterStatus.OUT, "again", NOW, NOW + timedelta(days=1))
    assert found.stamp == Stamp(NOW, 1)


@pytest.mark.clause("OMEDA-A21", "OMEDA-A22", "OMEDA-A26")
def test_an_opt_out_over_an_opt_in_is_a_new_consent_in_the_old_entry(sandbox, driver):
    count = len(filters(sandbox))
    submit(driver, {"DeploymentTypeOptOut": [{"EmailAddress": "OptedIn@omeda.com", "DeploymentTypeId": 23}]})
    found = filters(sandbox)["optedin@omeda.com", 23]
    created = datetime(2018, 11, 30, 12, tzinfo=UTC)
    assert found == Filter("OptedIn@omeda.com", 23, FilterStatus.OUT, "Optout API 2", created, NOW)
    assert found.stamp == Stamp(NOW, 1)
    assert len(filters(sandbox)) == count


@pytest.mark.clause("OMEDA-56", "OMEDA-A16")
def test_a_client_whose_brands_have_no_types_at_all_is_no_error(sandbox, driver):
    records = sandbox.store.records("omeda")
    records.replace({kind: table for kind, table in records.tables().items() if kind is not DeploymentType})
    before = rows(sandbox)
    assert_taken(submit(driver, {"ClientOptOut": [{"EmailAddress": "a@example.com"}]}))
    assert rows(sandbox) == before


@pytest.mark.clause("OMEDA-70", "OMEDA-A34")
def test_a_promo_code_is_kept_and_no_finding(sandbox, driver):
    element = {"EmailAddress": "a@example.com", "DeploymentTypeId": 23, "PromoCode": "SPRING18"}
    assert_taken(submit(driver, {"DeploymentTypeOptOut": [element]}))
    assert filters(sandbox)["a@example.com", 23].promo_code == "SPRING18"
    assert sandbox.store.journal.entries()[0][-1].findings == []


@pytest.mark.clause("OMEDA-01", "OMEDA-A18")
def test_consents_tell_who_is_in_and_who_is_out(sandbox, driver):
    submit(driver, method="GET")
    submit(driver)
    states = {"IN": ConsentState.OPTED_IN, "OUT": ConsentState.OPTED_OUT}
    *brought, _ = rows(sandbox)["Filter"]
    assert {row["status"] for row in brought} == states.keys()
    assert list(sandbox.vendors["omeda"].consents()) == [
        *(Consent(row["email"], str(row["deployment_type_id"]), states[row["status"]]) for row in brought),
        Consent("a@example.com", "23", ConsentState.OPTED_OUT, Stamp(NOW, 2)),
    ]
