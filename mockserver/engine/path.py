"""The path of a request, segment by segment, so that what was percent-encoded stays inside its segment.

Connexion's routing splits a decoded path at every slash and drops empty segments. A slash that came as `%2F`, and
nothing between two slashes, travel through it as lone surrogates, which no decoded path can hold, and are put back in
the parameter.
"""

from urllib.parse import unquote_to_bytes

SLASH = "\udc2f"
NOTHING = "\udc00"


def encode(raw: bytes) -> str:
    """Decode a raw path for routing. Bytes that are not UTF-8 become U+FFFD, which a document's patterns may refuse."""
    if b"%" not in raw and b"//" not in raw:
        return raw.decode("utf-8", "replace")
    first, *segments = raw.split(b"/")
    last = len(segments) - 1
    decoded = [_decode(first)]
    decoded += [_decode(segment) or (NOTHING if number < last else "") for number, segment in enumerate(segments)]
    return "/".join(decoded)


def _decode(segment: bytes) -> str:
    return unquote_to_bytes(segment).decode("utf-8", "replace").replace("/", SLASH)


def restore(parameter: str) -> str:
    """Give back the value of a path parameter."""
    return parameter.replace(SLASH, "/").replace(NOTHING, "")
