"""A local server that behaves like real vendors' email consent APIs, driven by OpenAPI documents.

`mockserver.running`, `mockserver.MockServer` and `mockserver.Mock` are for tests; they are loaded when first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from mockserver.client import Mock as Mock
    from mockserver.client import MockServer as MockServer
    from mockserver.client import running as running

NAME: Final = "consent-mockserver"
COMMAND: Final = "mockserver"
VERSION: Final = "0.1.0"
FOR_TESTS: Final = frozenset({"Mock", "MockServer", "running"})


def __getattr__(name: str) -> Any:
    """Load what is for tests only when it is asked for: a start of the command needs none of it."""
    if name in FOR_TESTS:
        return getattr(import_module("mockserver.client"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
