"""A local server that behaves like real vendors' email consent APIs, driven by OpenAPI documents."""

from typing import Final

NAME: Final = "consent-mockserver"
COMMAND: Final = "mockserver"
VERSION: Final = "0.1.0"
