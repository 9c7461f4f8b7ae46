"""A server in a process of its own, with what it has cost so far."""

import contextlib
import http.client
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TIMEOUT_S = 60
PYTHON = sys.executable
SERVE = (PYTHON, "-m", "mockserver", "serve", "--port", "0")


@dataclass(frozen=True)
class Running:
    """A child that is ready: `port` is where it listens on loopback, 0 for nowhere."""

    process: subprocess.Popen[str]
    port: int

    def cpu_ms(self) -> float:
        """Tell the CPU used since the process began, all its threads, in milliseconds."""
        clock = (~self.process.pid << 3) | 2  # what clock_getcpuclockid(3) gives on Linux: nanoseconds, not ticks
        return time.clock_gettime_ns(clock) / 1e6

    def resident_mb(self) -> float:
        """Tell the memory that it holds, in megabytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")) * 1024 / 1e6

    def get(self, path: str) -> int:
        """Send one request, and give the status."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_S)
        with contextlib.closing(connection):
            connection.request("GET", path)
            response = connection.getresponse()
            response.read()
        return response.status


@contextlib.contextmanager
def running(*words: str, port: int | None = None) -> Iterator[Running]:
    """Run a command until the block ends.

    It is ready when it accepts on `port`; without one, when its first line is there, which may name a URL on loopback.

    Raises:
        RuntimeError: it ended before it was ready.
    """
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        try:
            yield Running(process, _announced(process) if port is None else _accepting(process, port))
        finally:
            process.terminate()


def _announced(process: subprocess.Popen[str]) -> int:
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        raise RuntimeError(f"{process.args} ended before it was ready")
    _, _, behind = line.partition("http://127.0.0.1:")
    return int(behind.split()[0]) if behind else 0


def _accepting(process: subprocess.Popen[str], port: int) -> int:
    threading.Thread(
        target=lambda: list(process.stdout or ()), daemon=True
    ).start()  # else its words would fill the pipe
    began = time.monotonic()
    while process.poll() is None and time.monotonic() - began < TIMEOUT_S:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return port
        time.sleep(0.1)
    raise RuntimeError(f"{process.args} ended before it was ready")


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
