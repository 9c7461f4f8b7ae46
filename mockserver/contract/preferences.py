"""Preferences of a request (RFC 7240)."""

import re
from collections.abc import Mapping

WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
PART = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*+"|"[^,]*)++')
PREFERENCE = re.compile(rf'\s*({WORD})\s*(?:=\s*("(?:[^"\\]|\\.)*+"|{WORD})\s*)?(?:;|$)')


def preferences(value: str) -> Mapping[str, str]:
    """Read a `Prefer` value: by name in lower case the value, `""` where there is none.

    Of a preference that stands twice the first counts; one that cannot be read is passed over.
    """
    found: dict[str, str] = {}
    for part in PART.findall(value):
        if match := PREFERENCE.match(part):
            found.setdefault(match[1].lower(), _unquote(match[2] or ""))
    return found


def _unquote(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith('"') else text
