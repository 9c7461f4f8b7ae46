"""One test for each trap of Connexion that the edge cures, on the vendors' own documents where they have the case."""

import asyncio

import pytest

from mockserver.engine.path import encode, restore


def test_a_dictionary_of_extensions_that_the_server_shares_between_requests_leaks_nothing(acme):
    shared: dict = {}

    async def both():
        secured = [acme.send("GET", f"/acme/lists/{n}/x", query=b"limit=1", extensions=shared) for n in range(1, 101)]
        others = [
            acme.send("GET", "/acme/echo", headers={"authorization": "Bearer b1"}, extensions=shared)
            for _ in range(100)
        ]
        mixed = [each for pair in zip(secured, others, strict=True) for each in pair]
        return await asyncio.gather(*mixed)

    answers = asyncio.run(both())
    assert [each.json["list"] for each in answers[::2]] == list(range(1, 101))
    assert {each.json["account"] for each in answers[1::2]} == {"bearer"}
    assert shared == {}


@pytest.mark.parametrize(
    ("segment", "value"),
    [
        ("a%40b", "a@b"),
        ("a+b", "a+b"),
        ("a%2Bb", "a+b"),
        ("a%2Fb", "a/b"),
        ("%2F", "/"),
        ("%2f%2F", "//"),
        ("%C3%BC", "ü"),
        ("%F0%9F%98%80", "😀"),
        ("a%20b", "a b"),
        ("a;b", "a;b"),
        ("a%3Fb", "a?b"),
        ("%2540", "%40"),
        ("%252F", "%2F"),
        ("%zz", "%zz"),
        ("%", "%"),
        ("%ff", "\ufffd"),
        ("%00", "\x00"),
        ("%EF%A3%BF", "\uf8ff"),
    ],
)
def test_a_path_parameter_is_decoded_once_inside_its_segment(acme, segment, value):
    assert acme.get(f"/acme/lists/1/{segment}", query=b"limit=1").json["email"] == value


def test_an_empty_segment_in_the_middle_reaches_its_parameter(acme):
    assert acme.get("/acme/lists//x", query=b"limit=1").json["details"] == ['path /listId: "" is not of type "integer"']


@pytest.mark.parametrize("raw", [b"/a/b", b"/a//b", b"//", b"/", b"/a%2Fb/%2f//c", b"/%ff/%00", b"/a/"])
def test_encoding_a_path_keeps_its_segments_apart(raw):
    assert encode(raw).count("/") == raw.count(b"/")
    assert restore(encode(raw)).count("/") >= raw.count(b"/")


def test_a_literal_asterisk_matches_itself_in_both_spellings_and_nothing_else(acme):
    body = b'{"impossible":[]}'
    assert acme.post("/acme/crash/*", body).status == 200
    assert acme.post("/acme/crash/%2A", body).status == 200
    assert acme.post("/acme/crash/%2a", body).status == 200
    for other in ("x", "", "**", "%2A%2A"):
        assert acme.post(f"/acme/crash/{other}", body).status == 404


def test_a_missing_content_type_gives_the_handler_the_parsed_body_of_the_default_type(acme):
    assert acme.post("/acme/crash/*", b'{"impossible":{"a":1}}').json == {"impossible": {"a": 1}}


def test_a_body_without_content_length_is_read(acme):
    headers = {"transfer-encoding": "chunked", "content-length": "16"}
    assert acme.post("/acme/crash/*", b'{"impossible":1}', headers=headers).json == {"impossible": 1}


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"\xff",
        b'"\xed\xa0\x80"',
        b'"\\ud800"',
        b"NaN",
        b"[Infinity]",
        b"9" * 20_000,
        b"{}}",
    ],
    ids=[
        "nested arrays",
        "nested objects",
        "bad UTF-8",
        "encoded surrogate",
        "lone surrogate",
        "NaN",
        "Infinity",
        "long",
        "rest",
    ],
)
def test_what_is_not_json_is_refused_and_never_a_500(acme, body):
    assert acme.post("/acme/crash/*", body).json["acme"] == "Unreadable"


def test_a_nesting_that_json_takes_is_not_beyond_the_validator(acme):
    for depth in (100, 500, 900):
        body = b'{"impossible":1,"more":' + b"[" * depth + b"]" * depth + b"}"
        assert acme.post("/acme/crash/*", body).json == {"impossible": 1}


def test_an_integer_of_many_digits_arrives_exactly(acme):
    assert acme.post("/acme/crash/*", b'{"impossible":[%d]}' % 2**63).json == {"impossible": [2**63]}


def test_a_missing_credential_answers_with_the_challenge_of_the_document(driver):
    answer = driver.get("/xomni/private/mail/subscription/guy@example.com/status")
    assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")
