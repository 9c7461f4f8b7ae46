"""A server that was asked to keep no addresses, called with every example of every vendor."""

import logging
import re
from urllib.parse import unquote

import pytest

from contract_tests.steps import addresses
from mockserver.contract import document
from mockserver.server import Server, Settings
from mockserver.world.sandbox import Start
from tests.driver import Driver
from tests.test_scenario_folders import OPERATIONS, examples

JOURNAL = "/__admin/sandboxes/default/requests"
PSEUDONYM = re.compile(r"p-[0-9a-f]{12}@example\.invalid")


@pytest.fixture(scope="module")
def driver():
    logging.getLogger("mockserver.access").setLevel(logging.INFO)
    driver = Driver(Server(Settings(start=Start(pseudonymise=True))).app)
    logging.getLogger("mockserver.access").setLevel(logging.NOTSET)
    return driver


def test_neither_journal_nor_archive_nor_log_has_an_address(driver, caplog):
    vendors = {each["name"]: each for each in driver.get("/__admin/vendors").json["vendors"]}
    caplog.set_level(logging.INFO)
    for read, operation in OPERATIONS:
        account = next(iter(vendors[read.name]["credentials"]), {"headers": {}})["headers"]
        for path, headers, body in examples(read, operation):
            before, _, query = f"/{read.name}{path}".partition("?")
            driver.request(operation.method, before, headers=headers | account, body=body, query=query.encode())
    known = sorted({each for name in document.names() for each in addresses(document.load(name))}, key=len)
    shown = [driver.get(JOURNAL, query=query) for query in (b"limit=10000", b"limit=10000&format=har")]
    for text in (*(each.body.decode() for each in shown), caplog.text):
        assert len(set(PSEUDONYM.findall(unquote(text)))) > 3
        kept = unquote(PSEUDONYM.sub("", unquote(text))).casefold()
        assert [each for each in known if each.casefold() in kept] == []


def test_the_state_still_has_the_addresses(driver):
    assert "guy@example.com" in driver.get("/__admin/sandboxes/default/consents").body.decode()
