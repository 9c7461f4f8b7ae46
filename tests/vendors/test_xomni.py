from datetime import UTC, datetime, timedelta

import orjson
import pytest

from mockserver.consent import Consent, ConsentState
from mockserver.contract import document
from mockserver.errors import FixtureError
from mockserver.vendors.xomni import Xomni
from mockserver.vendors.xomni.records import Account, Pii, Purpose, Settings, Status, Subscription
from mockserver.world.clock import begin
from mockserver.world.fixture import parse
from mockserver.world.journal import Finding
from tests.vendors.xomni_desk import ACCEPT, PATH, PRIVATE, ask, assert_answer, assert_refused, put, rows


def known(segment, body, *clauses):
    return pytest.param(segment, body, id=segment, marks=pytest.mark.clause(*clauses))


@pytest.mark.clause("XOMNI-02", "XOMNI-05", "XOMNI-14", "XOMNI-15", "XOMNI-16", "XOMNI-24", "XOMNI-25", "XOMNI-A01")
@pytest.mark.parametrize(
    ("segment", "body"),
    [
        known(
            "guy@example.com",
            b'{"PIIName":"XOMNI Guy","StatusId":1,"PurposeTypeId":1,"IsSubscribable":false}',
            *("XOMNI-12", "XOMNI-17", "XOMNI-21", "XOMNI-31", "XOMNI-A21"),
        ),
        known(
            "subscribed@example.com",
            b'{"PIIName":"Ada Marsh","StatusId":1,"PurposeTypeId":2,"IsSubscribable":false}',
            *("XOMNI-12", "XOMNI-17", "XOMNI-22"),
        ),
        known(
            "unsubscribed@example.com",
            b'{"PIIName":"Ben Ortiz","StatusId":2,"PurposeTypeId":1,"IsSubscribable":true}',
            *("XOMNI-18", "XOMNI-21"),
        ),
        known(
            "refused@example.com",
            b'{"PIIName":"Dan Weiss","StatusId":2,"PurposeTypeId":2,"IsSubscribable":false}',
            *("XOMNI-18", "XOMNI-A23"),
        ),
        known(
            "limit@example.com",
            b'{"PIIName":"Cleo Lind","StatusId":3,"PurposeTypeId":2,"IsSubscribable":false}',
            *("XOMNI-19", "XOMNI-22", "XOMNI-52"),
        ),
        known(
            "bounced@example.com",
            b'{"PIIName":null,"StatusId":4,"PurposeTypeId":1,"IsSubscribable":false}',
            *("XOMNI-20", "XOMNI-42", "XOMNI-55", "XOMNI-A12"),
        ),
    ],
)
def test_an_address_has_the_status_of_its_record(sandbox, driver, segment, body):
    before = rows(sandbox)
    assert_answer(ask(driver, segment), 200, body)
    assert rows(sandbox) == before


@pytest.mark.clause("XOMNI-16", "XOMNI-18", "XOMNI-53", "XOMNI-A01", "XOMNI-A02")
@pytest.mark.parametrize(
    ("limit", "used", "expected"),
    [(None, 0, True), (None, 2, True), (None, 3, False), (None, 4, False), (1, 0, True), (1, 1, False), (0, 0, False)],
)
def test_who_unsubscribed_can_come_back_until_the_limit(sandbox, driver, limit, used, expected):
    if limit is not None:
        put(sandbox, Settings(limit))
    put(sandbox, Subscription("a@example.com", Status.UNSUBSCRIBED, Purpose.WISHLIST, used))
    assert ask(driver, "a@example.com").json["IsSubscribable"] is expected


@pytest.mark.clause("XOMNI-A01")
@pytest.mark.parametrize("status", [Status.SUBSCRIBED, Status.LIMIT_REACHED, Status.BOUNCED])
def test_nobody_else_can_come_back(sandbox, driver, status):
    put(sandbox, Subscription("a@example.com", status, Purpose.WISHLIST))
    assert ask(driver, "a@example.com").json["IsSubscribable"] is False


@pytest.mark.clause("XOMNI-A23")
@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("value", [True, False])
def test_what_a_record_says_itself_comes_before_the_rule(sandbox, driver, status, value):
    put(sandbox, Subscription("a@example.com", status, Purpose.WISHLIST, is_subscribable=value))
    assert ask(driver, "a@example.com").json["IsSubscribable"] is value


@pytest.mark.clause("XOMNI-A02")
def test_no_time_lifts_the_limit(sandbox, driver):
    before = ask(driver, "limit@example.com").body
    sandbox.store.set_clock(lambda _: begin(datetime(2076, 1, 1, tzinfo=UTC)))
    assert ask(driver, "limit@example.com").body == before


@pytest.mark.clause("XOMNI-A02", "XOMNI-53")
def test_the_limit_is_3_where_nothing_is_set(sandbox, driver):
    tables = sandbox.store.records("xomni").tables()
    sandbox.store.records("xomni").replace({kind: table for kind, table in tables.items() if kind is not Settings})
    put(sandbox, Subscription("a@example.com", Status.UNSUBSCRIBED, Purpose.WISHLIST, 2))
    put(sandbox, Subscription("b@example.com", Status.UNSUBSCRIBED, Purpose.WISHLIST, 3))
    assert [ask(driver, each).json["IsSubscribable"] for each in ("a@example.com", "b@example.com")] == [True, False]


@pytest.mark.clause("XOMNI-23")
@pytest.mark.parametrize(("status", "purpose"), [(0, 1), (5, 1), (1, 0), (1, 3)])
def test_no_record_has_another_status_or_purpose(status, purpose):
    row = {"email": "a@example.com", "status_id": status, "purpose_type_id": purpose}
    with pytest.raises(FixtureError):
        parse({"Subscription": [row]}, Xomni.kinds())


@pytest.mark.clause("XOMNI-A18")
@pytest.mark.parametrize(
    ("stored", "segment"),
    [
        pytest.param("a@example.com", "a@example.com", marks=pytest.mark.clause("XOMNI-61")),
        ("a@example.com", "a%40example.com"),
        ("a@example.com", "A@Example.COM"),
        ("A@Example.com", "a@example.com"),
        ("a+b@example.com", "a+b@example.com"),
        ("a+b@example.com", "a%2Bb@example.com"),
        ("a/b@example.com", "a%2Fb@example.com"),
        ("a//b@example.com", "a%2f%2Fb@example.com"),
        ("a%40b@example.com", "a%2540b@example.com"),
        ("a?b#c@example.com", "a%3Fb%23c@example.com"),
        ("jürgen@example.com", "J%C3%9CRGEN@example.com"),
        ("jürgen@example.com", "jürgen@example.com"),
        ("..@..", "..@.."),
    ],
)
def test_an_address_is_decoded_once_and_found_in_any_letter_case(sandbox, driver, stored, segment):
    put(sandbox, Subscription(stored, Status.LIMIT_REACHED, Purpose.SHOPPING_CART))
    put(sandbox, Pii("Somebody", stored.swapcase()))
    expected = b'{"PIIName":"Somebody","StatusId":3,"PurposeTypeId":2,"IsSubscribable":false}'
    assert_answer(ask(driver, segment), 200, expected)


@pytest.mark.clause("XOMNI-28", "XOMNI-A08", "XOMNI-A13")
@pytest.mark.parametrize(
    "segment", ["nevermailed@example.com", "nobody@example.com", "a%2Fb%2Bc@example.com", "a@" + "b" * 252, "a@b"]
)
def test_an_address_that_was_never_mailed_is_not_found(driver, segment):
    assert_refused(ask(driver, segment), 404, "Mail subscription info not found.")


@pytest.mark.clause("XOMNI-A06")
def test_the_one_path_parameter_is_called_email():
    for operation in document.load("xomni").operations:
        assert [(each.name, each.required) for each in operation.parameters if each.where == "path"] == [
            ("email", True)
        ]


@pytest.mark.clause("XOMNI-10", "XOMNI-24", "XOMNI-A04")
@pytest.mark.parametrize(
    ("accept", "finding"),
    [
        (ACCEPT, None),
        pytest.param("application/vnd.xomni.api-v4_1, */*", None, marks=pytest.mark.clause("XOMNI-63")),
        ("*/*, Application/VND.XOMNI.api-V4-1;q=0.5", None),
        ("application/vnd.xomni.api-v4-0, */*", "application/vnd.xomni.api-v4-0, */*"),
        ("application/vnd.xomni.api-v4-10", "application/vnd.xomni.api-v4-10"),
        ("application/vnd.xomni.api-v3_1, */*", "application/vnd.xomni.api-v3_1, */*"),
        ("application/json", "application/json"),
        ("text/html", "text/html"),
        ("nonsense", "nonsense"),
        ("", "missing"),
        (None, "missing"),
    ],
)
def test_no_accept_is_refused_but_a_version_missing_is_a_finding(sandbox, driver, accept, finding):
    assert ask(driver, "limit@example.com", accept=accept).body == ask(driver, "limit@example.com").body
    assert_refused(ask(driver, "nobody@example.com", accept=accept), 404, "Mail subscription info not found.")
    found = [each.findings for each in sandbox.store.journal.entries()[0]]
    expected = [] if finding is None else [Finding("XOMNI-A04", f"Accept does not name version 4-1: {finding}")]
    assert found == [expected, [], expected]


@pytest.mark.clause("XOMNI-07", "XOMNI-A05", "XOMNI-47")
@pytest.mark.parametrize(
    "content_type", ["application/json", "text/xml", "nonsense", "", "application/json; charset=x"]
)
@pytest.mark.parametrize("body", [b"", b"<"])
def test_content_type_and_body_are_not_looked_at(driver, content_type, body):
    answer = ask(driver, "guy@example.com", body=body, **{"content-type": content_type})
    assert_answer(answer, 200, ask(driver, "guy@example.com").body)


@pytest.mark.clause("XOMNI-A19")
@pytest.mark.parametrize(
    "host",
    [
        pytest.param("demo.api.xomni.com", marks=pytest.mark.clause("XOMNI-03", "XOMNI-04")),
        pytest.param("other.api.xomni.com", marks=pytest.mark.clause("XOMNI-04")),
        "Demo.API.xomni.com:443",
        "xomni.localhost:8080",
    ],
)
def test_every_tenant_shows_the_one_state(sandbox, driver, host):
    put(sandbox, Subscription("a@example.com", Status.BOUNCED, Purpose.WISHLIST))
    path = PATH.format("a@example.com").removeprefix("/xomni")
    assert ask(driver, path=path, host=host).body == ask(driver, "a@example.com").body


@pytest.mark.clause("XOMNI-A25")
@pytest.mark.parametrize("path", [PATH.upper().removeprefix("/XOMNI"), "/Private/Mail/Subscription/{}/Status"])
def test_the_path_is_matched_in_any_letter_case(driver, path):
    answer = ask(driver, path="/xomni" + path.format("guy@example.com"))
    assert_answer(answer, 200, ask(driver, "guy@example.com").body)


@pytest.mark.clause("XOMNI-08", "XOMNI-09", "XOMNI-A10")
@pytest.mark.parametrize("word", ["Bearer ", "bearer ", "BEARER  "])
@pytest.mark.parametrize("token", [PRIVATE, "an-identity-token"])
def test_every_token_with_the_role_is_taken(sandbox, driver, word, token):
    put(sandbox, Account("identity", {"Authorization": "Bearer an-identity-token"}, ("Management", "Private")))
    answer = ask(driver, "guy@example.com", authorization=word + token)
    assert_answer(answer, 200, ask(driver, "guy@example.com").body)


@pytest.mark.clause("XOMNI-A09")
def test_a_token_ends_at_its_moment(started, sandbox, driver):
    started.world.reset(sandbox, "trouble", None)
    token = "Bearer c8bd0f5ebafbac07d55bc5cd16b5968b37a26ba91c7bcdc37e38180f9810b5cd"
    end = datetime(2016, 5, 5, tzinfo=UTC)
    sandbox.store.set_clock(lambda _: begin(end - timedelta(seconds=1)))
    assert ask(driver, "guy@example.com", authorization=token).status == 200
    sandbox.store.set_clock(lambda _: begin(end))
    assert ask(driver, "guy@example.com", authorization=token).status == 401
    assert ask(driver, "guy@example.com").status == 200


def test_consents_tell_who_may_be_mailed(sandbox):
    state = {
        "guy": ConsentState.OPTED_IN,
        "subscribed": ConsentState.OPTED_IN,
        "unsubscribed": ConsentState.OPTED_OUT,
        "limit": ConsentState.OPTED_OUT,
        "bounced": ConsentState.UNKNOWN,
        "refused": ConsentState.OPTED_OUT,
    }
    found = list(sandbox.vendors["xomni"].consents())
    assert found == [Consent(f"{name}@example.com", None, each) for name, each in state.items()]


def test_the_answers_are_compact_json(driver):
    answer = ask(driver, "guy@example.com")
    assert answer.body == orjson.dumps(answer.json)
