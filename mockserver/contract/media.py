"""Media types of requests and answers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

PARAMETER = re.compile(r';\s*([^\s;="]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^\s;"]*))?\s*(?=;|$)')


@dataclass(frozen=True, slots=True)
class MediaType:
    """A media type with its parameters; names are in lower case."""

    name: str
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def charset(self) -> str:
        """The charset asked for, in lower case, UTF-8 if none is."""
        return self.parameters.get("charset", "utf-8").lower()


@lru_cache(maxsize=256)
def parse(value: str) -> MediaType:
    """Parse a `Content-Type` value (RFC 9110, 8.3.1); what is not one becomes a name that no document has."""
    name, semicolon, rest = value.partition(";")
    parameters = {key.lower(): _unquote(text or "") for key, text in PARAMETER.findall(semicolon + rest)}
    return MediaType(" ".join(name.lower().split()), parameters)


def _unquote(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith('"') else text


@lru_cache(maxsize=1024)
def negotiate(accept: str | None, sent: str | None, offered: tuple[str, ...]) -> str:
    """Choose an answer's media type among those offered; there is always one, never a 406.

    The highest quality in `Accept` wins, then the closest range, then the order of the offer; `q=0` takes nothing away
    from a wider range. Where `Accept` is absent or matches nothing, the request's own `Content-Type` decides, and then
    the order. So ASP.NET's negotiator has it; RFC 9110 would have a closer range hide a wider one.
    """
    ranges = list(_weighted(accept or ""))
    rated = [(_rate(each, ranges), each) for each in offered]
    best = max(rate for rate, _ in rated)
    if best[0] > 0:
        return next(each for rate, each in rated if rate == best)
    own = parse(sent or "").name
    return own if own in offered else offered[0]


@lru_cache(maxsize=1024)
def negotiate_charset(accept: str | None, sent: str | None, offered: tuple[str, ...]) -> str:
    """Choose an answer's charset: that which `Accept-Charset` rates highest, else the body's own, else the first."""
    weighted = sorted(_weighted(accept or ""), key=lambda each: (-each[1], each[0] == "*"))
    for name, quality in weighted:
        if quality > 0 and (name == "*" or name in offered):
            return offered[0] if name == "*" else name
    own = parse(sent or "").charset
    return own if own in offered else offered[0]


def _weighted(accept: str) -> Iterator[tuple[str, float]]:
    """Give each element of an `Accept` or `Accept-Charset` with its quality."""
    for part in accept.split(","):
        kind = parse(part)
        try:
            yield kind.name, min(max(float(kind.parameters.get("q", 1)), 0.0), 1.0)
        except ValueError:
            yield kind.name, 0.0


def _rate(name: str, ranges: list[tuple[str, float]]) -> tuple[float, int]:
    """Rate a media type: the highest quality of a range that it falls into, and how close that is."""
    closeness = {name: 3, name.partition("/")[0] + "/*": 2, "*/*": 1}
    return max(((quality, closeness[each]) for each, quality in ranges if each in closeness), default=(0.0, 0))
