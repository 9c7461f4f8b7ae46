from datetime import UTC, datetime, timedelta

import pytest

from mockserver.consent import Stamp
from mockserver.errors import FixtureError
from mockserver.vendors.omeda import Omeda
from mockserver.vendors.omeda.records import DeploymentType
from mockserver.vendors.omeda.render import render_type, show
from mockserver.world.fixture import parse
from mockserver.world.journal import Finding
from mockserver.world.sandbox import Mode
from tests.driver import Driver
from tests.vendors.omeda_desk import BLOCKED, NOW, filters, flag, keep, look_up, opt_in, rows, submit

EMAIL = "a@example.com"
DUBIOUS = [
    (opt_in, {}, ["'DeploymentTypeOptIn' is a required field."]),
    (
        opt_in,
        {"DeploymentTypeOptOut": [], "DeploymentTypeOptIn": [{"EmailAddress": EMAIL, "DeploymentTypeId": 23, "x": 1}]},
        ["'DeploymentTypeOptOut' is not valid.", "'x' is not valid."],
    ),
    (flag, {"EmailAddress": "test@test.com", "Source": "x"}, ["'Source' is not valid."]),
]


def element(kind=23, **more):
    return {"DeploymentTypeOptIn": [{"EmailAddress": EMAIL, "DeploymentTypeId": kind, **more}]}


def out(kind=23, **more):
    return {"DeploymentTypeOptOut": [{"EmailAddress": EMAIL, "DeploymentTypeId": kind, **more}]}


def told(answer):
    return [each["Error"] for each in answer.json["Errors"]]


@pytest.mark.clause("OMEDA-A08")
@pytest.mark.parametrize(("ask", "body", "lines"), DUBIOUS)
def test_what_is_dubious_is_taken_with_findings(sandbox, driver, ask, body, lines):
    assert ask(driver, body).status == 200
    found = sandbox.store.journal.entries()[0][-1].findings
    assert found == [Finding("OMEDA-A08", f"ignored: {line}") for line in lines]


@pytest.mark.clause("OMEDA-A08")
@pytest.mark.parametrize(("ask", "body", "lines"), DUBIOUS)
def test_what_is_dubious_is_refused_strictly_and_changes_nothing(fresh, ask, body, lines):
    server = fresh(mode=Mode.STRICT)
    sandbox = server.world.find("default")
    before = rows(sandbox)
    answer = ask(Driver(server.app), body)
    assert answer.status == 400
    assert told(answer)[: len(lines)] == lines
    assert rows(sandbox) == before


@pytest.mark.clause("OMEDA-91")
def test_the_one_field_of_flagging_stands_in_no_element_of_opt_ins(driver):
    answer = flag(driver, element())
    assert (answer.status, told(answer)) == (400, ["'EmailAddress' is a required field."])


@pytest.mark.clause("OMEDA-75", "OMEDA-77", "OMEDA-A25", "OMEDA-A44")
def test_opt_ins_of_one_submission_are_worked_off_in_their_order(sandbox, driver):
    submit(driver, out([23, 25]))
    elements = [
        {"EmailAddress": "A@Example.com", "DeploymentTypeId": [23, "23", 25]},
        {"EmailAddress": EMAIL, "DeploymentTypeId": 23, "DeleteOptOut": 1},
        {"EmailAddress": EMAIL, "DeploymentTypeId": [23, 25], "DeleteOptOut": 2},
    ]
    answer = opt_in(driver, {"DeploymentTypeOptIn": elements})
    blocked = [("A@Example.com", 23), ("A@Example.com", 23), ("A@Example.com", 25), (EMAIL, 25)]
    assert [each["Message"] for each in answer.json["Messages"]] == [BLOCKED.format(*each) for each in blocked]
    assert {key: each.status for key, each in filters(sandbox).items() if key[0] == EMAIL} == {
        (EMAIL, 23): "IN",
        (EMAIL, 25): "OUT",
    }


@pytest.mark.clause("OMEDA-A15")
def test_an_inactive_type_that_is_named_is_passed_over_by_opt_ins(sandbox, driver):
    before = rows(sandbox)
    assert opt_in(driver, element(24)).status == 200
    assert rows(sandbox) == before


@pytest.mark.clause("OMEDA-A18", "OMEDA-A48")
def test_what_is_sent_later_never_shows_earlier(sandbox, driver):
    keep(sandbox, Settings=[{"queue_delay_s": 600}])
    submit(driver, out())
    opt_in(driver, element(DeleteOptOut=1))
    keep(sandbox, Settings=[{"queue_delay_s": 0}])
    submit(driver, out(Source="last"))
    submit(driver, out(25))
    (at_once,) = look_up(driver, EMAIL).json["Filters"]
    assert at_once["DeploymentTypeId"] == 25
    sandbox.clock.advance(timedelta(seconds=600))
    last, _ = look_up(driver, EMAIL).json["Filters"]
    assert (last["Status"], last["Source"]) == ("OUT", "last")
    found = {each.audience: each for each in sandbox.vendors["omeda"].consents() if each.email == EMAIL}
    assert found["23"].stamp.since == NOW + timedelta(seconds=600)


@pytest.mark.clause("OMEDA-A48")
def test_what_a_fixture_has_waiting_stands_from_the_moment_it_is_due(sandbox, driver):
    due = NOW + timedelta(seconds=5)
    waiting = {"number": 0, "email": EMAIL, "deployment_type_id": 23, "source": "s"}
    earlier = waiting | {"submission": "b", "due": "2026-01-01T00:00:05Z", "status": "OUT"}
    later = waiting | {"submission": "a", "due": "2026-01-01T00:00:06Z", "status": "IN"}
    keep(sandbox, Queued=[later, earlier])
    assert look_up(driver, EMAIL).status == 404
    sandbox.clock.advance(timedelta(seconds=5))
    assert [each["Status"] for each in look_up(driver, EMAIL).json["Filters"]] == ["OUT"]
    assert [each.stamp for each in sandbox.vendors["omeda"].consents() if each.email == EMAIL] == [Stamp(due, None)]
    sandbox.clock.advance(timedelta(seconds=1))
    assert [each["Status"] for each in look_up(driver, EMAIL).json["Filters"]] == ["IN"]


@pytest.mark.clause("OMEDA-A48")
@pytest.mark.parametrize("delay_s", [-1, 31_536_001, 10**15])
def test_a_delay_is_between_nothing_and_a_year(delay_s):
    says = rf"^Settings\[0\]: queue_delay_s: {delay_s} is not between 0 and 31536000, a year$"
    with pytest.raises(FixtureError, match=says):
        parse({"Settings": [{"queue_delay_s": delay_s}]}, Omeda.kinds())


@pytest.mark.clause("OMEDA-87", "OMEDA-A45")
@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ((2010, 12, 15, 17, 10, 5, 999999), "2010-12-15 11:10:05 CST"),
        ((2026, 3, 8, 7, 59, 59), "2026-03-08 01:59:59 CST"),
        ((2026, 3, 8, 8), "2026-03-08 03:00:00 CDT"),
        ((2026, 11, 1, 6, 30), "2026-11-01 01:30:00 CDT"),
        ((2026, 11, 1, 7, 30), "2026-11-01 01:30:00 CST"),
        ((1943, 6, 1), "1943-05-31 18:00:00 CST"),
        ((1, 1, 1), "0001-01-01 18:00:00 CST"),
        ((9999, 12, 31), "9999-12-30 18:00:00 CST"),
    ],
)
def test_a_date_is_central_wall_time_with_the_name_of_the_zone(moment, shown):
    assert show(datetime(*moment, tzinfo=UTC)) == shown


@pytest.mark.clause("OMEDA-92", "OMEDA-A46")
def test_a_type_has_names_always_and_a_long_description_where_there_is_one():
    bare = {"Id": 1, "Name": "", "Description": "", "AlternateId": "", "StatusCode": 1}
    assert render_type(DeploymentType(1, "XXP")) == bare
    full = DeploymentType(1, "XXP", name="n", description="d", long_description="l")
    assert render_type(full) == bare | {"Name": "n", "Description": "d", "LongDescription": "l"}


@pytest.mark.clause("OMEDA-89", "OMEDA-A47")
def test_flagging_reaches_the_customers_of_the_client_alone_and_no_filter(sandbox, driver):
    customers = [("CLNT2", "b@x"), ("CLNT1", "c@x"), ("CLNT1", "B@X"), ("CLNT1", "b@x")]
    listed = [{"customer_id": 9 - n, "client": client, "email": email} for n, (client, email) in enumerate(customers)]
    keep(sandbox, Customer=listed)
    before = rows(sandbox)
    answer = flag(driver, {"EmailAddress": "b@X"})
    assert answer.json["OmedaCustomerIds"] == [6, 7]
    after = rows(sandbox)
    assert [each["invalid_brands"] for each in after["Customer"]] == [[], [], ["XXP"], ["XXP"]]
    assert {**after, "Customer": []} == {**before, "Customer": []}
    flag(driver, {"EmailAddress": "b@X"})
    assert rows(sandbox) == after
