"""Sits in the client of a run: keeps to a rate, remembers what was asked last, and asks no more once interrupted."""

import re
import time

import httpx

from contract_tests.collector import COLLECTOR
from contract_tests.target import Answer, Request
from mockserver.contract.document import Document
from mockserver.verify import curl
from mockserver.verify.curl import Secrets
from mockserver.verify.interrupt import Interrupt
from mockserver.verify.progress import Progress

SANDBOX = re.compile(r"/~[^/]+(?=/)")


class Recorder:
    """`rate` is in requests per second; None does not wait."""

    def __init__(self, rate: float | None, progress: Progress) -> None:
        self.secrets = Secrets()
        self.rate = rate
        self.interrupt = Interrupt()
        self.progress = progress
        self._next = 0.0
        self._last: httpx.Request | None = None
        self._asked = ("", "")

    def client(self, timeout_s: float) -> httpx.Client:
        """Make the client."""
        return httpx.Client(timeout=timeout_s, event_hooks={"request": [self._sending]})

    def begin(self) -> None:
        """Forget what was asked: a test begins."""
        self._last, self._asked = None, ("", "")

    def note(self, document: Document, request: Request, answer: Answer) -> None:
        """Take an answer of a vendor."""
        COLLECTOR.note(document, request, answer)
        self._asked = (document.name, request.operation.operation_id)

    @property
    def asked(self) -> tuple[str, str]:
        """The vendor and the operation of what was asked last."""
        return self._asked

    def curl(self) -> str:
        """Write what was asked of a vendor last; of a mock, so that it is asked in the sandbox `default`."""
        return curl.write(self._last, SANDBOX.sub("", str(self._last.url), count=1), self.secrets) if self._last else ""

    def _sending(self, request: httpx.Request) -> None:
        if "/__admin/" in request.url.path:
            return
        self.interrupt.check()
        self._last = request
        self.progress.requests += 1
        self.progress.show()
        if self.rate is not None:
            now = time.monotonic()
            time.sleep(max(0.0, self._next - now))
            self._next = max(now, self._next) + 1 / self.rate
