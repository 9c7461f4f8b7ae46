"""Shows how far a long run is: on a terminal in place, elsewhere in a line from time to time."""

import time
from typing import TextIO

EVERY_S = {True: 0.2, False: 30.0}
"""How often, on a terminal and elsewhere."""


class Progress:
    """Written to a stream that is no result: stderr."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._in_place = stream.isatty()
        self._began = self._last = time.monotonic()
        self.tests = self.done = self.requests = self.findings = 0

    def show(self) -> None:
        """Tell it, unless that was done a moment ago."""
        now = time.monotonic()
        if now - self._last < EVERY_S[self._in_place]:
            return
        self._last = now
        text = self.text(now - self._began)
        self._stream.write(f"\r\x1b[K{text}" if self._in_place else f"{text}\n")
        self._stream.flush()

    def text(self, seconds: float) -> str:
        """Give the line to show."""
        found = f", {self.findings} findings" if self.findings else ""
        return f"{self.done} of {self.tests} tests, {self.requests} requests{found}, {seconds:.0f} s"

    def clear(self) -> None:
        """Leave nothing of it on a terminal."""
        if self._in_place:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
