"""Ctrl-C, heard for good: a library that the suite stands on may swallow the exception."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from typing import Any


class Interrupt:
    """Remembers that Ctrl-C was pressed, so that a run ends although the exception went no further."""

    def __init__(self) -> None:
        self._heard = False

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Hear it until the block ends; in another than the main thread there is nothing to hear."""
        if current_thread() is not main_thread():
            yield
            return
        before = signal.signal(signal.SIGINT, self._hear)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def check(self) -> None:
        """Go no further once it was heard.

        Raises:
            KeyboardInterrupt: it was.
        """
        if self._heard:
            raise KeyboardInterrupt

    def _hear(self, _number: int, _frame: Any) -> None:
        self._heard = True
        raise KeyboardInterrupt
