import pytest

from mockserver.consent import ConsentState
from mockserver.vendors.cursor.records import Contact, OptIn, Settings, Status
from tests.vendors.cursor_desk import (
    CURRENT,
    FLOW,
    HISTORIC,
    NEWSLETTER,
    NO,
    NOW,
    PENDING,
    RESEARCH,
    YES,
    answer_all,
    ask,
    assert_answer,
    assert_refused,
    create,
    put,
    records,
    rows,
    shown,
    standings,
)

ONE = {"type": NEWSLETTER}
WAITING = {**ONE, "status": PENDING}


@pytest.mark.clause("CURSOR-07", "CURSOR-50", "CURSOR-52", "CURSOR-54", "CURSOR-U07", "CURSOR-U08", "CURSOR-U18")
def test_a_double_opt_in_from_the_form_to_the_second_click(sandbox, driver):
    older = create(driver, "new@example.com", ONE, query="?approval=false")["optIns"]
    begun = create(driver, "new@example.com", WAITING)
    number, waiting = begun["extRefNo"], begun["optIns"]
    assert shown(driver, "new@example.com") == older + waiting
    assert shown(driver, f"flows/{number}") == waiting
    assert standings(sandbox, "new@example.com")[NEWSLETTER][0] is ConsentState.OPTED_OUT
    confirmed = {"extRefNo": number, "optIns": [{**waiting[0], "status": CURRENT}]}
    assert_answer(answer_all(driver, number), 200, confirmed)
    assert shown(driver, "new@example.com") == shown(driver, f"flows/{number}") == confirmed["optIns"]
    assert standings(sandbox, "new@example.com")[NEWSLETTER][0] is ConsentState.OPTED_IN
    before = rows(sandbox)
    assert_refused(answer_all(driver, number), 521)
    assert_refused(answer_all(driver, number, "?approval=false"), 521)
    assert_refused(ask(driver, f"PUT flows/{number}", {"optIns": [{"pk": waiting[0]["pk"]}]}), 521)
    assert rows(sandbox) == before


@pytest.mark.clause("CURSOR-07", "CURSOR-54", "CURSOR-U07")
def test_a_flow_may_be_answered_type_by_type(driver):
    for kind, approval in ((RESEARCH, NO), (NEWSLETTER, YES)):
        answer = ask(driver, f"PUT flows/{FLOW}", {"optIns": [{"type": kind, "approval": approval}]})
        assert [each["approval"] for each in answer.json["optIns"]] == [approval]
        assert_refused(ask(driver, f"PUT flows/{FLOW}", {"optIns": [{"type": kind}]}), 521)
    assert [(each["status"], each["approval"]) for each in shown(driver, f"flows/{FLOW}")] == [
        (CURRENT, NO),
        (CURRENT, YES),
    ]
    assert_refused(answer_all(driver, FLOW), 521)


@pytest.mark.clause("CURSOR-U02")
def test_by_type_the_oldest_that_waits_is_meant_and_then_the_next(driver):
    first, second = create(driver, "new@example.com", WAITING, WAITING)["optIns"]
    number = first["extRefNo"]
    one, other = (ask(driver, f"PUT flows/{number}", {"optIns": [ONE]}).json["optIns"] for _ in range(2))
    assert [one[0]["pk"], other[0]["pk"]] == [first["pk"], second["pk"]]
    assert [each["pk"] for each in shown(driver, "new@example.com")] == [second["pk"]]


@pytest.mark.clause("CURSOR-U02", "CURSOR-U27")
def test_what_one_names_by_key_another_does_not_take_by_type(driver):
    first, second = create(driver, "new@example.com", WAITING, WAITING)["optIns"]
    answer = ask(driver, f"PUT flows/{first['extRefNo']}", {"optIns": [ONE, {"pk": first["pk"]}]})
    assert [each["pk"] for each in answer.json["optIns"]] == [second["pk"], first["pk"]]


@pytest.mark.clause("CURSOR-U08")
def test_of_one_type_twice_in_a_flow_the_last_is_current(sandbox, driver):
    first, second = create(driver, "new@example.com", WAITING, WAITING)["optIns"]
    assert answer_all(driver, first["extRefNo"]).status == 200
    assert [each["pk"] for each in shown(driver, "new@example.com")] == [second["pk"]]
    assert records(sandbox)[first["pk"]]["status"] == HISTORIC


@pytest.mark.clause("CURSOR-19")
def test_a_flow_of_somebody_who_is_no_contact_is_answered(sandbox, driver):
    put(sandbox, OptIn("pk", "gone@example.com", NEWSLETTER, Status.PENDING, ext_ref_no="own"))
    made = {"pk": "pk", "type": NEWSLETTER, "status": CURRENT, "approval": YES, "extRefNo": "own"}
    assert_answer(answer_all(driver, "own"), 200, {"extRefNo": "own", "optIns": [made]})
    assert shown(driver, "gone@example.com") == [made]


@pytest.mark.clause("CURSOR-U17", "CURSOR-U19")
def test_a_flow_of_two_contacts_is_answered_or_refused_as_a_whole(sandbox, driver):
    create(driver, "new@example.com", {**WAITING, "extRefNo": FLOW})
    before = rows(sandbox)
    put(sandbox, Contact("New@example.com", mail_fails=True))
    assert_refused(answer_all(driver, FLOW), 525)
    assert rows(sandbox)["OptIn"] == before["OptIn"]
    put(sandbox, Contact("new@example.com"))
    assert len(answer_all(driver, FLOW).json["optIns"]) == 3
    assert [len(shown(driver, each)) for each in ("new@example.com", "example@example.com")] == [1, 2]


@pytest.mark.clause("CURSOR-18", "CURSOR-26", "CURSOR-62")
def test_without_mail_nothing_fails(sandbox, driver):
    put(sandbox, Settings(send_mail=False))
    made = create(driver, "mailfails@example.com", WAITING)
    assert answer_all(driver, made["extRefNo"]).status == 200
    assert shown(driver, "mailfails@example.com")[-1]["status"] == CURRENT


@pytest.mark.clause("CURSOR-18", "CURSOR-26", "CURSOR-U17")
def test_a_request_that_failed_for_its_mail_may_be_repeated(sandbox, driver):
    before = rows(sandbox)
    for _ in range(2):
        assert_refused(ask(driver, "POST mailfails@example.com", {"optIns": [ONE]}), 525)
        assert_refused(answer_all(driver, "ddeeff00-5678-5678-5678-ddeeff001122"), 525)
    assert rows(sandbox) == before
    put(sandbox, Contact("mailfails@example.com"))
    assert answer_all(driver, "ddeeff00-5678-5678-5678-ddeeff001122").status == 200
    create(driver, "mailfails@example.com", ONE)
    assert len(shown(driver, "mailfails@example.com")) == 1


@pytest.mark.clause("CURSOR-26", "CURSOR-U17")
def test_a_setting_keeps_what_was_created_and_a_repeat_creates_it_again(sandbox, driver):
    put(sandbox, Settings(keep_on_mail_failure=True))
    before = records(sandbox)
    for _ in range(2):
        assert_refused(ask(driver, "POST mailfails@example.com?approval=false", {"optIns": [ONE]}), 525)
    made = [row for pk, row in records(sandbox).items() if pk not in before]
    assert [(each["status"], each["approval"]) for each in made] == [(HISTORIC, NO), (CURRENT, NO)]
    assert standings(sandbox, "mailfails@example.com") == {NEWSLETTER: (ConsentState.OPTED_OUT, NOW, 1)}


@pytest.mark.clause("CURSOR-18", "CURSOR-U17")
def test_a_setting_keeps_what_was_answered_and_a_repeat_finds_nothing(sandbox, driver):
    put(sandbox, Settings(keep_on_mail_failure=True))
    assert_refused(answer_all(driver, "ddeeff00-5678-5678-5678-ddeeff001122"), 525)
    assert [each["status"] for each in shown(driver, "mailfails@example.com")] == [CURRENT]
    assert_refused(answer_all(driver, "ddeeff00-5678-5678-5678-ddeeff001122"), 521)


@pytest.mark.clause("CURSOR-U17")
def test_the_setting_changes_nothing_for_whom_the_mail_reaches(sandbox, driver):
    put(sandbox, Settings(keep_on_mail_failure=True))
    made = create(driver, "new@example.com", WAITING)
    assert answer_all(driver, made["extRefNo"]).status == 200
