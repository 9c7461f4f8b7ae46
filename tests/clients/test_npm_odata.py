"""OData clients from npm ask a started server, where there is an npm to fetch them."""

import json
from pathlib import Path

import pytest

from tests.optional import node, npm
from tests.vendors.aimbase_desk import INVALID, records, shown

HERE = Path(__file__).parent
REFUSED = INVALID + "Could not find a property named 'Foo' on type 'Aimbase.SubscriberOptIn'."


@pytest.fixture
def ask(room, optional):
    """Runs a client's script, and gives what it printed."""
    base, header, _ = room

    def run(package, script):
        home = optional(f"OData client {package}", lambda: npm(package))
        done = node(home, HERE / script, base, json.dumps(header))
        assert (done.returncode, done.stderr) == (0, "")
        return json.loads(done.stdout)

    return run


def newest_first(rows):
    return [row.id for row in sorted(rows, key=lambda row: (row.update_date, row.id), reverse=True)]


@pytest.mark.clause("AIMBASE-02", "AIMBASE-B08", "AIMBASE-B10", "AIMBASE-B23")
def test_o_js_filters_sorts_pages_and_counts(ask, room):
    _, _, sandbox = room
    rows = list(records(sandbox).values())
    found = ask("odata@2.0.1", "ojs.mjs")
    context = found["key"].pop("@odata.context")
    opted_in = [row.id for row in sorted(rows, key=lambda row: row.email) if row.is_opted_in]
    assert context.endswith("/aimbase/odata/V2/$metadata#SubscriberOptIn/$entity")
    assert found == {
        "filter": [row.id for row in rows if row.email == "o'brien@example.com"],
        "order": newest_first(rows)[:3],
        "select": [{"Id": 1520, "Email": "a@b.com"}],
        "pages": [opted_in[:10], opted_in[10:]],
        "count": 37,
        "key": shown(rows[0]),
        "service": [{"name": "SubscriberOptIn", "kind": "EntitySet", "url": "SubscriberOptIn"}],
        "refused": [400, REFUSED],
    }


@pytest.mark.clause("AIMBASE-02", "AIMBASE-B08", "AIMBASE-B09", "AIMBASE-B23")
def test_odata_client_filters_sorts_pages_and_counts(ask, room):
    _, _, sandbox = room
    rows = list(records(sandbox).values())
    found = ask("@odata/client@2.21.10", "odata_client.mjs")
    del found["key"]["@odata.context"]
    assert found == {
        "filter": [row.id for row in rows if row.email == "a@b.com"],
        "order": newest_first(rows)[:3],
        "page": [row.id for row in rows[::-1][2:5]],
        "count": 37,
        "counted": 7,
        "key": shown(rows[0]),
        "refused": REFUSED,
    }
