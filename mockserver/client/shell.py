"""What a shell takes over by `eval`: of each vendor the base URL, and the header to send."""

import re
from collections.abc import Iterator

from mockserver.client.mock import Mock


def exports(mock: Mock, vendors: tuple[str, ...]) -> Iterator[str]:
    """Write an `export` a line; of an account with several headers the others are `…_HEADER_2` and so on.

    Raises:
        ConfigurationError: a vendor is not served.
    """
    for vendor in vendors:
        prefix = re.sub(r"\W", "_", vendor, flags=re.ASCII).upper()
        yield _export(f"{prefix}_BASE_URL", mock.url(vendor))
        for number, header in enumerate(mock.credentials(vendor).items(), 1):
            yield _export(f"{prefix}_HEADER" + ("" if number == 1 else f"_{number}"), ": ".join(header))


def _export(name: str, value: str) -> str:
    """Quote a value so that a shell reads it as it is, whatever it holds."""
    quoted = value.replace("'", r"'\''")
    return f"export {name}='{quoted}'"
