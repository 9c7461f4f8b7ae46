"""What goes wrong with files, flags and injected faults; JSON Pointers, which say where."""


def escape(step: str) -> str:
    """Escape one step of a JSON Pointer (RFC 6901)."""
    return step.replace("~", "~0").replace("/", "~1")


def unescape(step: str) -> str:
    """Read one step of a JSON Pointer."""
    return step.replace("~1", "/").replace("~0", "~")


def pointer_to(*path: str | int) -> str:
    """Write a JSON Pointer."""
    return "".join("/" + escape(str(step)) for step in path)


class MockServerError(Exception):
    """Anything this tool expects to go wrong; its text says what, where and what to do."""


class DocumentError(MockServerError):
    """A document or clause register that cannot be used."""


class FixtureError(MockServerError):
    """A fixture that misfits its vendor's records.

    `pointer` is the JSON Pointer of the misfit inside one vendor's fixture.
    """

    def __init__(self, message: str, pointer: str = "") -> None:
        super().__init__(message)
        self.pointer = pointer


class ConfigurationError(MockServerError):
    """Flags or folders that do not go together."""


class ConnectionLost(MockServerError, ConnectionResetError):
    """An injected fault ends the connection, and there is no socket: whoever calls the application itself sees this."""


class NoAnswer(MockServerError, TimeoutError):
    """An injected fault gives no answer, and there is no socket: whoever calls the application itself sees this."""
