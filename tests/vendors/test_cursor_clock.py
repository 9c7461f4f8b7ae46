from datetime import timedelta

import pytest

from mockserver.consent import ConsentState
from mockserver.errors import FixtureError
from mockserver.vendors.cursor import Cursor
from mockserver.vendors.cursor.records import OptIn, Settings, Status
from mockserver.world.fixture import parse
from tests.vendors.cursor_desk import (
    CURRENT,
    FLOW,
    NEWSLETTER,
    NO,
    NOW,
    PENDING,
    RESEARCH,
    YES,
    answer_all,
    ask,
    assert_refused,
    create,
    put,
    rows,
    shown,
    standings,
    wait,
)

ONE = {"type": NEWSLETTER}
WAITING = {**ONE, "status": PENDING}
PERIOD = timedelta(days=14)


@pytest.mark.clause("CURSOR-53", "CURSOR-U22")
def test_what_nobody_clicked_on_for_14_days_is_a_refusal(sandbox, driver):
    before, stored = shown(driver, f"flows/{FLOW}"), rows(sandbox)
    wait(sandbox, days=14, microseconds=-1)
    assert shown(driver, f"flows/{FLOW}") == before
    wait(sandbox, microseconds=1)
    refused = [{**each, "status": CURRENT, "approval": NO} for each in before]
    assert shown(driver, f"flows/{FLOW}") == shown(driver, "example@example.com") == refused
    assert_refused(answer_all(driver, FLOW), 521)
    assert rows(sandbox) == stored
    wait(sandbox, days=1000)
    assert [each["status"] for each in shown(driver, "flows/abc12345")] == ["C0OPTINSTATUS_REQUESTED"] * 2


@pytest.mark.clause("CURSOR-53", "CURSOR-U22")
def test_the_period_is_a_setting_and_begins_with_the_record(sandbox, driver):
    put(sandbox, Settings(pending_days=3))
    wait(sandbox, days=2)
    number = create(driver, "new@example.com", WAITING)["extRefNo"]
    wait(sandbox, days=1)
    assert {each["approval"] for each in shown(driver, f"flows/{FLOW}")} == {NO}
    assert [each["status"] for each in shown(driver, f"flows/{number}")] == [PENDING]
    wait(sandbox, days=2, microseconds=-1)
    assert answer_all(driver, number).status == 200
    wait(sandbox, days=100)
    assert [each["approval"] for each in shown(driver, f"flows/{number}")] == [YES]


@pytest.mark.clause("CURSOR-53", "CURSOR-58", "CURSOR-U08", "CURSOR-U22")
@pytest.mark.parametrize("approval", [YES, NO])
@pytest.mark.parametrize("by_flow", [False, True], ids=["post", "put"])
def test_what_follows_an_end_of_the_period_is_the_only_current_record(sandbox, driver, by_flow, approval):
    wait(sandbox, days=10)
    waiting = create(driver, "example@example.com", WAITING)
    wait(sandbox, days=4)
    sent = {**ONE, "approval": approval}
    if by_flow:
        last = ask(driver, f"PUT flows/{waiting['extRefNo']}", {"optIns": [sent]}).json["optIns"]
        waiting["optIns"] = []
    else:
        last = create(driver, "example@example.com", sent)["optIns"]
    found = [each for each in shown(driver, "example@example.com") if each["type"] == NEWSLETTER]
    assert found == waiting["optIns"] + last


@pytest.mark.clause("CURSOR-53", "CURSOR-U22")
def test_periods_end_in_the_order_of_creation(sandbox, driver):
    for pk, days in (("later", 1), ("earlier", 2)):
        created = NOW - timedelta(days=days)
        put(sandbox, OptIn(pk, "new@example.com", NEWSLETTER, Status.PENDING, created=created))
    wait(sandbox, days=14)
    assert [each["pk"] for each in shown(driver, "new@example.com")] == ["later"]


@pytest.mark.clause("CURSOR-53", "CURSOR-U22")
def test_a_consent_ends_with_the_period_and_by_no_request(sandbox, driver):
    create(driver, "new@example.com", WAITING)
    assert standings(sandbox, "new@example.com") == {NEWSLETTER: (ConsentState.PENDING, NOW, 1)}
    wait(sandbox, days=20)
    ended = (ConsentState.OPTED_OUT, NOW + PERIOD, None)
    assert standings(sandbox, "new@example.com") == {NEWSLETTER: ended}
    assert standings(sandbox, "example@example.com") == {NEWSLETTER: ended, RESEARCH: ended}
    create(driver, "example@example.com", ONE, query="?approval=false")
    assert standings(sandbox, "example@example.com") == {NEWSLETTER: ended, RESEARCH: ended}


@pytest.mark.clause("CURSOR-53", "CURSOR-58")
def test_a_period_that_ends_over_a_refusal_changes_no_consent(sandbox, driver):
    create(driver, "new@example.com", ONE, query="?approval=false")
    wait(sandbox, days=1)
    create(driver, "new@example.com", WAITING)
    wait(sandbox, days=20)
    assert len(shown(driver, "new@example.com")) == 1
    assert standings(sandbox, "new@example.com") == {NEWSLETTER: (ConsentState.OPTED_OUT, NOW, 1)}


@pytest.mark.clause("CURSOR-57", "CURSOR-58")
def test_a_consent_changes_when_it_is_turned_and_not_when_it_is_repeated(sandbox, driver):
    turned = []
    for query in ("?approval=false", "?approval=false", "?approval=true", "?approval=true"):
        create(driver, "new@example.com", ONE, query=query)
        turned += standings(sandbox, "new@example.com").values()
        wait(sandbox, days=1)
    out = (ConsentState.OPTED_OUT, NOW, 1)
    back = (ConsentState.OPTED_IN, NOW + timedelta(days=2), 3)
    assert turned == [out, out, back, back]


@pytest.mark.clause("CURSOR-58")
def test_a_repeat_of_what_a_fixture_brought_changes_no_consent(sandbox, driver):
    create(driver, "optedout@example.com", ONE, query="?approval=false")
    assert standings(sandbox, "optedout@example.com") == {NEWSLETTER: (ConsentState.OPTED_OUT, None, None)}
    create(driver, "optedout@example.com", ONE)
    assert standings(sandbox, "optedout@example.com") == {NEWSLETTER: (ConsentState.OPTED_IN, NOW, 2)}


@pytest.mark.clause("CURSOR-57", "CURSOR-U08", "CURSOR-U09")
def test_a_flow_turns_a_consent_and_does_not_repeat_one(sandbox, driver):
    assert answer_all(driver, FLOW).status == 200
    assert standings(sandbox, "example@example.com") == {
        NEWSLETTER: (ConsentState.OPTED_IN, None, None),
        RESEARCH: (ConsentState.OPTED_IN, NOW, 1),
    }
    wait(sandbox, days=1)
    number = create(driver, "example@example.com", WAITING)["extRefNo"]
    assert answer_all(driver, number, "?approval=false").status == 200
    assert standings(sandbox, "example@example.com")[NEWSLETTER] == (
        ConsentState.OPTED_OUT,
        NOW + timedelta(days=1),
        3,
    )


@pytest.mark.clause("CURSOR-U22")
@pytest.mark.parametrize("days", [-1, 1_000_000_000])
def test_a_period_that_no_clock_has_is_no_setting(days):
    with pytest.raises(FixtureError, match=r"Settings\[0\]: pending_days"):
        parse({"Settings": [{"pending_days": days}]}, Cursor.kinds())


@pytest.mark.clause("CURSOR-U22")
def test_the_longest_period_never_ends(sandbox, driver):
    put(sandbox, Settings(pending_days=999_999_999))
    assert [each["status"] for each in shown(driver, f"flows/{FLOW}")] == [PENDING, PENDING]
