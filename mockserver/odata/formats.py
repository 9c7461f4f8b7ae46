"""The formats of answers, and the levels of metadata in them."""

import re
from enum import StrEnum

PARAMETER = re.compile(r"\s*;\s*([^\s;=]+)=([^\s;]*)")


class Metadata(StrEnum):
    """How much an answer in JSON tells about its data."""

    NONE = "none"
    MINIMAL = "minimal"
    FULL = "full"


def json_level(text: str, *, any_case: bool = False) -> Metadata | None:
    """Read `json`, or `application/json` with its parameters; None if it is another format.

    Media types and their parameters are taken in any letter case, the short name only where `any_case` says so.
    """
    if (text.lower() if any_case else text) == "json":
        return Metadata.MINIMAL
    name, semicolon, rest = text.lower().partition(";")
    if name.strip() != "application/json":
        return None
    level = Metadata.MINIMAL
    ends = 0
    for found in PARAMETER.finditer(semicolon + rest):
        if found.start() != ends:
            return None
        ends = found.end()
        match found[1], found[2]:
            case "odata.metadata", value if value in set(Metadata):
                level = Metadata(value)
            case ("odata.streaming", "true" | "false") | ("charset", "utf-8"):
                pass
            case _:
                return None
    return level if not (semicolon + rest)[ends:].strip() else None
