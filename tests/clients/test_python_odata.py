"""`python-odata` reads the service's description, and asks a started server as its users do."""

from datetime import UTC, datetime

import pytest
import requests
from odata import ODataService
from odata.exceptions import ODataError

from tests.vendors.aimbase_desk import PROPERTIES, records


@pytest.fixture
def asked(room):
    """Gives the entity class that the client made of `$metadata`, a query for it, and the sandbox."""
    base, header, sandbox = room
    with requests.Session() as session:
        session.headers.update(header)
        service = ODataService(base, reflect_entities=True, session=session, quiet_progress=True)
        kind = service.entities["SubscriberOptIn"]
        yield kind, service.query(kind), sandbox


@pytest.mark.clause("AIMBASE-B23", "AIMBASE-B43")
def test_it_makes_its_classes_of_the_description(asked):
    kind, _, _ = asked
    made = {name: getattr(kind, name) for name in PROPERTIES}
    assert [name for name, each in made.items() if each.primary_key] == ["Id"]
    types = {name: type(each).__name__.removesuffix("Property") for name, each in made.items()}
    dates = dict.fromkeys(["OptInDate", "CreateDate", "UpdateDate"], "Datetime")
    assert types == dict.fromkeys(PROPERTIES, "String") | {"Id": "Integer", "IsOptedIn": "Boolean"} | dates


@pytest.mark.clause("AIMBASE-02", "AIMBASE-B18")
def test_it_filters(asked):
    kind, query, sandbox = asked
    rows = records(sandbox).values()
    found = query.filter(kind.Email == "o'brien@example.com").all()
    assert [(each.Id, each.OptInDate) for each in found] == [
        (row.id, row.opt_in_date) for row in rows if row.email == "o'brien@example.com"
    ]
    since = datetime(2017, 10, 13, 5, tzinfo=UTC)
    later = query.filter((kind.OptInDate > since) & (kind.IsOptedIn == True)).all()  # noqa: E712 - it overloads ==
    assert [each.Id for each in later] == [
        row.id for row in rows if row.opt_in_date and row.opt_in_date > since and row.is_opted_in
    ]
    assert [each.Id for each in query.filter(kind.Email.startswith("range.")).all()] == [1521, 1522, 1523, 1524]


@pytest.mark.clause("AIMBASE-01", "AIMBASE-B08", "AIMBASE-B10")
def test_it_sorts_and_follows_the_pages(asked):
    kind, query, sandbox = asked
    found = query.order_by(kind.UpdateDate.desc(), kind.Id.desc()).all()
    expected = sorted(records(sandbox).values(), key=lambda row: (row.update_date, row.id), reverse=True)
    assert [each.Id for each in found] == [row.id for row in expected]
    entries, _ = sandbox.store.journal.entries()
    assert [each.status for each in entries] == [200] * 5


@pytest.mark.clause("AIMBASE-B09")
def test_it_takes_slices_and_single_properties(asked):
    kind, query, sandbox = asked
    numbers = list(records(sandbox))
    assert [each.Id for each in query.offset(2).limit(3).all()] == numbers[2:5]
    assert query.select(kind.Id, kind.Email).limit(1).all() == [{"Id": 1519, "Email": "test@test.com"}]
    assert query.get(1519).Email == "test@test.com"


@pytest.mark.clause("AIMBASE-B23")
def test_it_counts(asked):
    kind, query, sandbox = asked
    assert query.count() == len(records(sandbox)) == 37
    assert query.filter(kind.SubscriberStatus == "Unsubscribed-Partial").order_by(kind.Email.asc()).count() == 7


@pytest.mark.clause("AIMBASE-05", "AIMBASE-B11")
def test_it_tells_why_it_was_refused(asked):
    _, query, _ = asked
    with pytest.raises(ODataError, match=r"HTTP 400 .* Could not find a property named 'Foo'"):
        query.filter("Foo eq 1").all()
