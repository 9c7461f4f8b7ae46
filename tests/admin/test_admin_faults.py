import pytest

FAULTS = "/__admin/sandboxes/default/faults"
RULES = [
    {"match": {"vendor": "expoints", "nth": [1, 2]}, "fault": "503", "times": 2, "retry_after_s": 2},
    {"match": {"probability": 0.5, "header": {"X-Run": "7"}}, "fault": "slow", "bytes_per_s": 9, "delay_ms": 1.5},
    {"rate": {"limit": 10, "per_s": 0.5}, "retry_after_s": 1},
]


def counted(*rules):
    return {"rules": [{**each, "id": number, "matched": 0, "fired": 0} for number, each in enumerate(rules, 1)]}


@pytest.fixture
def armed(control):
    """A sandbox with one rule."""
    control.call("PUT", FAULTS, json={"rules": RULES[:1]})
    return control


def test_a_sandbox_begins_without_faults(control):
    assert control.get(FAULTS) == {"rules": []}


def test_rules_are_shown_as_they_were_put_with_what_they_counted(control):
    assert control.call("PUT", FAULTS, json={"rules": RULES}) == counted(*RULES)
    assert control.get(FAULTS) == counted(*RULES)


def test_rules_take_the_place_of_those_before(armed):
    assert armed.call("PUT", FAULTS, json={"rules": RULES[1:]}) == counted(*RULES[1:])
    assert armed.call("PUT", FAULTS, json={"rules": []}) == {"rules": []}


def test_rules_are_forgotten(armed):
    assert armed.call("DELETE", FAULTS, 204) is None
    assert armed.get(FAULTS) == {"rules": []}
    armed.call("DELETE", FAULTS, 204)


def test_a_reset_forgets_them_too(armed):
    armed.call("POST", "/__admin/sandboxes/default/reset")
    assert armed.get(FAULTS) == {"rules": []}


def test_rules_are_one_sandbox_s(armed):
    armed.call("POST", "/__admin/sandboxes", 201, json={"name": "t1"})
    assert armed.get("/__admin/sandboxes/t1/faults") == {"rules": []}


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_unknown_sandbox_has_none(control, method):
    json = {"rules": []} if method == "PUT" else None
    assert control.refusal(method, "/__admin/sandboxes/nope/faults", 404, json=json) == []


@pytest.mark.parametrize(
    "word",
    [
        *("503", "200", "503-after-commit", "delay", "slow", "reset", "reset-after-commit", "truncated", "garbage"),
        *("timeout-before-commit", "timeout-after-commit"),
    ],
)
def test_every_word_is_taken(control, word):
    assert control.call("PUT", FAULTS, json={"rules": [{"fault": word}]}) == counted({"fault": word})


def test_as_many_rules_as_there_may_be_are_taken(control):
    rules = [{"fault": "reset"}] * 100
    assert control.call("PUT", FAULTS, json={"rules": rules}) == counted(*rules)


RESET = {"fault": "reset"}
OMEDA = {"vendor": "omeda"}


@pytest.mark.parametrize(
    ("rule", "pointers"),
    [
        ({}, [""]),
        ({"match": OMEDA}, [""]),
        ({"fault": "explode"}, ["/fault"]),
        ({"fault": 503}, ["/fault"]),
        ({"fault": "RESET"}, ["/fault"]),
        ({"fault": "reset\n"}, ["/fault"]),
        ({"fault": "delay-after-commit"}, ["/fault"]),
        ({"fault": "timeout"}, ["/fault"]),
        ({"fault": "418"}, ["/fault"]),
        ({"fault": "99"}, ["/fault"]),
        ({"fault": "600"}, ["/fault"]),
        ({"fault": "503", "match": OMEDA}, ["/fault"]),
        ({"fault": "503-after-commit", "match": OMEDA}, ["/fault"]),
        ({"fault": "415", "match": {"vendor": "aimbase", "operation_id": "read_metadata"}}, ["/fault"]),
        ({"rate": {"limit": 1, "per_s": 1}, "match": OMEDA}, ["/rate"]),
        ({"rate": {"limit": 1, "per_s": 1}, "fault": "429"}, ["/rate"]),
        ({"rate": {"limit": 0, "per_s": 1}}, ["/rate/limit"]),
        ({"rate": {"limit": 1001, "per_s": 1}}, ["/rate/limit"]),
        ({"rate": {"limit": 1, "per_s": 0}}, ["/rate/per_s"]),
        ({"rate": {"limit": 1, "per_s": 1e9}}, ["/rate/per_s"]),
        ({"rate": {"limit": 1}}, ["/rate/per_s"]),
        ({"rate": {"limit": 1, "per_s": 1}, "bytes_per_s": 1}, ["/bytes_per_s"]),
        (RESET | {"match": {"vendor": "nobody"}}, ["/match/vendor"]),
        (RESET | {"match": {"vendor": "nobody", "operation_id": "opt_out"}}, ["/match/vendor"]),
        (RESET | {"match": {"operation_id": "explode"}}, ["/match/operation_id"]),
        (RESET | {"match": {"vendor": "xomni", "operation_id": "check_opt_outs"}}, ["/match/operation_id"]),
        (RESET | {"match": {"nth": []}}, ["/match/nth"]),
        (RESET | {"match": {"nth": [0]}}, ["/match/nth/0"]),
        (RESET | {"match": {"nth": [1, 1]}}, ["/match/nth"]),
        (RESET | {"match": {"nth": list(range(1, 1002))}}, ["/match/nth"]),
        (RESET | {"match": {"nth": [2**60]}}, ["/match/nth/0"]),
        (RESET | {"match": {"nth": 1}}, ["/match/nth"]),
        (RESET | {"match": {"every": 0}}, ["/match/every"]),
        (RESET | {"match": {"every": 1.5}}, ["/match/every"]),
        (RESET | {"match": {"probability": -0.1}}, ["/match/probability"]),
        (RESET | {"match": {"probability": 1.01}}, ["/match/probability"]),
        (RESET | {"match": {"header": {}}}, ["/match/header"]),
        (RESET | {"match": {"header": {"x": 1}}}, ["/match/header/x"]),
        (RESET | {"match": {"header": {"x y": "1"}}}, ["/match/header/x y"]),
        (RESET | {"match": {"header": {"": "1", "a/b~": "1"}}}, ["/match/header/", "/match/header/a~1b~0"]),
        (RESET | {"match": {"header": {"X": "1", "x": "2"}}}, ["/match/header/x"]),
        (RESET | {"match": {"header": {"x": "a\r\nb"}}}, ["/match/header/x"]),
        (RESET | {"match": {"header": {"x": " a"}}}, ["/match/header/x"]),
        (RESET | {"match": {"header": {"x": "€"}}}, ["/match/header/x"]),
        (RESET | {"match": {"method": "GET"}}, ["/match"]),
        (RESET | {"match": None}, ["/match"]),
        (RESET | {"times": 0}, ["/times"]),
        (RESET | {"times": -1}, ["/times"]),
        (RESET | {"times": 10**10}, ["/times"]),
        (RESET | {"times": True}, ["/times"]),
        (RESET | {"retry_after_s": 1}, ["/retry_after_s"]),
        (RESET | {"bytes_per_s": 1}, ["/bytes_per_s"]),
        (RESET | {"id": 1, "matched": 0, "fired": 0}, [""]),
        ({"fault": "503", "retry_after_s": -1}, ["/retry_after_s"]),
        ({"fault": "503", "retry_after_s": 10**6}, ["/retry_after_s"]),
        ({"fault": "delay", "delay_ms": -1}, ["/delay_ms"]),
        ({"fault": "delay", "delay_ms": 600_001}, ["/delay_ms"]),
        ({"fault": "timeout-after-commit", "delay_ms": 1}, ["/delay_ms"]),
        ({"fault": "slow", "bytes_per_s": 0}, ["/bytes_per_s"]),
        ({"fault": "delay", "bytes_per_s": 1, "retry_after_s": 1}, ["/retry_after_s", "/bytes_per_s"]),
        ("reset", [""]),
    ],
)
def test_what_is_no_rule_is_refused_at_its_place_and_nothing_changes(armed, rule, pointers):
    found = armed.refusal("PUT", FAULTS, 400, json={"rules": [RESET, rule]})
    assert found == [f"/rules/1{pointer}" for pointer in pointers]
    assert armed.get(FAULTS) == counted(RULES[0])


@pytest.mark.parametrize(
    ("body", "pointer"), [({}, "/rules"), ({"rules": None}, "/rules"), ([], ""), ({"rules": [RESET] * 101}, "/rules")]
)
def test_what_are_no_rules_is_refused(armed, body, pointer):
    assert armed.refusal("PUT", FAULTS, 400, json=body) == [pointer]
    assert armed.get(FAULTS) == counted(RULES[0])


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (
            {"fault": "503", "match": OMEDA},
            "503 is documented by no operation that the rule is for; documented are 200, ",
        ),
        (RESET | {"match": {"vendor": "omida"}}, "there is no vendor 'omida' here; vendors are "),
        (
            RESET | {"match": OMEDA | {"operation_id": "opt"}},
            "there is no operation 'opt'; there are fetch_deployment_",
        ),
        ({"fault": "explode"}, "delay|slow|reset"),
    ],
)
def test_a_refusal_says_what_there_is(control, rule, says):
    assert says in control.call("PUT", FAULTS, 400, json={"rules": [rule]})["detail"]
