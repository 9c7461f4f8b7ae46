import json
import re
from html import escape
from urllib.parse import quote, quote_plus, unquote, urlencode

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mockserver.world.journal import REDACTED, Exchange, Finding, Verdict
from mockserver.world.pseudonym import JSON, TEXT, URL, XML, Pseudonyms

VEIL = Pseudonyms(b"k" * 32)
ADDRESS = "guy@example.com"
PSEUDONYM = VEIL.of(ADDRESS)


def test_an_address_has_one_pseudonym_which_is_no_address_of_anybody():
    assert re.fullmatch(r"p-[0-9a-f]{12}@example\.invalid", PSEUDONYM)
    assert VEIL.of("GUY@Example.COM") == PSEUDONYM
    assert VEIL.of("gal@example.com") != PSEUDONYM
    assert VEIL.of(PSEUDONYM) == PSEUDONYM


def test_nobody_without_the_key_tells_which_pseudonym_an_address_has():
    assert len({Pseudonyms().of(ADDRESS) for _ in range(3)} | {PSEUDONYM}) == 4


@pytest.mark.parametrize(
    ("syntax", "raw", "veiled"),
    [
        (URL, "/private/mail/subscription/guy@example.com/status", f"/private/mail/subscription/{PSEUDONYM}/status"),
        (URL, "/s/guy%40example.com/x%20y", f"/s/{PSEUDONYM.replace('@', '%40')}/x%20y"),
        (URL, "/s/%67%75%79%40example%2Ecom", f"/s/{PSEUDONYM.replace('@', '%40')}"),
        (URL, "/s/guy%2540example.com", f"/s/{PSEUDONYM.replace('@', '%40')}"),
        (URL, "a=1&email=guy@example.com&b=2", f"a=1&email={PSEUDONYM}&b=2"),
        (URL, "$filter=Email%20eq%20%27guy@example.com%27&$top=1", f"$filter=Email%20eq%20%27{PSEUDONYM}%27&$top=1"),
        (URL, "$filter=Email eq 'guy@example.com'", f"$filter=Email eq '{PSEUDONYM}'"),
        (JSON, '{"Email": "guy@example.com","n":1}', f'{{"Email": "{PSEUDONYM}","n":1}}'),
        (JSON, r'{"Email":"guy\u0040example.com"}', f'{{"Email":"{PSEUDONYM}"}}'),
        (JSON, r'["\u0067uy@example.com","x"]', f'["{PSEUDONYM}","x"]'),
        (JSON, '{"guy@example.com":"Guy@Example.com"}', f'{{"{PSEUDONYM}":"{PSEUDONYM}"}}'),
        (JSON, r'"\x guy@example.com"', rf'"\x {PSEUDONYM}"'),
        (JSON, '"see guy@example.com."', f'"see {PSEUDONYM}."'),
        (JSON, '"mailto:guy%40example.com"', f'"mailto:{PSEUDONYM.replace("@", "%40")}"'),
        (JSON, r'"\"a guy\"@example.com"', f'"{VEIL.of(chr(34) + "a guy" + chr(34) + "@example.com")}"'),
        (JSON, '{"@odata.context":"x","Email@odata.type":"#String"}', None),
        (JSON, '{"a":"@guy","b":"guy@","c":"@"}', None),
        (XML, "<Email>guy@example.com</Email>", f"<Email>{PSEUDONYM}</Email>"),
        (XML, '<E a="guy&#64;example.com"/>', f'<E a="{PSEUDONYM}"/>'),
        (XML, "<E>g&#x75;y&#x40;example.com</E>", f"<E>{PSEUDONYM}</E>"),
        (XML, '<E a="1" b="@x.y"/>', None),
        (TEXT, "Guy <guy@example.com>, guy@example.com", f"Guy <{PSEUDONYM}>, {PSEUDONYM}"),
        (TEXT, "no address, 100%, @ all", None),
        (TEXT, "guy@[192.0.2.1]", VEIL.of("guy@[192.0.2.1]")),
        (TEXT, "@", None),
        (TEXT, '"@x', None),
        (TEXT, "", None),
    ],
)
def test_an_address_is_found_as_it_was_sent_and_the_rest_stays(syntax, raw, veiled):
    assert VEIL.veil(raw, syntax) == (raw if veiled is None else veiled)
    assert VEIL.veil(VEIL.veil(raw, syntax), syntax) == VEIL.veil(raw, syntax)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xd8guy@example.com", "image/jpeg"),
        (b"\x1f\x8b\x08guy", "application/json"),
        ("é guy@example.com".encode("latin-1"), "text/plain; charset=iso-8859-1"),
        ("guy@example.com".encode("utf-32"), "text/plain; charset=utf-32"),
        (b"guy+AEA-example.com", "text/plain; charset=utf-7"),
        (b"guy\0@example.com", "text/plain"),
    ],
)
def test_of_a_body_that_is_no_text_nothing_is_kept(body, kind):
    assert VEIL.veil_body(body, kind) == REDACTED.encode()


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_body_keeps_its_charset(charset):
    text = f'{{"Email":"{ADDRESS}","ü":1}}'
    veiled = VEIL.veil_body(text.encode(charset), "application/json; charset=utf-16")
    assert veiled.decode(charset) == f'{{"Email":"{PSEUDONYM}","ü":1}}'


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (f"email={quote_plus(ADDRESS)}", "application/x-www-form-urlencoded"),
        (ADDRESS, "text/plain"),
        (ADDRESS, "application/json"),
        (f" <a>{ADDRESS}</a>", "application/json"),
        (f'["{ADDRESS}"]', ""),
    ],
)
def test_a_body_is_read_as_what_it_looks_like_or_says_it_is(body, kind):
    veiled = unquote(VEIL.veil_body(body.encode(), kind).decode())
    assert veiled == unquote(body).replace(ADDRESS, PSEUDONYM)


def exchange(address, **what):
    return Exchange(
        1,
        "acme",
        "POST",
        f"/people/{quote(address, safe='')}/status",
        urlencode({"email": address, "also": f"'{address}'"}),
        [(b"content-type", b"application/json"), (b"x-email", address.encode()), (b"referer", quote(address).encode())],
        request_body=json.dumps({"email": address, "list": [address]}).encode(),
        status=200,
        response_headers=[(b"content-type", b"application/xml")],
        response_body=f"<Email>{escape(address)}</Email>".encode(),
        verdict=Verdict.ACCEPTED,
        findings=[Finding("ACME-1", f"{address} is dubious")],
        **what,
    )


def told(shown):
    """All that an exchange shows, without any escapes."""
    parts = [shown["request"]["path"], shown["request"]["query"], *(each["says"] for each in shown["findings"])]
    parts += [value for _, value in shown["request"]["headers"]]
    parts += [shown["request"]["body"], json.dumps(json.loads(shown["request"]["body"]), ensure_ascii=False)]
    return unquote(" ".join((*parts, shown["response"]["body"])))


OPENING = "'`{}|=&?/#*"
LOCALS = st.text("ABCabc019!#$%&'*+-/=?^_`{|}~.é", min_size=1, max_size=12).filter(lambda text: text.strip(OPENING))
HOSTS = st.sampled_from(["example.com", "x.org", "münchen.de", "localhost"])


@settings(
    derandomize=True, deadline=None, max_examples=100, database=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(st.builds("{}@{}".format, LOCALS, HOSTS) | st.emails())
@example("o'brien@example.com")
@example("a+b=c.d@example.com")
def test_nothing_of_an_address_is_kept_wherever_it_came(address):
    veiled = exchange(address)
    VEIL.veil_exchange(veiled)
    shown = told(veiled.render())
    rest = re.sub(r"p-[0-9a-f]{12}@example\.invalid", "", shown)
    assert shown.count("@") >= 10
    assert "@" not in rest
    local = address.rpartition("@")[0].lstrip(OPENING)
    assert len(local) < 4 or local.casefold() not in rest.casefold()


def test_the_same_person_is_told_by_the_same_pseudonym_in_every_place():
    veiled = exchange(ADDRESS)
    VEIL.veil_exchange(veiled)
    shown = told(veiled.render())
    assert shown.count(PSEUDONYM) == shown.count("@") == 11


def test_a_coded_body_and_none_at_all():
    veiled = exchange(ADDRESS)
    veiled.request_headers.append((b"Content-Encoding", b"br"))
    veiled.response_body = b""
    VEIL.veil_exchange(veiled)
    assert (veiled.request_body, veiled.response_body) == (REDACTED.encode(), b"")


def test_a_text_full_of_signs_is_read_in_one_go():
    for raw in ("@" * 20_000, "a" * 20_000, '"' * 20_000, "%25" * 10_000, "a@" * 10_000, '\\"@' * 5_000):
        for syntax in (URL, JSON, XML, TEXT):
            assert VEIL.veil(raw, syntax)
