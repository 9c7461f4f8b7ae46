import gzip

import pytest

from mockserver.engine.call import combine
from tests.driver import Driver
from tests.engine.acme import DOCUMENT, Acme, dispatcher

PATH = "/acme/lists/1/a%2Fb@acme.test"
BODY = b'{"state":"out"}'


@pytest.fixture
def acme(tmp_path):
    return Driver(dispatcher(tmp_path)[0], {"x-key": "k1", "content-type": "application/json"})


@pytest.fixture
def slashing(tmp_path):
    text = "x-ignores-trailing-slash: true\n" + DOCUMENT.replace(
        "  /echo:\n", "  /echo:\n    x-lenient-aliases: [{path: /ecko, clause: ACME-11}]\n"
    )
    return Driver(dispatcher(tmp_path, text=text)[0], {"x-key": "k1", "authorization": "Bearer b1"})


def test_lines_of_one_name_are_one_value():
    lines = [(b"accept", b"a/b"), (b"x-key", b"k"), (b"accept", b""), (b"accept", b"c/d")]
    assert combine(lines) == {b"accept": b"a/b, , c/d", b"x-key": b"k"}
    assert combine(lines[:2]) == dict(lines[:2])


@pytest.mark.parametrize(
    "coding", ["gzip", "GZIP", "x-gzip", "deflate", "br", "zstd", "nonsense", "identity, gzip", "gzip,gzip"]
)
@pytest.mark.parametrize("body", [BODY, gzip.compress(BODY)], ids=["plain", "compressed"])
def test_a_body_with_a_content_coding_is_never_read(acme, coding, body):
    answer = acme.request("PUT", PATH, body=body, headers={"content-encoding": coding})
    assert (answer.status, answer.json["acme"], answer.json["coding"]) == (415, "UnsupportedCoding", coding)
    assert answer.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("coding", ["", "identity", "Identity", "identity , identity", "identity,\tIDENTITY"])
def test_a_body_without_a_coding_may_say_so(acme, coding):
    assert acme.request("PUT", PATH, body=BODY, headers={"content-encoding": coding}).status == 200


def test_a_coding_of_no_body_is_no_matter(acme):
    assert acme.request("PUT", PATH, headers={"content-encoding": "gzip"}).json == {"body": None}


def test_a_wrong_media_type_is_told_before_a_coding(acme):
    answer = acme.request("PUT", PATH, body=BODY, headers={"content-encoding": "gzip", "content-type": "text/plain"})
    assert (answer.status, answer.json["acme"]) == (415, "UnsupportedMediaType")


def test_a_slash_at_the_end_makes_another_path(acme):
    assert acme.get("/acme/echo/", headers={"authorization": "Bearer b1"}).status == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [("/echo/", 200), ("/echo//", 404), ("/echo%2F", 404), ("/lists/3/x/", 200), ("/lists/3//", 404), ("/", 404)],
)
def test_a_slash_at_the_end_is_ignored_where_the_document_says_so(slashing, path, status):
    assert slashing.get(f"/acme{path}", query=b"limit=1").status == status


def test_a_method_refused_at_a_path_with_a_slash_is_still_a_405(slashing):
    answer = slashing.post("/acme/echo/", {})
    assert (answer.status, answer.headers["allow"]) == (405, "GET")


@pytest.mark.parametrize(("query", "limit"), [(b"LIMIT=1", 1), (b"Limit=1&limit=2", 1), (b"limit[]=3&LIMIT=no", 3)])
def test_a_query_is_read_as_the_document_says(tmp_path, acme, query, limit):
    text = "x-query-reader: web-api\n" + DOCUMENT
    driver = Driver(dispatcher(tmp_path, text=text)[0], {"x-key": "k1"})
    assert driver.get("/acme/lists/3/x", query=query).json["limit"] == limit
    assert driver.get("/acme/lists/3/x", query=b"limit=11").status == 400
    assert driver.get("/acme/lists/3/x", query=b"limit=1&verbose=").status == 400
    exact = acme.get("/acme/lists/3/x", query=query)
    assert exact.status == (200 if b"limit=" in query else 400)


class Silent(Acme):
    name = "acme"

    def opt_out(self, list_id, email, body) -> None:
        pass


@pytest.mark.parametrize(("status", "length"), [("204", {}), ("202", {"content-length": "0"})])
def test_an_answer_without_content_has_no_body_and_no_media_type(tmp_path, status, length):
    start, rest = DOCUMENT.split('        "200":\n', 1)
    end = rest.partition('        "404":\n')[2]
    text = f'{start}        "{status}": {{description: done}}\n        "404":\n{end}'
    driver = Driver(dispatcher(tmp_path, Silent, text)[0], {"x-key": "k1", "content-type": "application/json"})
    answer = driver.request("PUT", PATH, body=BODY)
    assert (answer.status, answer.headers, answer.body) == (int(status), length, b"")
