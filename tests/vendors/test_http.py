"""HTTP as each vendor's server has it: the rows of `<vendor>_http.yaml`, sent as they stand over a socket."""

import gzip
import zlib
from pathlib import Path

import pytest
import yaml

from tests.raw import DATE, head_of, talk

TABLES = {
    path.stem.removesuffix("_http"): yaml.safe_load(path.read_text())
    for path in sorted(Path(__file__).parent.glob("*_http.yaml"))
}
COMPRESS = {"gzip": gzip.compress, "deflate": zlib.compress}
ROWS = [
    pytest.param(name, row, id=f"{name}: {row['says']}", marks=pytest.mark.clause(*row["clauses"]))
    for name, table in TABLES.items()
    for row in table["rows"]
]


@pytest.fixture
def base(live, row):
    """The URL of a fresh sandbox, so that each row's ids are the same."""
    url, server = live
    made = server.world.create(scenario=row.get("scenario"))
    yield f"{url}/~{made.name}"
    server.world.delete(made.name)


def request_of(row, table, base):
    """Give head and body of a row's request: the table's, changed as the row says."""
    asked = table["request"] | row
    origin, _, path = base.partition("://")[2].partition("/")
    target = f"/{path}{asked['target']}" if asked["target"].startswith("/") else asked["target"]
    left_out = {name.lower() for name in row.get("without", ())}
    lines = [each for each in table["request"]["lines"] if each.partition(":")[0].lower() not in left_out]
    body = COMPRESS.get(row.get("compress"), bytes)(asked["body"].encode())
    if row.get("chunked"):
        lines.append("Transfer-Encoding: chunked")
        half = len(body) // 2
        chunks = [each for each in (body[:half], body[half:]) if each]
        body = b"".join(b"%x;of=two\r\n%b\r\n" % (len(each), each) for each in chunks) + b"0\r\nX-Trailer: a\r\n\r\n"
    elif body:
        lines.append(f"Content-Length: {len(body)}")
    absolute = f"http://{origin}" if row.get("absolute") else ""
    lines = [f"Host: {origin}", "Connection: close", *lines, *row.get("lines", ())]
    return head_of(asked["method"], absolute + target, lines), body


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_a_request_has_its_whole_answer(live, base, name, row):
    table = TABLES[name]
    head, body = request_of(row, table, base)
    expected = table["answers"][row["answer"]] | row.get("but", {})
    interim, answer = talk(live[0], head, body, waits=row.get("waits", False))
    shown = expected["body"].replace("{base}", f"{base}/{name}").encode()
    fixed = [("connection", "close"), ("content-length", str(len(shown)))]
    sent = sorted([*fixed, *(tuple(each.split(": ", 1)) for each in expected["lines"])])
    dates = [value for key, value in answer.headers if key == "date"]
    assert answer.body == (b"" if head.startswith(b"HEAD ") else shown)
    assert answer.status == expected["status"]
    assert sorted(each for each in answer.headers if each[0] != "date") == sent
    assert [bool(DATE.fullmatch(each)) for each in dates] == [True]
    assert interim == (b"HTTP/1.1 100 Continue" if row.get("waits") else b"")
