from tests.driver import Driver

ECHO = {"authorization": "Bearer b1"}


def counted(driver):
    return {kind[1:4]: sum(row.buckets) for kind, row in driver.world.tally.rows()}


def test_every_request_to_a_vendor_is_counted_once_however_it_ends(acme):
    acme.get("/acme/echo", headers=ECHO)
    acme.get("/acme/echo", headers=ECHO)
    acme.get("/acme/echo")
    acme.get("/acme/nowhere")
    acme.get("/acme/echo", headers={"prefer": "code=200"})
    acme.post("/acme/crash/x", {})
    acme.get("/acme/openapi.json")
    acme.get("/quux/")
    assert counted(acme) == {
        ("echo", 200, "accepted"): 2,
        ("echo", 401, "rejected"): 1,
        (None, 404, "unmatched"): 2,
        ("echo", 200, "injected"): 1,
    }
    assert all(row.total_ms > 0 for _, row in acme.world.tally.rows())


def test_what_was_counted_stays_when_a_sandbox_begins_anew_or_ends(acme):
    acme.world.create("t1")
    Driver(acme.app, sandbox="t1").get("/acme/echo", headers=ECHO)
    acme.world.reset(acme.world.find("t1"), None, None)
    acme.world.delete("t1")
    assert counted(acme) == {("echo", 200, "accepted"): 1}


def test_a_request_to_a_sandbox_that_ends_meanwhile_is_no_vendor_s(acme):
    acme.world.create("t1").ended = True
    answer = Driver(acme.app, sandbox="t1").get("/acme/echo", headers=ECHO)
    assert (answer.status, answer.json["type"]) == (404, "urn:mockserver:unknown-sandbox")
    assert counted(acme) == {}
