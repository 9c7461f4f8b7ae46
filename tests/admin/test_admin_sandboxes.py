import pytest

from mockserver.world import sandbox as bounds
from mockserver.world.sandbox import DEFAULT
from tests.admin.control import ADMIN, ALLOWED, with_body

SANDBOXES = "/__admin/sandboxes"
IN_A_SANDBOX = [
    (method, path) for path, methods in ALLOWED.items() if "{sandbox}" in path for method in sorted(methods)
]


def names(control):
    return [each["name"] for each in control.get(SANDBOXES)["sandboxes"]]


def test_a_server_begins_with_the_default_sandbox_whose_urls_have_no_prefix(control):
    (found,) = control.get(SANDBOXES)["sandboxes"]
    accounts = {
        name: control.world.find(DEFAULT).store.records(name).all(kind.account)
        for name, kind in control.vendors.items()
    }
    assert list(found.items()) == [
        ("name", "default"),
        ("scenario", "baseline"),
        ("seed", 0),
        ("now", "2026-01-01T00:00:00Z"),
        ("base_urls", {name: f"http://localhost/{name}" for name in control.vendors}),
        (
            "credentials",
            {name: [{"account": one.name, "headers": one.headers} for one in each] for name, each in accounts.items()},
        ),
    ]
    assert found["credentials"]["ledger"] == []
    assert any(found["credentials"].values())


def test_a_sandbox_is_made_as_asked_for_and_shown_so(control):
    wish = {"name": "t1", "scenario": "empty", "seed": -7, "now": "2026-06-01T14:00:00.5+02:00"}
    made = control.call("POST", SANDBOXES, 201, json=wish)
    assert made | wish | {"now": "2026-06-01T12:00:00.500000Z"} == made
    assert made["base_urls"] == {name: f"http://localhost/~t1/{name}" for name in control.vendors}
    assert control.get(f"{SANDBOXES}/t1") == made
    assert names(control) == ["default", "t1"]


@pytest.mark.parametrize("how", [{}, {"json": {}}, {"data": b"", "content_type": "application/json"}])
def test_without_a_body_a_sandbox_gets_the_next_name_and_is_as_the_server_was_started(control, how):
    made = [control.call("POST", SANDBOXES, 201, **how)["name"] for _ in range(2)]
    one, other = (int(name.removeprefix("s")) for name in made)
    assert other == one + 1
    default, first, _ = control.get(SANDBOXES)["sandboxes"]
    alike = ("scenario", "seed", "now", "credentials")
    assert [default[name] for name in alike] == [first[name] for name in alike]


@pytest.mark.parametrize("name", ["default", "t1"])
def test_a_name_that_is_taken_is_a_conflict(control, name):
    control.call("POST", SANDBOXES, 201, json={"name": "t1"})
    control.refusal("POST", SANDBOXES, 409, json={"name": name})


@pytest.mark.parametrize(
    ("wish", "pointer"),
    [
        ({"name": "UPPER"}, "/name"),
        ({"name": ""}, "/name"),
        ({"name": "-a"}, "/name"),
        ({"name": "a" * 64}, "/name"),
        ({"name": "a\n"}, "/name"),
        ({"name": None}, "/name"),
        ({"seed": 1.0}, "/seed"),
        ({"seed": "1"}, "/seed"),
        ({"seed": True}, "/seed"),
        ({"seed": 2**63}, "/seed"),
        ({"now": "2026-02-30T00:00:00Z"}, "/now"),
        ({"now": "2026-01-01T00:00:00"}, "/now"),
        ({"now": "2026-01-01"}, "/now"),
        ({"now": "9999-12-31T23:59:59-12:00"}, "/now"),
        ({"now": "9000-01-01T00:00:01Z"}, "/now"),
        ({"now": 5}, "/now"),
        ({"scenario": "nowhere"}, "/scenario"),
        ({"scenario": ""}, "/scenario"),
        ({"scenario": ".."}, "/scenario"),
        ({"scenario": "a/\0"}, "/scenario"),
        ({"scenario": "/" + "x" * 4000}, "/scenario"),
        ({"nam": "t1"}, ""),
        ([], ""),
        ("t1", ""),
        (0, ""),
    ],
)
def test_a_sandbox_that_cannot_be_is_refused_at_the_place_that_is_wrong(control, wish, pointer):
    assert control.refusal("POST", SANDBOXES, 400, json=wish) == [pointer]


def test_all_that_is_wrong_is_told_at_once(control):
    assert control.refusal("POST", f"{SANDBOXES}?a=1", 400, json={"seed": "x", "name": "X"}) == [
        "/query/a",
        "/name",
        "/seed",
    ]


def test_a_folder_of_ones_own_is_a_scenario(control, tmp_path):
    (tmp_path / "ledger.yaml").write_text("Line: [{number: 1, email: a@example.com}]")
    control.call("POST", SANDBOXES, 201, json={"name": "t1", "scenario": f"{tmp_path}"})
    (found,) = control.get(f"{SANDBOXES}/t1/consents")["consents"]
    assert found["email"] == "a@example.com"


def test_a_broken_folder_of_ones_own_is_refused_with_its_file_and_reason(control, tmp_path):
    (tmp_path / "ledger.yaml").write_text("Line: [{number: x}]")
    wish = {"scenario": f"{tmp_path}"}
    assert control.refusal("POST", SANDBOXES, 400, json=wish) == ["/scenario"]
    assert control.refusal("POST", f"{SANDBOXES}/default/reset", 400, json=wish) == ["/scenario"]
    detail = control.call("POST", SANDBOXES, 400, json=wish)["detail"]
    assert detail.endswith("ledger.yaml: Line[0]: number: 'x' is not of type int")


def test_a_sandbox_is_deleted_once(control):
    control.call("POST", SANDBOXES, 201, json={"name": "t1"})
    assert control.call("DELETE", f"{SANDBOXES}/t1", 204) is None
    assert names(control) == ["default"]
    control.refusal("DELETE", f"{SANDBOXES}/t1", 404)


def test_the_default_sandbox_stays(control):
    control.refusal("DELETE", f"{SANDBOXES}/default", 409)


@pytest.mark.parametrize(("method", "path"), IN_A_SANDBOX)
@pytest.mark.parametrize("name", ["t9", "DEFAULT", "a" * 64, "%20", "ü"])
def test_an_unknown_sandbox_is_a_404_that_says_how_to_make_one(control, method, path, name):
    url = path.replace("{sandbox}", name).replace("{vendor}", "ledger")
    how = with_body(method, path)
    assert control.refusal(method, url, 404, **how) == []
    body = control.call(method, url, 404, **how)
    assert body["type"] == "urn:mockserver:unknown-sandbox"
    assert "POST /__admin/sandboxes" in body["detail"]


def stir(control, name):
    """Change all that a reset must put back."""
    for vendor in control.vendors:
        control.call("PUT", f"{SANDBOXES}/{name}/state/{vendor}", 204, json={})
    control.note(name)
    control.world.find(name).ids.uuid()


@pytest.mark.parametrize("how", [{}, {"json": {}}])
def test_reset_begins_as_new(control, how):
    made = control.call("POST", SANDBOXES, 201, json={"name": "t1", "seed": 5, "now": "2026-03-01T00:00:00Z"})
    sandbox = control.world.find("t1")
    before, first = control.everything(), sandbox.ids.uuid()
    stir(control, "t1")
    assert control.call("POST", f"{SANDBOXES}/t1/reset", 200, **how) == made
    assert control.everything() == before
    assert sandbox.ids.uuid() == first
    assert control.note("t1").id == 1


def test_reset_takes_another_scenario_and_seed_and_keeps_them(control):
    made = control.call("POST", SANDBOXES, 201, json={"name": "t1", "now": "2026-03-01T00:00:00Z"})
    found = control.call("POST", f"{SANDBOXES}/t1/reset", 200, json={"scenario": "empty", "seed": 9})
    assert (found["scenario"], found["seed"], found["now"]) == ("empty", 9, made["now"])
    again = control.call("POST", f"{SANDBOXES}/t1/reset", 200)
    assert again == found
    assert control.get(f"{SANDBOXES}/t1/consents")["consents"] == []


@pytest.mark.parametrize(
    ("wish", "pointer"), [({"scenario": "nowhere"}, "/scenario"), ({"seed": None}, "/seed"), ({"name": "t2"}, "")]
)
def test_a_reset_that_cannot_be_changes_nothing(control, wish, pointer):
    control.note()
    assert control.refusal("POST", f"{SANDBOXES}/default/reset", 400, json=wish) == [pointer]


def test_sandboxes_do_not_see_each_other(control):
    for name in ("left", "right"):
        control.call("POST", SANDBOXES, 201, json={"name": name})
    control.call("PUT", f"{SANDBOXES}/left/state/ledger", 204, json={"Line": [{"number": 1}]})
    control.note("left")
    for name in ("right", "default"):
        assert control.get(f"{SANDBOXES}/{name}/state/ledger")["Line"] == []
        assert control.get(f"{SANDBOXES}/{name}/requests")["total"] == 0


def test_the_document_speaks_of_every_member_of_a_sandbox(control):
    schema = ADMIN.tree["components"]["schemas"]["Sandbox"]
    assert list(control.get(f"{SANDBOXES}/default")) == list(schema["properties"]) == schema["required"]


def test_the_number_of_sandboxes_is_bounded_with_a_word_on_what_to_do(control, monkeypatch):
    monkeypatch.setattr(bounds, "MOST_SANDBOXES", 2)
    control.call("POST", SANDBOXES, 201, json={"name": "t1"})
    for wish in ({"name": "t2"}, {}):
        control.refusal("POST", SANDBOXES, 409, json=wish)
        problem = control.call("POST", SANDBOXES, 409, json=wish)
        assert problem["type"] == "urn:mockserver:limit-reached"
        assert problem["detail"] == "there are 2 sandboxes, the most there may be; delete one first"
    assert control.call("POST", SANDBOXES, 409, json={"name": "t1"})["type"] == "urn:mockserver:conflict"
    control.call("DELETE", f"{SANDBOXES}/t1", 204)
    control.call("POST", SANDBOXES, 201, json={"name": "t2"})


def test_a_folder_of_another_version_is_refused(control, tmp_path):
    (tmp_path / "scenario.yaml").write_text("version: 99")
    wish = {"scenario": f"{tmp_path}/"}
    assert control.refusal("POST", SANDBOXES, 400, json=wish) == ["/scenario"]
    assert control.refusal("POST", f"{SANDBOXES}/default/reset", 400, json=wish) == ["/scenario"]
    assert "version 99" in control.call("POST", SANDBOXES, 400, json=wish)["detail"]
