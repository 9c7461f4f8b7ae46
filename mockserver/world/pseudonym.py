"""Pseudonyms in the place of mail addresses, for a journal that others may see.

An address is found however it was sent: plain, percent-encoded (twice, too), with JSON's escapes or XML's references. A
body that is no text could hide one in any way, so nothing of it is kept.
"""

import hashlib
import html
import json
import re
import secrets
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from mockserver.contract import media
from mockserver.world.journal import REDACTED, Exchange, Headers

OURS = re.compile(r"p-[0-9a-f]{12}@example\.invalid")
LOCAL = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~.")
OPENING = "'`{}|=&?/#*"  # what an address may begin with, but far more often stands before one
QUOTED = 80  # characters of a quoted local part at most
LABEL = r"(?:[A-Za-z0-9_-]|[^\x00-\x7f])+"
ANNOTATION = r"(?!odata\.(?:context|count|etag|id|type|media\w+|\w+Link)\b)"  # `Email@odata.type` is none
HOST = re.compile(rf"{ANNOTATION}(?:\[[^\]\s]{{1,255}}\]|{LABEL}(?:\.{LABEL})*)")
PERCENT = r"%(?:25)*"  # encoded as often as somebody did
OCTETS = rf"{PERCENT}[C-Fc-f][0-9A-Fa-f](?:{PERCENT}[89ABab][0-9A-Fa-f])+|{PERCENT}[0-9A-Fa-f]{{2}}"
OCTET = re.compile(rf"{PERCENT}([0-9A-Fa-f]{{2}})")
BREAK = "\n"  # stands for what parts values, so that no address reaches across it
CHARSETS = frozenset({"utf-8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "iso-8859-1", "windows-1252"})


@dataclass(frozen=True)
class Syntax:
    """How characters are escaped: what an escape looks like, and what it stands for."""

    escape: re.Pattern[str]
    read: Callable[[str], str]


def _read_url(escape: str) -> str:
    if escape[0] != "%":
        return BREAK
    return bytes.fromhex("".join(OCTET.findall(escape))).decode("utf-8", "replace")


def _read_json(escape: str) -> str:
    if escape[0] != "\\":
        return _read_url(escape)
    try:
        return str(json.loads(f'"{escape}"'))
    except ValueError:
        return escape


def _read_xml(escape: str) -> str:
    return html.unescape(escape) if escape[0] == "&" else _read_url(escape)


TEXT = Syntax(re.compile(OCTETS), _read_url)
URL = Syntax(re.compile(rf"{OCTETS}|[&=?/#;]"), _read_url)
JSON = Syntax(
    re.compile(rf'\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u[0-9A-Fa-f]{{4}}|\\.|"|{OCTETS}', re.DOTALL), _read_json
)
XML = Syntax(re.compile(rf'&#\d+;|&#[xX][0-9A-Fa-f]+;|&(?:amp|lt|gt|quot|apos);|="|{OCTETS}'), _read_xml)


class Pseudonyms:
    """Gives each address the same pseudonym as long as it lives; nobody tells the address from it without the key."""

    def __init__(self, key: bytes | None = None) -> None:
        """Take a key, by default one that nobody knows."""
        self._key = key or secrets.token_bytes(32)

    def veil_exchange(self, exchange: Exchange) -> None:
        """Replace the addresses in all that a journal keeps of an exchange."""
        exchange.path, exchange.query = self.veil(exchange.path, URL), self.veil(exchange.query, URL)
        exchange.request_body = self._veil_sent(exchange.request_body, exchange.request_headers)
        exchange.response_body = self._veil_sent(exchange.response_body, exchange.response_headers)
        exchange.request_headers = self._veil_headers(exchange.request_headers)
        exchange.response_headers = self._veil_headers(exchange.response_headers)
        exchange.findings = [replace(each, says=self.veil(each.says, TEXT)) for each in exchange.findings]

    def _veil_sent(self, body: bytes, headers: Headers) -> bytes:
        if not body:
            return body
        if any(name.lower() == b"content-encoding" for name, _ in headers):
            return REDACTED.encode()
        kinds = (value for name, value in headers if name.lower() == b"content-type")
        return self.veil_body(body, next(kinds, b"").decode("latin-1"))

    def _veil_headers(self, headers: Headers) -> Headers:
        return [(name, self.veil(value.decode("latin-1"), TEXT).encode("latin-1")) for name, value in headers]

    def of(self, address: str) -> str:
        """Give an address's pseudonym, `p-0123456789ab@example.invalid`; letter case makes no other one of it."""
        if OURS.fullmatch(address):
            return address
        known = address.casefold().encode("utf-8", "surrogatepass")
        return f"p-{hashlib.blake2b(known, digest_size=6, key=self._key).hexdigest()}@example.invalid"

    def veil(self, raw: str, syntax: Syntax) -> str:
        """Replace the addresses in a text, and leave the rest as it stands."""
        plain = _Plain(raw, syntax)
        parts, done = [], 0
        for start, end in _addresses(plain.text):
            begins, ends = plain.place(start), plain.end(end)
            given = self.of(plain.text[start:end])
            was = raw[begins:ends]
            parts += [raw[done:begins], given.replace("@", "%40") if "%" in was and "@" not in was else given]
            done = ends
        return "".join((*parts, raw[done:]))

    def veil_body(self, raw: bytes, content_type: str) -> bytes:
        """Replace the addresses in a body; one that is no text becomes `[REDACTED]`."""
        kind = media.parse(content_type)
        charset = _charset(raw)
        try:
            text = raw.decode(charset)
        except UnicodeDecodeError:
            text = "\0"
        if "\0" in text or kind.charset not in CHARSETS:
            return REDACTED.encode()
        return self.veil(text, _syntax(text, kind.name)).encode(charset, "surrogatepass")


def _charset(raw: bytes) -> str:
    if raw[:2] == b"\xff\xfe" or raw[1:2] == b"\0":
        return "utf-16-le"
    return "utf-16-be" if raw[:2] == b"\xfe\xff" or raw[:1] == b"\0" else "utf-8"


def _syntax(text: str, media_type: str) -> Syntax:
    first = text.lstrip("\ufeff \t\r\n")[:1]
    if first in {"{", "[", '"'}:
        return JSON
    if first == "<":
        return XML
    return JSON if "json" in media_type else URL if media_type == "application/x-www-form-urlencoded" else TEXT


class _Plain:
    """A text without its escapes, and from where in the raw one each of its characters comes."""

    def __init__(self, raw: str, syntax: Syntax) -> None:
        self._from: list[int] = []  # of each piece, where it begins in the text
        self._raw: list[tuple[int, int]] = []  # where in the raw one; an escape's end, else -1
        parts, length, done = [], 0, 0
        for found in syntax.escape.finditer(raw):
            for part, begins, ends in (
                (raw[done : found.start()], done, -1),
                (syntax.read(found[0]), found.start(), found.end()),
            ):
                self._from.append(length)
                self._raw.append((begins, ends))
                parts.append(part)
                length += len(part)
            done = found.end()
        self._from.append(length)
        self._raw.append((done, -1))
        self.text = "".join((*parts, raw[done:]))

    def place(self, position: int) -> int:
        """Tell where in the raw text a character begins."""
        number = bisect_right(self._from, position) - 1
        begins, ends = self._raw[number]
        return begins if ends >= 0 else begins + position - self._from[number]

    def end(self, position: int) -> int:
        """Tell where in the raw text the character before this position ends."""
        _, ends = self._raw[bisect_right(self._from, position - 1) - 1]
        return ends if ends >= 0 else self.place(position - 1) + 1


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    """Find where addresses begin and end."""
    done, at = 0, text.find("@")
    while at >= 0:
        start, host = _start(text, done, at), HOST.match(text, at + 1)
        if start < at and host is not None:
            done = host.end()
            yield start, done
        at = text.find("@", max(at + 1, done))


def _start(text: str, done: int, at: int) -> int:
    """Find where the local part begins that ends here; here, where there is none."""
    start = at
    if text[at - 1 : at] == '"':
        start = text.rfind('"', max(done, at - QUOTED), at - 1)
        while start > done and text[start - 1] == "\\":
            start = text.rfind('"', max(done, at - QUOTED), start)
        return start if start >= done else at
    while start > done and (text[start - 1] in LOCAL or text[start - 1] > "\x7f"):
        start -= 1
    while start < at and text[start] in OPENING:
        start += 1
    return start
