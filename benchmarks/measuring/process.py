"""A server in a process of its own, with what it has cost so far."""

import contextlib
import http.client
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

TIMEOUT_S = 60


@dataclass(frozen=True)
class Running:
    """A child that has printed its first line."""

    process: subprocess.Popen[str]
    line: str

    @property
    def url(self) -> str:
        """The URL that the line names."""
        return next(word for word in self.line.split() if word.startswith("http://127.0.0.1:"))

    def cpu_ms(self) -> float:
        """Tell the CPU used since the process began, in milliseconds."""
        clock = (~self.process.pid << 3) | 2  # what clock_getcpuclockid(3) gives on Linux: nanoseconds, not ticks
        return time.clock_gettime_ns(clock) / 1e6

    def resident_mb(self) -> float:
        """Tell the memory that it holds, in megabytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")) * 1024 / 1e6

    def get(self, path: str, headers: dict[str, str] | None = None) -> int:
        """Send one request, and give the status."""
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=TIMEOUT_S)
        with contextlib.closing(connection):
            connection.request("GET", path, headers=headers or {})
            response = connection.getresponse()
            response.read()
        return response.status


@contextlib.contextmanager
def running(*command: str, prefix: Sequence[str] = ()) -> Iterator[Running]:
    """Run `python COMMAND…` until the block ends; it prints a line once it is ready.

    Raises:
        RuntimeError: it ended without one.
    """
    words = [*prefix, sys.executable, *command]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not line:
                raise RuntimeError(f"{' '.join(words)} ended before it was ready")
            yield Running(process, line)
        finally:
            process.terminate()
