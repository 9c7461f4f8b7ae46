"""Asks Aimbase as its tests do, and compares whole answers."""

import copy
import functools
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, quote_plus, urlencode, urlsplit
from zoneinfo import ZoneInfo

import orjson
import pytest
import yaml

from mockserver import server
from mockserver.vendors.aimbase import Aimbase, Settings, Subscriber
from mockserver.world.fixture import dump
from mockserver.world.sandbox import Start
from tests.driver import Driver

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PATH = "/aimbase/odata/v2/SubscriberOptIn"
MISSPELT = "/aimbase/odata/v2/SubsriberOptIn"
TOKEN = "Avala-Api demo:1ea0934d-ef65-4ae2-b513-8ed5d8a64e52"
ORIGIN = "http://127.0.0.1:8080"
JSON = "application/json; odata.metadata={}; odata.streaming=true"
UNKEPT = {"cache-control": "no-cache", "pragma": "no-cache", "expires": "-1"}
ALWAYS = {"odata-version": "4.0", "api-supported-versions": "2.0", **UNKEPT}
OF_THE_BOUNDS = (408, 413, 431)
INVALID = "The query specified in the URI is not valid. "
DENIED = "Authorization has been denied for this request."
PROPERTIES = {
    "Id": "id",
    "Email": "email",
    "IsOptedIn": "is_opted_in",
    "IpAddress": "ip_address",
    "OptInDate": "opt_in_date",
    "OptInSource": "opt_in_source",
    "CountryCode": "country_code",
    "CreateDate": "create_date",
    "UpdateDate": "update_date",
    "EmailDeliverabilityStatus": "email_deliverability_status",
    "SubscriberStatus": "subscriber_status",
}
HERE = Path(__file__).parent
TABLES = yaml.safe_load((HERE / "aimbase.yaml").read_text())
PAGE = yaml.safe_load((HERE / "aimbase_page.yaml").read_text())
ENCODINGS = {"percent": quote, "form": quote_plus}
"""How a blank is sent: as `%20` or as `+`."""


def rows_of(table):
    """Give the rows of a table, each with its name and clauses."""
    return [pytest.param(row, id=row["says"], marks=pytest.mark.clause(*row["clauses"])) for row in table]


def encode(query, how=quote):
    """Encode a query string as it is printed, pair by pair; pairs and bytes too."""
    if isinstance(query, bytes):
        return query
    pairs = [each.partition("=")[::2] for each in query.split("&") if each] if isinstance(query, str) else query
    return urlencode(pairs, quote_via=how, safe="$").encode()


def ask(driver, query="", *, path=PATH, method="GET", body=b"", how=quote, **headers):
    """Send a request as the page shows it; a header of None is left out. No header may be answered twice."""
    sent = {"authenticate": TOKEN, **{name.replace("_", "-"): value for name, value in headers.items()}}
    names = []

    async def watched(scope, receive, send):
        async def note(message):
            names.extend(name for name, _ in message.get("headers", ()))
            await send(message)

        await driver.app(scope, receive, note)

    watching = copy.copy(driver)
    watching.app = watched
    kept = {name: value for name, value in sent.items() if value is not None}
    answer = watching.request(method, path, headers=kept, body=body, query=encode(query, how))
    assert len(names) == len(set(names)), names
    return answer


@functools.cache
def in_mode(mode):
    """Give a driver on a server in a mode, with its sandbox; to be left as they are."""
    made = server.Server(server.Settings(start=Start(now=NOW, mode=mode)))
    return Driver(made.app), made.world.find("default")


def base_of(driver, origin=ORIGIN):
    """Tell how contexts and links of a driver's vendor begin."""
    return f"{origin}{driver.prefix}/aimbase"


def numbers(text):
    """Read `1520 1522-1523`."""
    ends = [each.split("-") for each in str(text).split()]
    return [number for each in ends for number in range(int(each[0]), int(each[-1]) + 1)]


def central(moment):
    """Write a moment as the page does."""
    if moment is None:
        return None
    text = moment.astimezone(ZoneInfo("America/Chicago")).isoformat(timespec="milliseconds")
    return text[:23].rstrip("0").rstrip(".") + text[23:]


def shown(row, properties=PROPERTIES):
    """Write a subscriber as the page does."""
    values = {name: getattr(row, field) for name, field in PROPERTIES.items() if name in properties}
    return {name: central(value) if name.endswith("Date") else value for name, value in values.items()}


def assert_answer(answer, status, body, *, metadata="minimal", **headers):
    """Compare all of an answer, byte for byte."""
    assert answer.body == (body if isinstance(body, bytes) else orjson.dumps(body))
    assert answer.status == status
    content_type = JSON.format(metadata)
    expected = {"content-type": content_type, "odata-version": "4.0", "content-length": str(len(answer.body))}
    assert answer.headers == expected | {name.replace("_", "-"): value for name, value in headers.items()}


def assert_found(driver, answer, rows, *, select=None, count=None, origin=ORIGIN):
    """Compare with the answer that has these rows: records, with the properties of `$select`."""
    chosen = f"({','.join(select)})" if select else ""
    body = {"@odata.context": f"{base_of(driver, origin)}/odata/V2/$metadata#SubscriberOptIn{chosen}"}
    if count is not None:
        body["@odata.count"] = count
    body["value"] = [shown(row, select or PROPERTIES) for row in rows]
    assert_answer(answer, 200, body, **ALWAYS)


def assert_refused(answer, status, text, **headers):
    """Compare with the body of OData's refusals."""
    kept = {} if status in OF_THE_BOUNDS else UNKEPT
    assert_answer(answer, status, {"error": {"code": "", "message": text}}, **kept, **headers)


def assert_not_found(answer, url):
    """Compare with the one plain refusal."""
    body = orjson.dumps({"Message": f"No HTTP resource was found that matches the request URI '{url}'."})
    assert (answer.status, answer.body) == (404, body)
    assert answer.headers == {
        "content-type": "application/json; charset=utf-8",
        "content-length": str(len(body)),
        **UNKEPT,
    }


def ids(answer):
    """Give the ids of an answer's rows."""
    assert answer.status == 200, answer
    return [row["Id"] for row in answer.json["value"]]


def records(sandbox):
    """Give the subscribers by id."""
    return {row.id: row for row in sandbox.store.records("aimbase").all(Subscriber)}


def state(sandbox):
    """Write all records as a fixture."""
    return dump(sandbox.store.records("aimbase").tables(), Aimbase.kinds())


def store(sandbox, *rows):
    """Put these subscribers in the place of all there are."""
    kept = sandbox.store.records("aimbase")
    kept.replace({**kept.tables(), Subscriber: {row.key: row for row in rows}})


def switch(sandbox, **settings):
    """Set the vendor's switches."""
    with sandbox.store.records("aimbase").transaction() as tx:
        tx.put(Settings(**settings))


def person(number=1, email="a@example.com", *, create_date=NOW, update_date=NOW, **more):
    """Make a subscriber."""
    return Subscriber(number, email, **{"is_opted_in": False, **more}, create_date=create_date, update_date=update_date)


def pages(driver, answer, most=100):
    """Give an answer with all that its links lead to, fetched as they stand."""
    found = [answer]
    while link := found[-1].json.get("@odata.nextLink"):
        parts = urlsplit(link)
        assert f"{parts.scheme}://{parts.netloc}" == ORIGIN
        there = copy.copy(driver)
        there.prefix = ""
        found.append(ask(there, parts.query.encode(), path=parts.path))
        assert len(found) <= most, link
    return found


def findings(sandbox):
    """Give what the last request was remarked on."""
    return [(each.clause, each.says) for each in sandbox.store.journal.entries()[0][-1].findings]
