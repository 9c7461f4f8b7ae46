from datetime import timedelta

import pytest

from mockserver.consent import Consent, ConsentState, Stamp
from mockserver.errors import Conflicting
from mockserver.vendors.events import events_of
from mockserver.vendors.xomni import Xomni
from mockserver.vendors.xomni.records import Purpose, Status, Subscription
from tests.vendors.xomni_desk import ask, put, rows, status_of

SUBSCRIBED, UNSUBSCRIBED, LIMIT_REACHED, BOUNCED = Status
SOMEBODY = "a@example.com"


@pytest.fixture
def xomni(sandbox):
    return sandbox.vendors["xomni"]


@pytest.fixture
def stamp(sandbox):
    return Stamp(sandbox.clock.now(), None)


def stand(sandbox, status, used=0, *, set_to=None):
    put(sandbox, Subscription(SOMEBODY, status, Purpose.WISHLIST, used, set_to))


@pytest.mark.clause("XOMNI-40", "XOMNI-41", "XOMNI-A13")
@pytest.mark.parametrize("purpose", [1, 2])
def test_the_first_mail_subscribes(driver, xomni, stamp, purpose):
    assert ask(driver, SOMEBODY).status == 404
    assert xomni.mail_sent(SOMEBODY, purpose) == [Consent(SOMEBODY, None, ConsentState.OPTED_IN, stamp)]
    assert status_of(driver, SOMEBODY) == (1, purpose, False)
    assert ask(driver, SOMEBODY).json["PIIName"] is None


@pytest.mark.clause("XOMNI-12", "XOMNI-15", "XOMNI-A14")
def test_a_further_mail_changes_the_purpose_and_no_consent(sandbox, driver, xomni):
    stand(sandbox, SUBSCRIBED, 2, set_to=False)
    assert xomni.mail_sent("A@example.com", 2, "Ada") == [Consent(SOMEBODY, None, ConsentState.OPTED_IN)]
    assert ask(driver, SOMEBODY).json == {
        "PIIName": "Ada",
        "StatusId": 1,
        "PurposeTypeId": 2,
        "IsSubscribable": False,
    }
    xomni.mail_sent(SOMEBODY, 2, "Bea")
    assert ask(driver, SOMEBODY).json["PIIName"] == "Bea"
    xomni.mail_sent(SOMEBODY, 2)
    assert ask(driver, SOMEBODY).json["PIIName"] == "Bea"


@pytest.mark.clause("XOMNI-A14")
@pytest.mark.parametrize("status", [UNSUBSCRIBED, LIMIT_REACHED, BOUNCED])
def test_who_is_not_subscribed_is_not_mailed(sandbox, xomni, status):
    stand(sandbox, status)
    before = rows(sandbox)
    with pytest.raises(Conflicting, match=f"StatusId {status.value}, and only"):
        xomni.mail_sent(SOMEBODY, 2, "Ada")
    assert rows(sandbox) == before


@pytest.mark.clause("XOMNI-65", "XOMNI-A03")
@pytest.mark.parametrize(("used", "becomes"), [(0, 2), (2, 2), (3, 3)])
def test_a_click_unsubscribes(sandbox, driver, xomni, stamp, used, becomes):
    stand(sandbox, SUBSCRIBED, used, set_to=True)
    assert xomni.unsubscribe(SOMEBODY.upper()) == [Consent(SOMEBODY, None, ConsentState.OPTED_OUT, stamp)]
    assert status_of(driver, SOMEBODY) == (becomes, 1, becomes == 2)


@pytest.mark.clause("XOMNI-65", "XOMNI-A16")
@pytest.mark.parametrize("status", [UNSUBSCRIBED, LIMIT_REACHED])
def test_a_second_click_changes_nothing(sandbox, xomni, status):
    stand(sandbox, status, set_to=False)
    before = rows(sandbox)
    assert xomni.unsubscribe(SOMEBODY) == [Consent(SOMEBODY, None, ConsentState.OPTED_OUT)]
    assert rows(sandbox) == before


@pytest.mark.clause("XOMNI-A17")
@pytest.mark.parametrize("status", [SUBSCRIBED, UNSUBSCRIBED, LIMIT_REACHED])
def test_a_bounce_overrides_every_status(sandbox, driver, xomni, stamp, status):
    stand(sandbox, status, 1, set_to=True)
    bounced = [Consent(SOMEBODY, None, ConsentState.UNKNOWN, stamp)]
    assert xomni.bounce(SOMEBODY) == bounced
    assert status_of(driver, SOMEBODY) == (4, 1, False)
    before = rows(sandbox)
    sandbox.clock.advance(timedelta(days=1))
    assert xomni.bounce(SOMEBODY) == bounced
    with pytest.raises(Conflicting, match="has bounced"):
        xomni.unsubscribe(SOMEBODY)
    assert rows(sandbox) == before


@pytest.mark.clause("XOMNI-A13")
@pytest.mark.parametrize("name", ["unsubscribe", "bounce"])
def test_only_who_was_mailed_can_click_or_bounce(sandbox, xomni, name):
    before = rows(sandbox)
    with pytest.raises(Conflicting, match=r"nevermailed@example\.com was never mailed; send the event mail_sent"):
        getattr(xomni, name)("nevermailed@example.com")
    assert rows(sandbox) == before


@pytest.mark.clause("XOMNI-A24")
@pytest.mark.parametrize(
    ("changes", "fits"),
    [
        ({}, True),
        ({"pii_name": "Ada"}, True),
        ({"pii_name": ""}, False),
        ({"pii_name": None}, False),
        ({"email": "a"}, False),
        ({"email": "a b@c"}, False),
        ({"email": "a@" + "b" * 253}, False),
        ({"email": 1}, False),
        ({"purpose": 0}, False),
        ({"purpose": 3}, False),
        ({"purpose": "1"}, False),
        ({"colour": "red"}, False),
    ],
    ids=str,
)
def test_a_mailing_is_held_to_its_schema(changes, fits):
    mail_sent = next(each for each in events_of(Xomni) if each.name == "mail_sent")
    body = {"event": "mail_sent", "email": SOMEBODY, "purpose": 1, **changes}
    assert (mail_sent.validator.violations(body, "body") == []) is fits
