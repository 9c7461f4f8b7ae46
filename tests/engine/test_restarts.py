"""What becomes of a request during which its sandbox begins anew."""

import pytest

PATH = "/omeda/webservices/rest/client/CLNT1/optoutfilterqueue/*"
HEADERS = {"x-omeda-appid": "11111111-1111-1111-1111-111111111111", "content-type": "application/json"}


def opt_out(driver, email):
    return driver.post(PATH, {"BrandOptOut": [{"EmailAddress": email, "BrandId": "XXP"}]}, headers=HEADERS).status


def journal(sandbox):
    return {each.id: each for each in sandbox.store.journal.entries()[0]}


def written(sandbox, email):
    return {each.stamp.request_id for each in sandbox.vendors["omeda"].consents() if each.email == email}


@pytest.fixture
def meanwhile(sandbox, monkeypatch):
    """Lets something happen to the sandbox once a request is about to change its records."""

    def plan(happen):
        records = sandbox.vendors["omeda"].store
        begin = records.transaction

        def late():
            monkeypatch.setattr(records, "transaction", begin)
            happen()
            return begin()

        monkeypatch.setattr(records, "transaction", late)

    return plan


def test_a_consent_that_changes_after_a_restore_is_stamped_by_a_request_of_the_new_journal(driver, sandbox, meanwhile):
    sandbox.take(None)
    for number in range(3):
        opt_out(driver, f"before{number}@example.com")
    meanwhile(lambda: sandbox.restore(sandbox.snapshot("1")))
    assert opt_out(driver, "meanwhile@example.com") == 200
    assert opt_out(driver, "after@example.com") == 200
    for email in ("meanwhile@example.com", "after@example.com"):
        (number,) = written(sandbox, email)
        assert email in journal(sandbox)[number].request_body.decode()
