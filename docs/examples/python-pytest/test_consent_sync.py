"""Each test has a sandbox of its own: the same addresses meet in all of them, and none sees what another did."""

from itertools import combinations

import pytest
from consent_sync import Endpoint, Omeda, SyncError

PEOPLE = [f"person{number}@example.com" for number in range(25)]
BRANDS = {"XXP": {"23", "25", "26"}, "XXD": {"27", "28"}, "XXQ": {"33", "34", "36"}}
SOME_BRANDS = [brands for count in (1, 2, 3) for brands in combinations(BRANDS, count)]
SUBSCRIBED = ["guy@example.com", "subscribed@example.com"]
NOT_SUBSCRIBED = ["unsubscribed@example.com", "limit@example.com", "bounced@example.com", "nobody@example.com"]


def opted_out(mock):
    """The audiences of Omeda's that a test has opted somebody out of."""
    return {(each.email, each.audience) for each in mock.consents("omeda", state="opted_out") if each.request_id}


@pytest.mark.parametrize("email", PEOPLE)
def test_an_opt_out_is_of_all_brands(mock, sync, email):
    sync.omeda.opt_out(email)

    assert opted_out(mock) == {(email, audience) for audiences in BRANDS.values() for audience in audiences}
    assert mock.count() == 1


@pytest.mark.parametrize("brands", SOME_BRANDS, ids="-".join)
@pytest.mark.parametrize("email", PEOPLE[:10])
def test_an_opt_out_may_be_of_some_brands_only(mock, sync, email, brands):
    sync.omeda.opt_out(email, brands)

    assert opted_out(mock) == {(email, audience) for brand in brands for audience in BRANDS[brand]}
    assert mock.count() == 1


@pytest.mark.parametrize("brand", ["XXG", "XXZ", "none"])
@pytest.mark.parametrize("email", PEOPLE[:5])
def test_a_brand_of_somebody_else_is_refused_and_nothing_has_changed(mock, sync, email, brand):
    with pytest.raises(SyncError, match=f"refused the opt-out of {email}"):
        sync.omeda.opt_out(email, ["XXP", brand])

    assert opted_out(mock) == set()
    mock.assert_called("omeda", "opt_out", times=1, verdict="refused")


def test_a_wrong_key_is_told(mock, http):
    omeda = Omeda(http, Endpoint(mock.url("omeda"), {"x-omeda-appid": "wrong"}), client="CLNT1")
    with pytest.raises(SyncError):
        omeda.opt_out(PEOPLE[0])
    mock.assert_called("omeda", "opt_out", times=1, status=403)


@pytest.mark.parametrize("email", SUBSCRIBED)
def test_who_is_subscribed_may_be_mailed_until_an_opt_out(mock, sync, email):
    assert sync.mailable([email]) == [email]

    sync.opt_out(email)

    assert sync.mailable([email]) == []
    assert [each.state for each in mock.consents("xomni", email)] == ["opted_out"]


@pytest.mark.parametrize("email", NOT_SUBSCRIBED)
def test_who_is_not_subscribed_may_not_be_mailed(mock, sync, email):
    assert sync.mailable([email]) == []

    sync.opt_out(email)

    mock.assert_called("xomni", "update_mail_subscription_status", times=0)


@pytest.mark.parametrize("happens", ["unsubscribe", "bounce"])
@pytest.mark.parametrize("email", SUBSCRIBED)
def test_what_happens_in_the_mail_itself_is_seen(mock, sync, email, happens):
    mock.event("xomni", happens, email=email)

    assert sync.mailable([email]) == []


@pytest.mark.parametrize("email", SUBSCRIBED)
def test_who_opts_out_of_surveys_is_mailed_by_nobody(mock, sync, email):
    assert sync.mailable([email]) == [email]

    mock.event("expoints", "opt_out", email=email)

    assert sync.mailable([email]) == []


@pytest.mark.mock(scenario="empty")
@pytest.mark.parametrize("email", SUBSCRIBED)
def test_where_nobody_is_known_nobody_is_mailed(mock, sync, email):
    assert sync.mailable([email]) == []
    assert mock.consents() == []


@pytest.mark.mock(now="2030-01-01T00:00:00Z")
@pytest.mark.parametrize("days", range(5))
def test_an_opt_out_has_the_day_on_which_it_was_told(mock, sync, days):
    mock.clock.advance(days * 24 * 3600)
    sync.omeda.opt_out(PEOPLE[0])
    assert {each.since.day for each in mock.consents("omeda", PEOPLE[0])} == {1 + days}
