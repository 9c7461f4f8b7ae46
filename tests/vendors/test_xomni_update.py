import orjson
import pytest

from mockserver.consent import Consent, ConsentState, Stamp
from mockserver.vendors.xomni.records import Purpose, Settings, Status, Subscription
from mockserver.world.journal import Finding
from tests.vendors.xomni_desk import (
    MANAGEMENT,
    PATH,
    ask,
    assert_refused,
    assert_updated,
    put,
    rows,
    status_of,
    update,
)

SUBSCRIBED, UNSUBSCRIBED, LIMIT_REACHED, BOUNCED = Status
SOMEBODY = "a@example.com"
NOT_SUBSCRIBABLE = "Mail address is not subscribable."
STATUS_NOT_VALID = "Status id is not valid."


def stand(sandbox, status, used=0, *, set_to=None):
    put(sandbox, Subscription(SOMEBODY, status, Purpose.SHOPPING_CART, used, set_to))


def stored(sandbox):
    """Give what is kept of somebody: status, resubscriptions, what is set by hand."""
    found = sandbox.store.records("xomni").get(Subscription, SOMEBODY)
    return found.status_id, found.resubscriptions, found.is_subscribable


def since(sandbox):
    return next(each.stamp for each in sandbox.vendors["xomni"].consents() if each.email == SOMEBODY)


@pytest.mark.clause("XOMNI-44", "XOMNI-50", "XOMNI-51", "XOMNI-A03", "XOMNI-A15", "XOMNI-A16", "XOMNI-A20")
@pytest.mark.parametrize(
    ("status", "used", "wanted", "becomes"),
    [
        (UNSUBSCRIBED, 0, 1, (SUBSCRIBED, 1)),
        (UNSUBSCRIBED, 2, 1, (SUBSCRIBED, 3)),
        (SUBSCRIBED, 0, 2, (UNSUBSCRIBED, 0)),
        (SUBSCRIBED, 2, 2, (UNSUBSCRIBED, 2)),
        (SUBSCRIBED, 3, 2, (LIMIT_REACHED, 3)),
        (SUBSCRIBED, 4, 2, (LIMIT_REACHED, 4)),
    ],
)
def test_a_status_is_set(sandbox, driver, status, used, wanted, becomes):
    stand(sandbox, status, used)
    assert_updated(update(driver, SOMEBODY, wanted))
    assert stored(sandbox) == (*becomes, None)
    shown = becomes[0] is UNSUBSCRIBED and used < 3
    assert status_of(driver, SOMEBODY) == (becomes[0], 2, shown)
    assert since(sandbox) == Stamp(sandbox.clock.now(), 1)


@pytest.mark.clause("XOMNI-51", "XOMNI-67", "XOMNI-A15", "XOMNI-A16", "XOMNI-A23")
@pytest.mark.parametrize(
    ("status", "used", "set_to", "wanted"),
    [
        (SUBSCRIBED, 0, None, 1),
        (SUBSCRIBED, 3, None, 1),
        (SUBSCRIBED, 1, False, 1),
        (SUBSCRIBED, 1, True, 1),
        (UNSUBSCRIBED, 1, None, 2),
        (UNSUBSCRIBED, 1, False, 2),
        (LIMIT_REACHED, 3, None, 2),
    ],
)
def test_what_is_so_already_stays_as_it_is(sandbox, driver, status, used, set_to, wanted):
    stand(sandbox, status, used, set_to=set_to)
    before = rows(sandbox)
    assert_updated(update(driver, SOMEBODY, wanted))
    assert rows(sandbox) == before
    assert since(sandbox) is None


@pytest.mark.clause("XOMNI-52", "XOMNI-54", "XOMNI-58", "XOMNI-A16", "XOMNI-A17", "XOMNI-A23", "XOMNI-A26")
@pytest.mark.parametrize(
    ("status", "used", "set_to", "wanted"),
    [
        (UNSUBSCRIBED, 3, None, 1),
        (UNSUBSCRIBED, 0, False, 1),
        (LIMIT_REACHED, 3, None, 1),
        (BOUNCED, 0, None, 1),
        (BOUNCED, 0, None, 2),
    ],
)
def test_what_the_status_does_not_allow_is_a_409(sandbox, driver, status, used, set_to, wanted):
    stand(sandbox, status, used, set_to=set_to)
    before = rows(sandbox)
    assert_refused(update(driver, SOMEBODY, wanted), 409, NOT_SUBSCRIBABLE)
    assert rows(sandbox) == before


@pytest.mark.clause("XOMNI-16", "XOMNI-54", "XOMNI-A23")
@pytest.mark.parametrize("status", [UNSUBSCRIBED, LIMIT_REACHED, BOUNCED])
def test_an_address_can_be_subscribed_just_where_it_is_shown_to_be(sandbox, driver, status):
    stand(sandbox, status, 3, set_to=True)
    assert_updated(update(driver, SOMEBODY, 1))
    assert stored(sandbox) == (SUBSCRIBED, 4, None)


@pytest.mark.clause("XOMNI-A23")
def test_what_was_set_by_hand_ends_with_the_status(sandbox, driver):
    stand(sandbox, SUBSCRIBED, set_to=False)
    assert_updated(update(driver, SOMEBODY, 2))
    assert status_of(driver, SOMEBODY) == (2, 2, True)


@pytest.mark.clause("XOMNI-53", "XOMNI-A02", "XOMNI-A03")
@pytest.mark.parametrize("limit", [0, 1, 5])
def test_the_allowance_is_a_setting(sandbox, driver, limit):
    put(sandbox, Settings(limit))
    stand(sandbox, SUBSCRIBED)
    for _ in range(limit):
        assert_updated(update(driver, SOMEBODY, 2))
        assert_updated(update(driver, SOMEBODY, 1))
    assert_updated(update(driver, SOMEBODY, 2))
    assert status_of(driver, SOMEBODY) == (3, 2, False)


@pytest.mark.clause("XOMNI-A16")
def test_an_opt_out_that_is_repeated_keeps_its_moment(sandbox, driver):
    stand(sandbox, SUBSCRIBED)
    update(driver, SOMEBODY, 2)
    found = [each for each in sandbox.vendors["xomni"].consents() if each.email == SOMEBODY]
    assert found == [Consent(SOMEBODY, None, ConsentState.OPTED_OUT, Stamp(sandbox.clock.now(), 1))]
    update(driver, SOMEBODY, 2)
    assert [each for each in sandbox.vendors["xomni"].consents() if each.email == SOMEBODY] == found


@pytest.mark.clause("XOMNI-58", "XOMNI-A16", "XOMNI-A26")
@pytest.mark.parametrize(
    "body",
    [
        *({"StatusId": each} for each in (0, 3, 4, 5, -1, 10**30, 1.5, "1", "Subscribed", True, None, [], {"a": 1})),
        {},
        {"statusId": 1},
        [],
        [1],
        1,
        "x",
        None,
    ],
    ids=str,
)
def test_a_status_that_no_caller_may_set_is_a_400(sandbox, driver, body):
    raw = b'{"StatusId":1%s}' % (b"0" * 30) if body == {"StatusId": 10**30} else orjson.dumps(body)
    before = rows(sandbox)
    assert_refused(update(driver, "unsubscribed@example.com", raw), 400, STATUS_NOT_VALID)
    assert rows(sandbox) == before


@pytest.mark.clause("XOMNI-58", "XOMNI-A26", "XOMNI-A31")
@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", "Request body is required."),
        (b"{", "Request body is not valid."),
        (b'{"StatusId":NaN}', "Request body is not valid."),
        (b'{"StatusId":1}x', "Request body is not valid."),
        (b"\xff", "Request body is not valid."),
        (b"[" * 100_000, "Request body is not valid."),
    ],
)
def test_a_body_that_is_missing_or_no_json_is_a_400(sandbox, driver, body, text):
    before = rows(sandbox)
    assert_refused(update(driver, "unsubscribed@example.com", body), 400, text)
    assert rows(sandbox) == before


@pytest.mark.clause("XOMNI-24", "XOMNI-A26", "XOMNI-A32")
@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": None},
        {"content-type": ""},
        {"content-type": "text/json"},
        {"content-type": "application/xml"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "application/json; charset=utf-16"},
        {"content-encoding": "gzip"},
    ],
    ids=str,
)
def test_a_body_that_is_not_json_is_a_415(sandbox, driver, headers):
    before = rows(sandbox)
    answer = update(driver, "unsubscribed@example.com", 1, **headers)
    coding = {"accept-encoding": "identity"} if "content-encoding" in headers else {}
    assert_refused(answer, 415, "Media type is not supported.", **coding)
    assert rows(sandbox) == before


@pytest.mark.clause("XOMNI-A32")
def test_a_charset_may_be_told(driver):
    assert_updated(update(driver, "guy@example.com", 2, **{"content-type": "Application/JSON; charset=UTF-8"}))


@pytest.mark.clause("XOMNI-28", "XOMNI-A08", "XOMNI-A13")
@pytest.mark.parametrize("email", ["nobody@example.com", "nevermailed@example.com"])
def test_an_address_that_was_never_mailed_is_not_found(sandbox, driver, email):
    before = rows(sandbox)
    assert_refused(update(driver, email, 1), 404, "Mail subscription info not found.")
    assert rows(sandbox) == before


@pytest.mark.clause("XOMNI-26", "XOMNI-27", "XOMNI-29", "XOMNI-A07")
@pytest.mark.parametrize(("segment", "word"), [("", "required"), ("%20", "required"), ("a", "not valid")])
def test_an_address_that_is_none_is_a_400(driver, segment, word):
    assert_refused(update(driver, segment, 1), 400, f"Mail address is {word}.")


@pytest.mark.clause("XOMNI-A11", "XOMNI-A31")
def test_checks_come_in_their_order(driver):
    bad = {"authorization": "Bearer x", "content-type": "text/plain"}
    steps = [
        (405, "Method is not allowed.", lambda: ask(driver, "", method="POST", body=b"{", **bad)),
        (401, "Access token is missing or not valid.", lambda: update(driver, "", b"{", **bad)),
        (
            403,
            "Access to this API is not allowed.",
            lambda: update(driver, "", b"{", **{**bad, "authorization": f"Bearer {MANAGEMENT}"}),
        ),
        (415, "Media type is not supported.", lambda: update(driver, "", b"{", **{"content-type": "text/plain"})),
        (400, "Request body is not valid.", lambda: update(driver, "", b"{")),
        (400, "Mail address is required.", lambda: update(driver, "", 4)),
        (400, "Mail address is not valid.", lambda: update(driver, "a", 4)),
        (400, STATUS_NOT_VALID, lambda: update(driver, "nobody@example.com", 4)),
        (404, "Mail subscription info not found.", lambda: update(driver, "nobody@example.com", 1)),
        (409, NOT_SUBSCRIBABLE, lambda: update(driver, "limit@example.com", 1)),
    ]
    for status, text, call in steps:
        answer = call()
        assert (answer.status, answer.json["FriendlyDescription"]) == (status, text)


@pytest.mark.clause("XOMNI-A04", "XOMNI-A33")
def test_what_is_let_pass_is_a_finding(sandbox, driver):
    body = b'{"StatusId":1,"Reason":"x","statusid":2}'
    assert_updated(update(driver, "guy@example.com", body, accept="application/json"))
    assert sandbox.store.journal.entries()[0][-1].findings == [
        Finding("XOMNI-A04", "Accept does not name version 4-1: application/json"),
        Finding("XOMNI-A33", "the member Reason is unknown"),
        Finding("XOMNI-A33", "the member statusid is unknown"),
    ]


@pytest.mark.clause("XOMNI-A18", "XOMNI-A25")
@pytest.mark.parametrize("path", [PATH.format("A%2BB@Example.com"), "/xomni/Private/MAIL/subscription/a+b@x/status/"])
def test_an_address_is_found_as_the_fetch_finds_it(sandbox, driver, path):
    for email in ("a+b@example.com", "A+B@x"):
        put(sandbox, Subscription(email, SUBSCRIBED, Purpose.WISHLIST))
    assert_updated(update(driver, None, 2, path=path))


@pytest.mark.clause("XOMNI-A16")
def test_the_other_modes_change_nothing(other_mode):
    _, driver, world = other_mode
    world.reset(world.find("default"), "baseline", None)
    assert_updated(update(driver, "unsubscribed@example.com", b'{"StatusId":1,"more":1}'))
    assert_refused(update(driver, "refused@example.com", 1), 409, NOT_SUBSCRIBABLE)
    assert_refused(update(driver, "guy@example.com", 3), 400, STATUS_NOT_VALID)
