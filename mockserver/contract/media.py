"""Media types of requests and answers."""

import re
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
