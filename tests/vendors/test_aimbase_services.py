import json
from datetime import UTC, datetime, timedelta

import pytest

from mockserver.vendors.aimbase.records import Deliverability, Status
from mockserver.world.sandbox import Mode
from tests.driver import Driver
from tests.vendors.aimbase_desk import (
    NOW,
    TOKEN,
    UNKEPT,
    ask,
    findings,
    in_mode,
    person,
    records,
    state,
    store,
    switch,
)
from tests.vendors.test_aimbase_login import assert_refused

SERVICE = "/aimbase/Marketing/api/subscriber"
BARE = {
    "Email": "new@example.com",
    "SubscriberTypeCode": "Newsletter",
    "CountryCode": "US",
    "IsCommunicationOptIn": False,
}
CONSENT = BARE | {
    "IsCommunicationOptIn": True,
    "IsCommunicationOptInIpAddress": "203.0.113.77",
    "IsCommunicationOptInDate": "2020-07-04",
    "IsCommunicationOptInSource": "Website",
}


def submit(driver, body, *, query=b"manufacturer=ACME", content="application/json", **headers):
    sent = {"authenticate": TOKEN, "content-type": content, **headers}
    return driver.request("POST", SERVICE, headers=sent, body=json.dumps(body).encode(), query=query)


def row(driver, email):
    (found,) = ask(driver, f"$filter=Email eq '{email}'").json["value"]
    return found


@pytest.mark.clause("AIMBASE-56", "AIMBASE-B20", "AIMBASE-B51")
def test_a_new_subscriber_is_in_the_collection_at_once(sandbox, driver):
    before = max(records(sandbox))
    answer = submit(driver, CONSENT)
    assert (answer.status, answer.body) == (201, b"")
    assert answer.headers == {"content-length": "0", **UNKEPT}
    assert row(driver, "new@example.com") == {
        "Id": before + 1,
        "Email": "new@example.com",
        "IsOptedIn": True,
        "IpAddress": "203.0.113.77",
        "OptInDate": "2020-07-04T00:00:00-05:00",
        "OptInSource": "Website",
        "CountryCode": "US",
        "CreateDate": "2025-12-31T18:00:00-06:00",
        "UpdateDate": "2025-12-31T18:00:00-06:00",
        "EmailDeliverabilityStatus": "Active",
        "SubscriberStatus": "Subscribed",
    }


@pytest.mark.clause("AIMBASE-B20")
def test_who_gives_no_consent_has_neither_date_nor_address(driver):
    assert submit(driver, BARE | {"IsCommunicationOptInDate": None, "OptInListIds": None}).status == 201
    found = row(driver, "new@example.com")
    assert [found[name] for name in ("IsOptedIn", "IpAddress", "OptInDate", "OptInSource")] == [False, None, None, None]


@pytest.mark.clause("AIMBASE-B20")
@pytest.mark.parametrize(
    ("day", "shown"),
    [
        ("2020-01-04", "2020-01-04T00:00:00-06:00"),
        ("2020-03-08", "2020-03-08T00:00:00-06:00"),
        ("2020-03-09", "2020-03-09T00:00:00-05:00"),
        ("1884-01-01", "1884-01-01T00:00:00-06:00"),
        ("9998-12-31", "9998-12-31T00:00:00-06:00"),
    ],
)
def test_a_date_is_the_midnight_at_its_start_in_central_time(driver, day, shown):
    assert submit(driver, CONSENT | {"IsCommunicationOptInDate": day}).status == 201
    assert row(driver, "new@example.com")["OptInDate"] == shown


REQUIRED = "The {} field is required."
MISFIT = "The field {} is invalid."
TEXTS = [
    *(({name: None}, REQUIRED.format(name)) for name in BARE),
    *(({name: ""}, REQUIRED.format(name)) for name in ("Email", "SubscriberTypeCode", "CountryCode")),
    ({"Email": "x" * 257}, MISFIT.format("Email")),
    ({"SubscriberTypeCode": "x" * 51}, MISFIT.format("SubscriberTypeCode")),
    ({"CountryCode": "USA"}, MISFIT.format("CountryCode")),
    ({"CountryCode": "us"}, MISFIT.format("CountryCode")),
    ({"CountryCode": "U"}, MISFIT.format("CountryCode")),
    ({"IsCommunicationOptIn": "true"}, MISFIT.format("IsCommunicationOptIn")),
    ({"IsCommunicationOptIn": 1}, MISFIT.format("IsCommunicationOptIn")),
    ({"IsCommunicationOptInIpAddress": None}, REQUIRED.format("IsCommunicationOptInIpAddress")),
    ({"IsCommunicationOptInIpAddress": ""}, REQUIRED.format("IsCommunicationOptInIpAddress")),
    ({"IsCommunicationOptInIpAddress": "1" * 51}, MISFIT.format("IsCommunicationOptInIpAddress")),
    ({"IsCommunicationOptInDate": None}, REQUIRED.format("IsCommunicationOptInDate")),
    ({"IsCommunicationOptInDate": "07/04/2020"}, MISFIT.format("IsCommunicationOptInDate")),
    ({"IsCommunicationOptInDate": "2020-07-04T00:00:00Z"}, MISFIT.format("IsCommunicationOptInDate")),
    ({"IsCommunicationOptInDate": "2020-02-30"}, MISFIT.format("IsCommunicationOptInDate")),
    ({"IsCommunicationOptInDate": "1883-12-31"}, MISFIT.format("IsCommunicationOptInDate")),
    ({"IsCommunicationOptInDate": "0001-01-01"}, MISFIT.format("IsCommunicationOptInDate")),
    ({"IsCommunicationOptInSource": "x" * 51}, MISFIT.format("IsCommunicationOptInSource")),
    ({"OptInListIds": 101}, MISFIT.format("OptInListIds")),
    ({"OptInListIds": [101.5]}, MISFIT.format("OptInListIds")),
    ({"OptInListIds": [101.0]}, MISFIT.format("OptInListIds")),
    ({"OptInListIds": ["101"]}, MISFIT.format("OptInListIds")),
    ({"OptInListIds": [101, 999]}, "A value provided in the OptInListIds property was not valid."),
    ({"OptInListIds": [2**70]}, "A value provided in the OptInListIds property was not valid."),
    ({"SubscriberTypeCode": "NewsletterList"},
     "For subscriber type code NewsletterList a value is required in the OptInListIds property."),
    ({"SubscriberTypeCode": "NewsletterList", "OptInListIds": []},
     "For subscriber type code NewsletterList a value is required in the OptInListIds property."),
]  # fmt: skip


@pytest.mark.clause("AIMBASE-56", "AIMBASE-57", "AIMBASE-58", "AIMBASE-B46", "AIMBASE-B55")
@pytest.mark.parametrize(("change", "text"), TEXTS)
def test_what_is_missing_or_misfits_is_refused_and_changes_nothing(sandbox, driver, change, text):
    before = state(sandbox)
    assert_refused(submit(driver, CONSENT | change), 400, text)
    assert_refused(
        submit(driver, {key: each for key, each in (CONSENT | change).items() if each is not None}), 400, text
    )
    assert state(sandbox) == before


@pytest.mark.clause("AIMBASE-56", "AIMBASE-B50")
@pytest.mark.parametrize("query", [b"", b"manufacturer=", b"manufacturer=%20", b"Manufacturer=ACME"])
def test_a_manufacturer_has_to_be_there(driver, query):
    assert_refused(submit(driver, BARE, query=query), 400, "The manufacturer field is required.")


@pytest.mark.clause("AIMBASE-55", "AIMBASE-B11", "AIMBASE-B14")
@pytest.mark.parametrize("headers", [{"authenticate": "Avala-Api x"}, {"authenticate": "", "authorization": TOKEN}])
def test_the_service_needs_the_token(sandbox, driver, headers):
    before = state(sandbox)
    answer = submit(driver, CONSENT, **headers)
    assert_refused(answer, 401, "Authorization has been denied for this request.", www_authenticate="Avala-Api")
    assert state(sandbox) == before


@pytest.mark.clause("AIMBASE-B24")
@pytest.mark.parametrize("method", ["GET", "PUT", "OPTIONS"])
def test_the_service_takes_post_only(driver, method):
    answer = driver.request(method, SERVICE, headers={"authenticate": TOKEN})
    assert_refused(answer, 405, f"The requested resource does not support http method '{method}'.", allow="POST")


@pytest.mark.clause("AIMBASE-B47")
def test_the_service_reads_json_and_refuses_in_either_type(driver):
    text = "The request entity's media type 'application/xml' is not supported for this resource."
    answer = submit(driver, CONSENT, content="application/xml", accept="application/json")
    assert_refused(answer, 415, text)
    answer = submit(driver, CONSENT, content="application/xml")
    assert answer.body.decode() == f'<?xml version="1.0"?><Error><Message>{text}</Message></Error>'


@pytest.mark.clause("AIMBASE-B21", "AIMBASE-B52")
def test_a_second_submission_brings_the_one_subscriber_up_to_date(sandbox, driver):
    submit(driver, CONSENT | {"OptInListIds": [102]})
    sandbox.clock.advance(timedelta(seconds=90))
    before = records(sandbox)
    answer = submit(driver, BARE | {"Email": "NEW@example.com", "CountryCode": "CA", "OptInListIds": [101, 102]})
    assert (answer.status, answer.body) == (201, b"")
    (old,) = set(before.values()) - set(records(sandbox).values())
    new = records(sandbox)[old.id]
    assert len(records(sandbox)) == len(before)
    assert (new.email, new.is_opted_in, new.ip_address, new.opt_in_date) == (old.email, False, None, None)
    assert (new.opt_in_source, new.country_code, new.list_ids) == (None, "CA", (102, 101))
    assert (new.create_date, new.update_date) == (old.create_date, NOW + timedelta(seconds=90))


@pytest.mark.clause("AIMBASE-B52")
def test_who_has_the_address_to_the_letter_comes_before_others(sandbox, driver):
    store(sandbox, person(1, "A@b.com"), person(2, "a@b.com"), person(3, "a@B.com"))
    submit(driver, CONSENT | {"Email": "a@b.com"})
    submit(driver, CONSENT | {"Email": "a@b.COM"})
    assert [each.is_opted_in for each in records(sandbox).values()] == [True, True, False]


@pytest.mark.clause("AIMBASE-B19", "AIMBASE-B21")
@pytest.mark.parametrize("status", [Status.UNSUBSCRIBED, Status.PARTIAL])
def test_who_unsubscribed_stays_so_whatever_consent_says(sandbox, driver, status):
    store(sandbox, person(1, "out@example.com", subscriber_status=status))
    sandbox.clock.advance(timedelta(seconds=1))
    assert submit(driver, CONSENT | {"Email": "out@example.com"}).status == 201
    found = records(sandbox)[1]
    assert (found.is_opted_in, found.subscriber_status, found.stamp) == (True, status, None)
    assert found.update_date == NOW + timedelta(seconds=1)


@pytest.mark.clause("AIMBASE-B21")
@pytest.mark.parametrize(("agrees", "status"), [(True, Status.SUBSCRIBED), (False, Status.UNSUBSCRIBED)])
def test_a_fixture_may_let_consent_end_what_was_unsubscribed(sandbox, driver, agrees, status):
    store(sandbox, person(1, "out@example.com", subscriber_status=Status.UNSUBSCRIBED))
    switch(sandbox, opt_in_resubscribes=True)
    submit(driver, CONSENT | {"Email": "out@example.com", "IsCommunicationOptIn": agrees})
    assert records(sandbox)[1].subscriber_status is status


@pytest.mark.clause("AIMBASE-B20")
def test_deliverability_is_no_matter_of_a_submission(sandbox, driver):
    store(sandbox, person(1, "hard@example.com", email_deliverability_status=Deliverability.HARD_BOUNCE))
    submit(driver, CONSENT | {"Email": "hard@example.com"})
    assert records(sandbox)[1].email_deliverability_status is Deliverability.HARD_BOUNCE


@pytest.mark.clause("AIMBASE-B22", "AIMBASE-B48", "AIMBASE-B53")
def test_what_is_dubious_is_taken_with_findings(sandbox, driver):
    address = "2001:db8:85a3::8a2e:370:7334"
    body = CONSENT | {"SubscriberTypeCode": "Odd", "Brand": "X", "IsCommunicationOptInIpAddress": address}
    assert submit(driver, body).status == 201
    assert findings(sandbox) == [
        ("AIMBASE-B48", "the member Brand is unknown"),
        ("AIMBASE-B22", "IsCommunicationOptInIpAddress is longer than 20 characters"),
        ("AIMBASE-B53", "the subscriber type Odd is unknown"),
    ]


@pytest.mark.clause("AIMBASE-B53")
def test_under_strict_an_unknown_type_is_refused():
    driver, sandbox = in_mode(Mode.STRICT)
    before = state(sandbox)
    answer = submit(driver, CONSENT | {"SubscriberTypeCode": "Odd"})
    assert_refused(answer, 400, "The field SubscriberTypeCode is invalid.")
    assert state(sandbox) == before


@pytest.mark.clause("AIMBASE-B20")
def test_where_the_last_id_is_taken_the_first_free_one_is_next(sandbox, driver):
    store(sandbox, person(1), person(2**31 - 1, "last@example.com"))
    submit(driver, CONSENT)
    assert row(driver, "new@example.com")["Id"] == 2
    store(sandbox)
    submit(driver, CONSENT)
    assert row(driver, "new@example.com")["Id"] == 1


@pytest.mark.clause("AIMBASE-20")
def test_a_client_that_keeps_in_step_sees_each_change_once(sandbox, driver):
    sandbox.clock.advance(timedelta(microseconds=1_234_567))
    submit(driver, CONSENT)
    moment = "2025-12-31T18:00:01.234-06:00"
    assert row(driver, "new@example.com")["UpdateDate"] == moment
    assert len(ask(driver, f"$filter=UpdateDate ge {moment}").json["value"]) == 1
    assert ask(driver, f"$filter=UpdateDate gt {moment}").json["value"] == []


def test_a_clock_before_central_time_is_no_fault(fresh):
    driver = Driver(fresh(now=datetime(1700, 1, 1, tzinfo=UTC)).app)
    assert submit(driver, CONSENT).status == 201
    assert row(driver, "new@example.com")["CreateDate"] == "1883-12-31T18:00:00-06:00"
