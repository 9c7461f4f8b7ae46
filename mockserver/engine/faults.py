"""The room of faults, between journal and edge: what a request meets on its way in, and its answer on the way back.

A fault is two things: who makes the answer (the vendor's handler, or the document's example), and what becomes of it
(`delivery`). While a sandbox has no rules, the journal's room calls the edge itself.
"""

from typing import Any

from mockserver.contract.elements import Operation
from mockserver.engine.delivery import Line, deliver
from mockserver.engine.edge import Edge
from mockserver.engine.preference import Wish
from mockserver.world.clock import elapsed_ns
from mockserver.world.faults import Fault, Target, choose

UNTIL_LATER = (429, 503)  # statuses that always say when to come back
RETRY_AFTER = b"retry-after"


class Faults:
    """Lets requests to one vendor meet faults. What no operation is for (404, 405) meets none."""

    def __init__(self, edge: Edge) -> None:
        """Stand before this edge."""
        self._edge = edge

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Count one request for the sandbox's rules, and let it meet the fault of the first that holds."""
        call = self._edge.call(scope)
        operation = self._edge.meant(call)
        fault = None
        if operation is not None:
            target = Target(self._edge.document.name, operation.operation_id, operation.responses, call.headers)
            sandbox = scope["sandbox"]
            fault = sandbox.store.step_faults(choose(target, sandbox.seed, elapsed_ns()))
        if fault is None:
            await self._edge(scope, receive, send)
        else:
            await self.apply(fault, scope, receive, send)

    async def apply(self, fault: Fault, scope: Any, receive: Any, send: Any) -> None:
        """Let one request meet a fault, if it is for an operation.

        The scope is that of the journal's room (`exchange`, `begin`, `end`). The journal's verdict is `injected` where
        the request is not served, else the handler's; its response is what was sent.

        Raises:
            ConnectionLost, NoAnswer: there is no socket to do to it what the fault does.
        """
        call = self._edge.call(scope)
        operation = self._edge.meant(call)
        if operation is None:
            await self._edge(scope, receive, send)
            return
        scope["exchange"].fault = fault.word
        answer: list[Any] = []

        async def hold(message: Any) -> None:
            answer.append(message)

        await self._edge(scope if fault.serves else scope | {"wish": _wish(fault, operation)}, receive, hold)
        if not answer:
            return  # the client went away before its request was whole
        if fault.status is not None:
            if fault.after_commit:
                answer.clear()
                await self._edge.send(self._edge.documented(call, operation, fault.status), hold)
            if answer[0]["status"] == fault.status:
                _say_when(answer[0], fault)
            else:
                scope["exchange"].fault = None  # the request did not come in, and was refused for that
        await deliver(fault, answer, Line(scope, receive, send))


def _wish(fault: Fault, operation: Operation) -> Wish:
    """Give the answer that stands in for the vendor's own."""
    return Wish(str(fault.status or operation.success), said=False)


def _say_when(start: Any, fault: Fault) -> None:
    """Let an answer say when to come back, as the fault has it, else as it was, else in a second."""
    said = any(name == RETRY_AFTER for name, _ in start["headers"])
    if fault.retry_after_s is not None or (not said and start["status"] in UNTIL_LATER):
        value = str(1 if fault.retry_after_s is None else fault.retry_after_s).encode()
        start["headers"] = [*((n, v) for n, v in start["headers"] if n != RETRY_AFTER), (RETRY_AFTER, value)]
