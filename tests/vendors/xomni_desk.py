"""Asks XOMNI as its tests do, and compares whole answers."""

import re

import orjson

from mockserver.vendors.xomni import Xomni
from mockserver.world.fixture import dump

PATH = "/xomni/private/mail/subscription/{}/status"
PRIVATE = "dc8f1dcdbe454da8a25621839a93569337522968019e4bd7becd6e01285444da"
MANAGEMENT = "1b20b08184fa1123096986c545d034860835ec887b0c5c3e312f78c7c0cc5057"
ACCEPT = "application/vnd.xomni.api-v4-1, */*"
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TICK = 639028224000000007
"""The start of 2026 in units of 100 ns since the start of the year 1, and the last digit that each tick has."""


def ask(driver, segment="", *, method="GET", path=None, body=b"", **headers):
    """Send a request as the page shows it; a header of None is left out."""
    sent = {"authorization": f"Bearer {PRIVATE}", "accept": ACCEPT, **headers}
    kept = {name: value for name, value in sent.items() if value is not None}
    return driver.request(method, path or PATH.format(segment), headers=kept, body=body)


def update(driver, segment, sent, **headers):
    """Send a PUT: a status, or a whole body."""
    body = sent if isinstance(sent, bytes) else orjson.dumps({"StatusId": sent})
    return ask(driver, segment, method="PUT", body=body, **{"content-type": "application/json", **headers})


def assert_updated(answer):
    """Expect the answer to an update: nothing at all."""
    assert (answer.status, answer.headers, answer.body) == (200, {"content-length": "0"}, b"")


def status_of(driver, email):
    """Fetch how an address stands: StatusId, PurposeTypeId, IsSubscribable."""
    found = ask(driver, email).json
    return found["StatusId"], found["PurposeTypeId"], found["IsSubscribable"]


def assert_answer(answer, status, body, **headers):
    """Compare all of an answer, byte for byte."""
    assert answer.body == body
    assert answer.status == status
    length = str(len(answer.body))
    assert answer.headers == {"content-type": "application/json", "content-length": length, **headers}


def assert_refused(answer, status, text, *, tick=TICK, **headers):
    """Compare with the vendor's one error body."""
    guid = answer.json.get("IdentifierGuid", "")
    body = {"IdentifierGuid": guid, "IdentifierTick": tick, "FriendlyDescription": text}
    assert_answer(answer, status, orjson.dumps(body), **headers)
    assert GUID.fullmatch(guid)


def rows(sandbox):
    """Write all records as a fixture."""
    return dump(sandbox.store.records("xomni").tables(), Xomni.kinds())


def put(sandbox, record):
    """Store a record."""
    with sandbox.store.records("xomni").transaction() as tx:
        tx.put(record)
