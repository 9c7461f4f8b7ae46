"""Media types of requests and answers."""

from dataclasses import dataclass, field
from email.message import Message
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class MediaType:
    """A media type with its parameters, both in lower case but for the parameters' values."""

    name: str
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def charset(self) -> str:
        """The charset asked for, in lower case, UTF-8 if none is."""
        return self.parameters.get("charset", "utf-8").lower()


@lru_cache(maxsize=256)
def parse(value: str) -> MediaType:
    """Parse a `Content-Type` value (RFC 9110, 8.3.1); what is not one becomes a name that no document has."""
    message = Message()
    message["Content-Type"] = value.replace("\r", " ").replace("\n", " ")
    pairs = message.get_params(failobj=[], unquote=True)
    name = pairs[0][0].strip().lower() if pairs else value
    return MediaType(name, {key.lower(): text for key, text in pairs[1:]})
