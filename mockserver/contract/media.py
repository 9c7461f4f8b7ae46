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

    The highest quality in `Accept` wins, then the closest range, then the order of the offer. Where `Accept` is absent
    or matches nothing, the request's own `Content-Type` decides, and then the order.
    """
    ranges = dict(_ranges(accept or ""))
    rated = [(_rate(each, ranges), each) for each in offered]
    best = max(rate for rate, _ in rated)
    if best[0] > 0:
        return next(each for rate, each in rated if rate == best)
    own = parse(sent or "").name
    return own if own in offered else offered[0]


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    for part in accept.split(","):
        kind = parse(part)
        try:
            yield kind.name, min(max(float(kind.parameters.get("q", 1)), 0.0), 1.0)
        except ValueError:
            yield kind.name, 0.0


def _rate(name: str, ranges: dict[str, float]) -> tuple[float, int]:
    """Rate a media type: the quality of the closest range that it falls into, and how close that is."""
    for closeness, each in ((3, name), (2, name.partition("/")[0] + "/*"), (1, "*/*")):
        if each in ranges:
            return ranges[each], closeness
    return 0.0, 0
