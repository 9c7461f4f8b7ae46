import base64
import json

import pytest
from jsonschema import Draft6Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT6

from mockserver import VERSION
from mockserver.world.journal import Finding, Verdict
from tests.optional import npm

TYPE = b"application/json"
REQUESTS = "/__admin/sandboxes/default/requests"


def archive(control, query=""):
    """The journal as an archive."""
    return control.get(f"{REQUESTS}?format=har{query}")["log"]


def entry(control, **what):
    control.note(**what)
    return archive(control)["entries"][-1]


def schema():
    """The schema of HAR that other tools hold archives to."""
    folder = npm("har-schema@2.0.0") / "node_modules" / "har-schema" / "lib"
    parts = {path.name: json.loads(path.read_text()) for path in folder.glob("*.json")}
    resources = ((name, Resource.from_contents(each, default_specification=DRAFT6)) for name, each in parts.items())
    registry = Registry().with_resources(resources)
    return Draft6Validator(parts["har.json"], registry=registry, format_checker=FormatChecker())


def test_an_archive_is_valid_to_the_schema_of_other_tools(control, optional):
    valid = optional("har-schema", schema)
    control.note(request_body=b'{"a":1}', query="a=1", response_headers=[(b"Location", b"/people/2")])
    control.note(request_body=b"\xff", response_body=b"\xfe", status=525)
    control.note(status=None, verdict=Verdict.REJECTED, operation_id=None, request_headers=[])
    assert [each.message for each in valid.iter_errors({"log": archive(control)})] == []
    assert [*valid.iter_errors({"log": archive(control) | {"entries": [{}]}})]


def test_an_empty_journal_is_an_archive_of_nothing(control):
    creator = {"name": "consent-mockserver", "version": VERSION}
    assert archive(control) == {"version": "1.2", "creator": creator, "comment": "", "entries": []}


def test_an_archive_is_a_file_of_its_own_type(control):
    answer = control.app.test_client().get(f"{REQUESTS}?format=har")
    assert answer.headers["Content-Type"] == "application/har+json"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="default.har"'
    accept = {"Accept": "application/har+json"}
    assert control.app.test_client().get(REQUESTS, headers=accept).data == answer.data
    assert "requests" in control.app.test_client().get(f"{REQUESTS}?format=json", headers=accept).json


def test_an_exchange_is_an_entry_with_all_that_har_knows_and_what_the_journal_knows_more(control):
    made = control.note(
        path="/people/a%20b",
        mount="/~t1/ledger",
        query="a=1&b=%C3%A9&a=",
        request_headers=[
            (b"Host", b"ledger.test:81"),
            (b"content-type", b"application/json"),
            (b"x", b"1"),
            (b"x", b"2"),
        ],
        request_body=b'{"a":1}',
        status=201,
        response_headers=[(b"Content-Type", b"text/plain"), (b"Location", b"/people/2")],
        response_body="é".encode(),
        clauses=("LEDGER-1",),
        findings=[Finding("LEDGER-2", "odd")],
    )
    (found,) = archive(control)["entries"]
    wait = made.duration_ms
    assert found == {
        "startedDateTime": made.render()["at"],
        "time": wait,
        "request": {
            "method": "PUT",
            "url": "http://ledger.test:81/~t1/ledger/people/a%20b?a=1&b=%C3%A9&a=",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [
                {"name": "Host", "value": "ledger.test:81"},
                {"name": "content-type", "value": "application/json"},
                {"name": "x", "value": "1"},
                {"name": "x", "value": "2"},
            ],
            "queryString": [
                {"name": "a", "value": "1"},
                {"name": "b", "value": "é"},
                {"name": "a", "value": ""},
            ],
            "postData": {"mimeType": "application/json", "text": '{"a":1}'},
            "headersSize": -1,
            "bodySize": 7,
        },
        "response": {
            "status": 201,
            "statusText": "Created",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [
                {"name": "Content-Type", "value": "text/plain"},
                {"name": "Location", "value": "/people/2"},
            ],
            "content": {"size": 2, "mimeType": "text/plain", "text": "é"},
            "redirectURL": "/people/2",
            "headersSize": -1,
            "bodySize": 2,
        },
        "cache": {},
        "timings": {"send": 0, "wait": wait, "receive": 0},
        "_id": 1,
        "_vendor": "ledger",
        "_operation_id": "opt_out",
        "_verdict": "accepted",
        "_clauses": ["LEDGER-1"],
        "_findings": [{"clause": "LEDGER-2", "says": "odd"}],
        "_fault": None,
    }


def test_bytes_that_are_no_text_are_base64_in_an_archive_too(control):
    found = entry(control, request_body=b"\xff\x00", response_body=b"\xfe")
    assert base64.b64decode(found["request"]["postData"]["text"]) == b"\xff\x00"
    assert found["request"]["postData"]["_encoding"] == found["response"]["content"]["encoding"] == "base64"
    assert base64.b64decode(found["response"]["content"]["text"]) == b"\xfe"
    assert found["response"]["content"]["mimeType"] == "x-unknown"


def test_what_was_not_answered_has_the_status_0(control):
    found = entry(control, status=None, verdict=Verdict.REJECTED, operation_id=None)
    assert (found["response"]["status"], found["response"]["bodySize"]) == (0, -1)


@pytest.mark.parametrize(("status", "text"), [(200, "OK"), (525, ""), (404, "Not Found")])
def test_a_status_of_a_vendors_own_has_no_text(control, status, text):
    assert entry(control, status=status)["response"]["statusText"] == text


def test_without_a_host_the_url_is_that_of_who_asks_for_the_archive(control):
    assert entry(control, request_headers=[], path="/people/1")["request"]["url"] == "http://localhost/people/1"


def test_a_request_about_the_whole_server_has_its_url(control):
    assert entry(control, request_headers=[], method="OPTIONS", path="*")["request"]["url"] == "http://localhost"


def test_credentials_are_in_no_archive(control):
    entry(
        control,
        request_headers=[(b"Authorization", b"Bearer s3cret"), (b"Cookie", b"s3cret=1")],
        response_headers=[(b"Set-Cookie", b"s3cret=1")],
        request_body=b"s3cret",
        response_body=b"s3cret",
        secret_bodies=True,
    )
    assert "s3cret" not in control.app.test_client().get(f"{REQUESTS}?format=har").text


def test_an_archive_has_what_the_filters_leave_and_says_what_is_lost(control):
    control.note()
    control.note(status=404)
    control.note()
    assert [each["_id"] for each in archive(control, "&status=200&limit=1")["entries"]] == [3]
    sandbox = control.world.find("default")
    sandbox.store.journal._size = 1  # noqa: SLF001 - a small journal
    control.note()
    sandbox.store.journal._size = 10_000  # noqa: SLF001
    assert archive(control)["comment"] == "3 requests are no longer in the journal"


def test_a_long_journal_is_one_archive(control):
    for _ in range(5000):
        control.note()
    assert [each["_id"] for each in archive(control, "&limit=10000")["entries"]] == list(range(1, 5001))


@pytest.mark.parametrize("value", ["HAR", "", "zip"])
def test_a_journal_has_no_other_forms(control, value):
    assert control.refusal("GET", f"{REQUESTS}?format={value}", 400) == ["/query/format"]
