import pytest

from mockserver.consent import ConsentState
from mockserver.vendors.cursor.records import OptIn, Status
from mockserver.world.sandbox import Mode
from tests.driver import Driver
from tests.vendors.cursor_desk import (
    CURRENT,
    EMPTY,
    FLOW,
    HISTORIC,
    NEWSLETTER,
    NO,
    NOW,
    RESEARCH,
    TABLES,
    YES,
    ask,
    assert_answer,
    assert_refused,
    check_refused,
    check_taken,
    create,
    findings,
    put,
    records,
    rows,
    shown,
    standings,
    table,
)

ONE = {"type": NEWSLETTER}


@pytest.mark.parametrize("row", table("shown"))
def test_an_overview_shows_the_records_and_changes_nothing(started, sandbox, driver, row):
    started.world.reset(sandbox, row.get("scenario", "baseline"), None)
    before = rows(sandbox)
    assert_answer(ask(driver, row["call"]), 200, row["body"])
    assert rows(sandbox) == before


@pytest.mark.parametrize("row", table("taken"))
def test_what_is_taken_does_what_it_says_and_no_more(started, sandbox, driver, row):
    started.world.reset(sandbox, row.get("scenario", "baseline"), None)
    check_taken(sandbox, driver, row)


@pytest.mark.parametrize("row", table("refused"))
def test_what_is_refused_changes_nothing(started, sandbox, driver, row):
    started.world.reset(sandbox, row.get("scenario", "baseline"), None)
    check_refused(sandbox, driver, row)


@pytest.mark.parametrize("row", table("dubious"))
def test_what_is_dubious_is_taken_with_findings(sandbox, driver, row):
    check_taken(sandbox, driver, row)


@pytest.mark.parametrize("row", table("lenient"))
def test_the_slips_of_the_page_are_refused(sandbox, driver, row):
    check_refused(sandbox, driver, {**row, **row["refusal"]})


@pytest.mark.clause("CURSOR-U01", "CURSOR-U06", "CURSOR-U16", "CURSOR-U30")
def test_the_other_modes_change_the_dubious_and_the_slips_only(other_mode):
    mode, driver, world = other_mode
    sandbox = world.create()
    there = Driver(driver.app, sandbox=sandbox.name)
    strict = mode is Mode.STRICT
    taken, refused = TABLES["taken"], list(TABLES["refused"])
    refused += [{**row, **row["strict"]} for row in TABLES["dubious"] if strict]
    refused += [{**row, **row["refusal"]} for row in TABLES["lenient"] if strict]
    for row in taken + ([] if strict else TABLES["dubious"] + TABLES["lenient"]):
        world.reset(sandbox, row.get("scenario", "baseline"), None)
        check_taken(sandbox, there, row)
    for row in refused:
        world.reset(sandbox, row.get("scenario", "baseline"), None)
        check_refused(sandbox, there, row)


@pytest.mark.clause("CURSOR-U30")
def test_strictness_looks_at_members_and_keys_before_completeness_contact_and_flow(fresh):
    server = fresh(mode=Mode.STRICT)
    driver = Driver(server.app)
    sent = {"optIns": [{"type": "x"}, {"a": 1}]}
    assert_refused(ask(driver, "PUT flows/nope", sent), 400, "the member a is unknown")
    assert_refused(ask(driver, "PUT flows/nope", {"optIns": [{"type": "x"}]}), 522)
    assert_refused(ask(driver, "POST nobody", {"optIns": [{"type": "x"}]}), 400, "type x is not in the catalogue")


@pytest.mark.clause("CURSOR-U30")
def test_unknown_members_are_remarked_on_in_the_order_of_the_request(sandbox, driver):
    names = [f"m{number}" for number in range(20, 0, -1)]
    ask(driver, "POST new@example.com", dict.fromkeys(names) | {"optIns": [ONE]})
    assert findings(sandbox) == [["CURSOR-U30", f"the member {each} is unknown"] for each in names]


@pytest.mark.clause("CURSOR-U02")
@pytest.mark.parametrize("pk", ["pk123", "new"])
def test_a_key_that_is_sent_on_a_post_is_ignored_with_a_finding(sandbox, driver, pk):
    before = records(sandbox)
    (made,) = create(driver, "new@example.com", {"pk": pk, **ONE})["optIns"]
    assert records(sandbox) == before | {made["pk"]: records(sandbox)[made["pk"]]}
    assert made["pk"] not in {*before, pk}
    assert findings(sandbox) == [["CURSOR-U02", f"pk {pk} is ignored: a new record gets its own"]]


@pytest.mark.clause("CURSOR-13", "CURSOR-24", "CURSOR-U16")
@pytest.mark.parametrize(
    ("query", "approval"),
    [
        *[("", YES), ("?approval=true", YES), ("?approval=TRUE", YES), ("?approval=%74rue", YES)],
        *[("?approval=false", NO), ("?approval=False", NO), ("?Approval=false", YES), ("?other=false", YES)],
    ],
)
def test_approval_in_the_query_is_a_boolean_in_any_letter_case_and_true_without(driver, query, approval):
    (made,) = create(driver, "new@example.com", ONE, query=query)["optIns"]
    (answered,) = ask(driver, f"PUT flows/{FLOW}{query}", {"optIns": [{"pk": "pk123"}]}).json["optIns"]
    assert (made["approval"], answered["approval"]) == (approval, approval)


@pytest.mark.clause("CURSOR-05", "CURSOR-29", "CURSOR-33")
@pytest.mark.parametrize("query", ["?approval=maybe", "?approval=false", "?page=2&limit=1", "?optIns=x"])
def test_an_overview_takes_its_path_parameter_only(driver, query):
    for target in ("example@example.com", f"flows/{FLOW}"):
        assert ask(driver, f"GET {target}{query}").body == ask(driver, f"GET {target}").body


@pytest.mark.clause("CURSOR-27", "CURSOR-28", "CURSOR-58", "CURSOR-U05", "CURSOR-U18")
def test_an_opt_out_is_a_new_record_and_the_old_ones_stay_as_history(sandbox, driver):
    consent, refusal, repeat = (
        create(driver, "new@example.com", ONE, query=f"?approval={each}") for each in ("true", "false", "false")
    )
    assert_answer(ask(driver, "GET new@example.com"), 200, {"properties": {}, "optIns": repeat["optIns"]})
    stored = [records(sandbox)[each["optIns"][0]["pk"]] for each in (consent, refusal, repeat)]
    assert [(each["status"], each["approval"]) for each in stored] == [(HISTORIC, YES), (HISTORIC, NO), (CURRENT, NO)]
    assert len({each["ext_ref_no"] for each in stored}) == 3
    assert_answer(ask(driver, f"GET flows/{consent['extRefNo']}"), 200, EMPTY)


@pytest.mark.clause("CURSOR-47", "CURSOR-58")
def test_other_types_and_other_contacts_are_left_alone(sandbox, driver):
    create(driver, "new@example.com", ONE, {"type": RESEARCH})
    create(driver, "new@example.com", {"type": RESEARCH}, query="?approval=false")
    assert {each["type"]: each["approval"] for each in shown(driver, "new@example.com")} == {
        NEWSLETTER: YES,
        RESEARCH: NO,
    }
    assert records(sandbox)["1s9dh7g1hgd4117mOpIn"]["status"] == CURRENT


@pytest.mark.clause("CURSOR-58", "CURSOR-U18")
def test_of_one_type_twice_in_a_call_the_last_is_current(sandbox, driver):
    first, last = create(driver, "new@example.com", ONE, {**ONE, "approval": NO})["optIns"]
    assert shown(driver, "new@example.com") == [last]
    assert records(sandbox)[first["pk"]]["status"] == HISTORIC
    assert standings(sandbox, "new@example.com") == {NEWSLETTER: (ConsentState.OPTED_OUT, NOW, 1)}


@pytest.mark.clause("CURSOR-58", "CURSOR-U09")
def test_consents_are_what_is_current_else_what_waits(sandbox, driver):
    assert {(each.email, each.audience): (each.state, each.stamp) for each in sandbox.vendors["cursor"].consents()} == {
        ("example@example.com", NEWSLETTER): (ConsentState.OPTED_IN, None),
        ("example@example.com", RESEARCH): (ConsentState.PENDING, None),
        ("optedout@example.com", NEWSLETTER): (ConsentState.OPTED_OUT, None),
        ("requested@example.com", NEWSLETTER): (ConsentState.PENDING, None),
        ("requested@example.com", RESEARCH): (ConsentState.PENDING, None),
        ("confirmed@example.com", NEWSLETTER): (ConsentState.OPTED_IN, None),
        ("mailfails@example.com", NEWSLETTER): (ConsentState.PENDING, None),
    }
    put(sandbox, OptIn("unsaid", "new@example.com", NEWSLETTER, Status.CURRENT))
    assert standings(sandbox, "new@example.com") == {NEWSLETTER: (ConsentState.UNKNOWN, None, None)}
