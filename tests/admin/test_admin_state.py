import pytest

from mockserver.consent import Stamp
from mockserver.contract import document
from tests.admin.control import NOW, Line

HERE = "/__admin/sandboxes/default"
STATE = f"{HERE}/state/ledger"


@pytest.mark.parametrize("scenario", ["baseline", "empty", "trouble"])
@pytest.mark.parametrize("vendor", document.names())
def test_what_get_shows_put_takes(control, vendor, scenario):
    control.call("POST", f"{HERE}/reset", json={"scenario": scenario})
    records = control.world.find("default").store.records(vendor)
    before, shown = records.tables(), control.get(f"{HERE}/state/{vendor}")
    assert list(shown) == list(control.vendors[vendor].kinds())
    control.call("PUT", f"{HERE}/state/{vendor}", 204, json={})
    assert not any(records.tables().values())
    control.call("PUT", f"{HERE}/state/{vendor}", 204, json=shown)
    assert {kind: table for kind, table in records.tables().items() if table} == {
        kind: table for kind, table in before.items() if table
    }


def test_state_is_a_fixture_in_json(control):
    rows = [{"number": 1, "data": {"a": [1.5, {"b": None}]}}, {"number": 2, "state": "pending", "email": "a@b"}]
    control.call("PUT", STATE, 204, json={"Line": rows})
    assert control.get(STATE) == {
        "Account": [],
        "Line": [
            {"number": 1, "state": "opted_in", "email": None, "audience": None, "data": {"a": [1.5, {"b": None}]}},
            {"number": 2, "state": "pending", "email": "a@b", "audience": None, "data": None},
        ],
    }


@pytest.mark.parametrize(
    ("fixture", "pointer"),
    [
        ({"Line": [{"number": 1}, {"number": "x"}]}, "/Line/1/number"),
        ({"Line": [{"number": 1}, {}]}, "/Line/1/number"),
        ({"Line": [{"number": 1, "state": "gone"}]}, "/Line/0/state"),
        ({"Line": [{"number": 1, "colour": "red"}]}, "/Line/0/colour"),
        ({"Line": [{"number": 1}, {"number": 1}]}, "/Line/1"),
        ({"Line": [{"number": 1}], "Page": []}, "/Page"),
        ({"Account": [{"name": "a", "headers": {}}]}, "/Account/0"),
        ({"Line": [1]}, "/Line/0"),
        ({"Line": {"number": 1}}, "/Line"),
        ({"Line": None}, "/Line"),
        ([], ""),
        (None, ""),
    ],
)
def test_a_fixture_that_misfits_is_refused_at_its_place_and_nothing_changes(control, fixture, pointer):
    control.call("PUT", STATE, 204, json={"Line": [{"number": 7}]})
    how = {"json": fixture} if fixture is not None else {"data": b"null", "content_type": "application/json"}
    assert control.refusal("PUT", STATE, 400, **how) == [pointer]


@pytest.mark.parametrize("number", ["1" + "0" * 30, "-1" + "0" * 30])
def test_a_number_that_could_not_be_shown_again_is_refused(control, number):
    raw = f'{{"Line": [{{"number": {number}}}]}}'
    assert control.refusal("PUT", STATE, 400, data=raw, content_type="application/json") == ["/Line/0/number"]


def test_many_bad_rows_are_told_by_the_first_twenty(control):
    assert control.refusal("PUT", STATE, 400, json={"Line": list(range(1000))}) == [f"/Line/{n}" for n in range(20)]


def test_a_long_reason_is_shortened(control):
    body = control.call("PUT", STATE, 400, json={"Line": [{"number": "x" * 10_000}]})
    assert len(body["detail"]) < 600
    assert body["errors"][0]["detail"].endswith("…")


def test_many_rows_pass(control):
    rows = [{"number": number, "email": f"{number}@example.com"} for number in range(20_000)]
    control.call("PUT", STATE, 204, json={"Line": rows})
    assert len(control.get(f"{HERE}/consents?vendor=ledger")["consents"]) == len(rows)


@pytest.mark.parametrize("vendor", ["quux", "LEDGER", "%20", "a" * 300])
def test_an_unknown_vendor_is_a_404_that_says_which_there_are(control, vendor):
    for method, how in (("GET", {}), ("PUT", {"json": {}})):
        assert control.refusal(method, f"{HERE}/state/{vendor}", 404, **how) == []
        body = control.call(method, f"{HERE}/state/{vendor}", 404, **how)
        assert body["type"] == "urn:mockserver:unknown-vendor"
        assert body["detail"].endswith(", ".join(control.vendors))


PEOPLE = [
    {"number": 1, "email": "b@example.com", "audience": "2", "state": "opted_out"},
    {"number": 2, "email": "b@example.com", "audience": "10"},
    {"number": 3, "email": "b@example.com"},
    {"number": 4, "email": "A@example.com", "audience": "1", "state": "pending"},
    {"number": 5, "data": {"number": "10042"}, "audience": "9", "state": "unknown"},
    {"number": 6, "data": {}, "state": "opted_out"},
]


@pytest.fixture
def people(control):
    control.call("PUT", STATE, 204, json={"Line": PEOPLE})
    return control


def told(control, query=""):
    found = control.get(f"{HERE}/consents?vendor=ledger{query}")["consents"]
    return [(each["email"], each["audience"]) for each in found]


def test_consents_are_sorted_by_address_and_audience_null_first(people):
    b = "b@example.com"
    assert told(people) == [(None, None), (None, "9"), ("A@example.com", "1"), (b, None), (b, "10"), (b, "2")]


def test_a_consent_of_a_fixture_has_no_time_and_no_request(people):
    (first, second, *_) = people.get(f"{HERE}/consents?vendor=ledger")["consents"]
    assert list(first.items()) == [
        ("vendor", "ledger"),
        ("email", None),
        ("data", {}),
        ("audience", None),
        ("state", "opted_out"),
        ("since", None),
        ("request_id", None),
    ]
    assert second["data"] == {"number": "10042"}


@pytest.mark.parametrize("request_id", [None, 17])
def test_a_consent_that_a_request_changed_says_since_when(control, request_id):
    with control.world.find("default").store.records("ledger").transaction() as tx:
        tx.put(Line(1, email="a@b", stamp=Stamp(NOW, request_id)))
    (found,) = control.get(f"{HERE}/consents?vendor=ledger")["consents"]
    assert (found["since"], found["request_id"], found["data"]) == ("2026-01-01T00:00:00Z", request_id, None)


@pytest.mark.parametrize("email", ["a@example.com", "A@EXAMPLE.COM", "a%40example.com"])
def test_an_address_is_found_in_any_letter_case(people, email):
    assert told(people, f"&email={email}") == [("A@example.com", "1")]


@pytest.mark.parametrize(("state", "count"), [("opted_in", 2), ("opted_out", 2), ("pending", 1), ("unknown", 1)])
def test_a_state_is_filtered_by(people, state, count):
    assert len(told(people, f"&state={state}")) == count


def test_filters_hold_together(people):
    assert told(people, "&state=opted_out&email=b@example.com") == [("b@example.com", "2")]
    assert told(people, "&state=pending&email=b@example.com") == []


def test_consents_of_all_vendors_are_those_of_each_in_order_of_names(people):
    everything = people.get(f"{HERE}/consents")["consents"]
    each = [people.get(f"{HERE}/consents?vendor={name}")["consents"] for name in sorted(people.vendors)]
    assert everything == [consent for consents in each for consent in consents]
    for name, vendor in people.world.find("default").vendors.items():
        assert len([one for one in everything if one["vendor"] == name]) == len(list(vendor.consents()))


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("vendor=quux", "/query/vendor"),
        ("vendor=", "/query/vendor"),
        ("state=OPTED_OUT", "/query/state"),
        ("state=opted_out&state=opted_out", "/query/state"),
        ("email=", "/query/email"),
        ("mail=a@b", "/query/mail"),
        ("Email=a@b", "/query/Email"),
        ("a~b/c%0A=1", "/query/a~0b~1c\n"),
        ("=1", "/query/"),
        ("email=%ff", "/query"),
        ("%ff=1", "/query"),
    ],
)
def test_a_filter_that_is_none_is_refused(control, query, pointer):
    assert control.refusal("GET", f"{HERE}/consents?{query}", 400) == [pointer]


def test_a_query_with_raw_bytes_is_refused(control):
    environ = {"QUERY_STRING": "email=\xe4"}
    assert control.refusal("GET", f"{HERE}/consents", 400, environ_overrides=environ) == ["/query"]


def test_the_refusal_of_an_unknown_vendor_says_which_there_are(control):
    detail = control.get(f"{HERE}/consents?vendor=quux", 400)["detail"]
    assert detail.endswith(", ".join(control.vendors))
