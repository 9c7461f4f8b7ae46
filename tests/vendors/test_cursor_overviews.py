import pytest

from mockserver.vendors.cursor import Cursor
from mockserver.vendors.cursor.records import Contact, OptIn, Status
from mockserver.world.fixture import parse
from tests.vendors.cursor_desk import (
    CURRENT,
    NEWSLETTER,
    PENDING,
    ask,
    assert_answer,
    create,
    put,
    records,
    shown,
)

ONE = {"type": NEWSLETTER}


@pytest.mark.clause("CURSOR-01", "CURSOR-22", "CURSOR-29", "CURSOR-44", "CURSOR-U20", "CURSOR-U21")
@pytest.mark.parametrize(
    ("email", "segment"),
    [
        ("a/b@x", "a%2Fb@x"),
        ("flows", "flows"),
        ("flows", "FLOWS"),
        ("flows/abc12345", "flows%2Fabc12345"),
        ("a+b@x", "a+b@x"),
        ("a+b@x", "A%2BB@x"),
        ("50%@x", "50%25@x"),
        ("%2F@x", "%252F@x"),
        ("Jürgen@Bücher.example", "j%C3%BCrgen@b%C3%BCcher.example"),
        ("two words", "two%20words"),
        ("?#", "%3F%23"),
        (".", "%2E"),
    ],
)
def test_an_id_is_one_segment_decoded_once_in_any_letter_case(sandbox, driver, email, segment):
    put(sandbox, Contact(email, {"name": "A"}))
    made = create(driver, segment, {**ONE, "extRefNo": "own"})["optIns"]
    assert records(sandbox)[made[0]["pk"]]["contact"] == email
    assert_answer(ask(driver, f"GET {segment}"), 200, {"properties": {"name": "A"}, "optIns": made})


@pytest.mark.clause("CURSOR-09", "CURSOR-U19")
@pytest.mark.parametrize(
    ("number", "segment"),
    [("a/b", "a%2Fb"), ("a b+c", "a%20b+c"), ("%41", "%2541"), ("ü", "%C3%BC"), ("new@example.com", "new@example.com")],
)
def test_a_reference_number_is_any_text_and_one_segment(driver, number, segment):
    made = create(driver, "new@example.com", {**ONE, "status": PENDING, "extRefNo": number})
    assert made["extRefNo"] == number
    assert shown(driver, f"flows/{segment}") == made["optIns"]
    answer = ask(driver, f"PUT flows/{segment}", {"optIns": [ONE]})
    assert_answer(answer, 200, {"extRefNo": number, "optIns": [{**made["optIns"][0], "status": CURRENT}]})


@pytest.mark.clause("CURSOR-48", "CURSOR-U15")
def test_a_contact_has_its_properties_even_without_records(sandbox, driver):
    put(sandbox, Contact("a@x", {"salutation": "Dr.", "email": "a@x"}))
    properties = {"salutation": "Dr.", "email": "a@x"}
    assert_answer(ask(driver, "GET A@x"), 200, {"properties": properties, "optIns": []})


@pytest.mark.clause("CURSOR-04", "CURSOR-U15")
def test_a_flow_has_the_properties_of_its_contact(sandbox, driver):
    put(sandbox, Contact("a@x", {"email": "a@x"}))
    made = create(driver, "a@x", {**ONE, "extRefNo": "own"})["optIns"]
    assert_answer(ask(driver, "GET flows/own"), 200, {"properties": {"email": "a@x"}, "optIns": made})


@pytest.mark.clause("CURSOR-U31")
def test_records_are_listed_by_creation_however_the_fixture_has_them(sandbox, driver):
    row = {"contact": "new@example.com", "type": NEWSLETTER, "status": "C0OPTINSTATUS_REQUESTED", "ext_ref_no": "own"}
    dates = {"c": "2026-01-01T00:00:01Z", "b": None, "a": "2025-12-31T23:59:59Z"}
    fixture = {"OptIn": [{**row, "pk": pk, "created": created} for pk, created in dates.items()]}
    put(sandbox, *parse(fixture, Cursor.kinds())[OptIn].values())
    for target in ("new@example.com", "flows/own"):
        assert [each["pk"] for each in shown(driver, target)] == ["a", "b", "c"]


@pytest.mark.clause("CURSOR-45", "CURSOR-46", "CURSOR-U12", "CURSOR-U24")
@pytest.mark.parametrize("status", Status)
def test_all_but_the_historic_and_the_cancelled_is_shown(sandbox, driver, status):
    put(sandbox, OptIn("pk", "new@example.com", NEWSLETTER, status, ext_ref_no="own"))
    expected = (
        []
        if status in {Status.HISTORIC, Status.CANCELLED}
        else [{"pk": "pk", "type": NEWSLETTER, "status": status, "extRefNo": "own"}]
    )
    for target in ("new@example.com", "flows/own"):
        assert_answer(ask(driver, f"GET {target}"), 200, {"properties": {}, "optIns": expected})
