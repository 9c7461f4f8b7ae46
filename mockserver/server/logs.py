"""What goes to stderr: lines for people, or JSON for machines; without the credentials of the request under way."""

import json
import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

from mockserver.world.clock import wire
from mockserver.world.journal import CURRENT, REDACTED, Exchange

TEXT = "%(asctime)s %(levelname)s %(name)s %(message)s"
SHORTEST = 4  # a shorter secret is none, and to take it out would riddle the text


class TextLines(logging.Formatter):
    """Writes a record as a line, with what was raised below it."""

    def __init__(self) -> None:
        """Write time, level, logger and message."""
        super().__init__(TEXT)

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        return redact(super().format(record))


class JsonLines(logging.Formatter):
    """Writes a record as a line of JSON: `time`, `level`, `logger`, `message`, and `exception` where one was raised."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        line = {
            "time": wire(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname,
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        if record.exc_info:
            line["exception"] = redact(self.formatException(record.exc_info))
        return json.dumps(line)


FORMATS = {"text": TextLines, "json": JsonLines}


def configure(form: str, level: str) -> None:
    """Log to stderr from now on, in a format of `FORMATS` and from this level up."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(FORMATS[form]())
    logging.basicConfig(level=level.upper(), handlers=[handler])
    logging.getLogger("connexion").setLevel(logging.ERROR)  # its hints are for who writes handlers


def redact(text: str) -> str:
    """Take the credentials out of a text that the request under way sent, if there is one: errors may quote them."""
    exchange = CURRENT.get()
    for secret in () if exchange is None else _secrets(exchange):
        text = text.replace(secret, REDACTED)
    return text


def _secrets(exchange: Exchange) -> Iterator[str]:
    """Give the values of the headers with credentials, whole and without their first word, such as `Bearer`."""
    for name, value in exchange.request_headers:
        if name.decode("latin-1") in exchange.secret_headers:
            whole = value.decode("latin-1")
            yield from (each for each in (whole, whole.partition(" ")[2]) if len(each) >= SHORTEST)
