"""What the header fields of a request ask of an OData service."""

import re

from mockserver.contract import media
from mockserver.contract.preferences import preferences
from mockserver.odata import Metadata
from mockserver.odata.wording import bad_version

MAX_PAGE_SIZE = "odata.maxpagesize"
WHOLE = re.compile(r"[0-9]{1,9}")
VERSION = re.compile(r"([0-9]{1,9})\.[0-9]{1,9}")
OLDEST = 4


def page_size(prefer: str | None) -> int | None:
    """Read the size of pages that `Prefer` asks for; what cannot be honoured is ignored."""
    value = preferences(prefer or "").get(MAX_PAGE_SIZE, "")
    return (int(value) or None) if WHOLE.fullmatch(value) else None


def level(accept: str | None) -> Metadata:
    """Read the level of metadata from `Accept`: that of the best `application/json` among its ranges."""
    rated = [(_quality(each), _level(each)) for each in map(media.parse, (accept or "").split(","))]
    levels = [(quality, found) for quality, found in rated if quality > 0 and found is not None]
    return max(levels, key=lambda pair: pair[0], default=(1, Metadata.MINIMAL))[1]


def _level(kind: media.MediaType) -> Metadata | None:
    value = kind.parameters.get("odata.metadata", "minimal").lower()
    return Metadata(value) if kind.name == "application/json" and value in set(Metadata) else None


def _quality(kind: media.MediaType) -> float:
    value = kind.parameters.get("q", "1")
    return float(value) if re.fullmatch(r"[01](\.[0-9]{0,3})?", value) else 0.0


def hold_version(most: str | None) -> None:
    """See that the newest version that a client understands (`OData-MaxVersion`) is not older than ours.

    Raises:
        QueryError: it is, or is no version.
    """
    found = VERSION.fullmatch((most or "4.0").strip())
    if not found or int(found[1]) < OLDEST:
        raise bad_version(most or "")
