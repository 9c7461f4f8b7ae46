"""What a request costs in the application: CPU of a call, journal on, beside plain Starlette."""

import asyncio
from collections.abc import Callable, Iterator
from time import process_time_ns
from typing import Any

from starlette.applications import Starlette

from benchmarks.measuring import Comparison, Effort, alternate
from benchmarks.measuring.requests import OK, Request, requests
from benchmarks.peers import plain
from mockserver.server import Server, Settings

BUDGETS = {"GET": "5.5", "12": "4", "50": "3.6"}
REFERENCE, OURS = "plain Starlette", "mockserver"


class Exchange:
    """One request and its answer, as a server hands them on."""

    def __init__(self, request: Request, mount: str) -> None:
        self.scope = request.scope(mount)
        self.status = 0
        self._body = request.body

    async def receive(self) -> dict[str, Any]:
        return {"type": "http.request", "body": self._body, "more_body": False}

    async def send(self, message: dict[str, Any]) -> None:
        self.status = message.get("status", self.status)


def run(effort: Effort) -> Iterator[Comparison]:
    """Call both with the same requests."""
    server = Server(Settings())
    for title, request in requests(server):
        subjects = {
            REFERENCE: measure(Starlette(routes=[plain.route(request)]), request, "", effort.calls),
            OURS: measure(server.app, request, f"/{request.vendor}", effort.calls),
        }
        budget = next(f"at most {each}" for word, each in BUDGETS.items() if word in title.split())
        yield Comparison(title, "µs of CPU", alternate(subjects, effort.rounds), REFERENCE, budgets={OURS: budget})


def measure(app: Any, request: Request, mount: str, calls: int) -> Callable[[], float]:
    """Measure a call of an application, in microseconds of CPU."""

    async def call() -> float:
        exchanges = [Exchange(request, mount) for _ in range(calls)]
        began = process_time_ns()
        for each in exchanges:
            await app(each.scope, each.receive, each.send)
        spent = process_time_ns() - began
        if wrong := {each.status for each in exchanges} - {OK}:
            raise RuntimeError(f"{request.method} {mount}{request.path} answered {wrong}")
        return spent / 1000 / calls

    return lambda: asyncio.run(call())
