"""A server in a thread of this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Literal

from mockserver.client.clock import written
from mockserver.client.mock import Mock
from mockserver.client.server import MockServer


@contextmanager
def running(
    *vendors: str,
    scenario: str = "baseline",
    seed: int = 0,
    now: datetime | str | None = None,
    mode: Literal["default", "strict", "lenient"] = "default",
    port: int = 0,
) -> Iterator[Mock]:
    """Run a server while the block lasts, on a free port of loopback unless one is given; all vendors unless some are.

    Gives its sandbox `default`, which nobody has used; `.server` is the server, to make more of.

    >>> with running("xomni") as mock:
    ...     mock.url("xomni"), mock.server.sandbox(scenario="empty").consents()
    ('http://127.0.0.1:.../xomni', [])

    Raises:
        ConfigurationError, FixtureError: no such vendor or scenario, or the port is taken.
        ValueError: `now` is no moment, or has no zone.
    """
    from mockserver.server import Settings  # noqa: PLC0415 - what only speaks to a server needs none
    from mockserver.server import running as serving  # noqa: PLC0415 - as above
    from mockserver.world.fixture import beginning  # noqa: PLC0415 - as above
    from mockserver.world.sandbox import Mode, Start  # noqa: PLC0415 - as above

    moment = None if now is None else beginning(written(now))
    start = Start(scenario, seed, moment, Mode(mode))
    with serving(Settings(port=port, vendors=vendors, start=start)) as (url, _):
        yield MockServer(url).find()
