"""How requests and failed assertions are told to people."""

from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.client.records import Exchange

LATEST = 20
LONGEST_BODY = 400


def line(exchange: Exchange) -> str:
    """Tell one exchange in a line: `#3 omeda opt_out POST /… -> 200 accepted`."""
    asked = exchange.request
    target = f"{asked.path}?{asked.query}" if asked.query else asked.path
    status = "no answer" if exchange.status is None else str(exchange.status)
    parts = [f"#{exchange.id}", exchange.vendor, exchange.operation_id or "-", asked.method, target]
    parts += ["->", status, exchange.verdict]
    parts += [f"(fault {exchange.fault})"] if exchange.fault else []
    return " ".join(parts)


def received(sandbox: str, exchanges: Sequence[Exchange]) -> str:
    """Tell what came to a sandbox, the latest twenty."""
    if not exchanges:
        return f"sandbox {sandbox} received nothing: does the client call mock.url(…) of this sandbox?"
    latest = exchanges[-LATEST:]
    head = f"sandbox {sandbox} received {counted(len(exchanges), 'request')}"
    head += f", of which the latest {LATEST} are" if len(exchanges) > LATEST else ""
    return "\n".join([f"{head}:", *(f"  {line(each)}" for each in latest)])


def unmatched(sandbox: str, exchanges: Sequence[Exchange]) -> str:
    """Tell which requests met no operation, the latest twenty, and what was probably meant."""
    lines = [f"{counted(len(exchanges), 'request')} to sandbox {sandbox} met no operation:"]
    for each in exchanges[-LATEST:]:
        lines.append(f"  {line(each)}: {each.reason}")
        lines += [f"    nearest: {operation}" for operation in each.nearest]
    return "\n".join(lines)


def report(sandbox: str, exchanges: Sequence[Exchange]) -> str:
    """Tell what came to a sandbox with bodies and findings, for a failed test."""
    if not exchanges:
        return received(sandbox, exchanges)
    lines = [f"sandbox {sandbox}, the latest {counted(len(exchanges), 'request')}:"]
    for each in exchanges:
        lines.append(line(each))
        lines += [f"    {finding.clause}: {finding.says}" for finding in each.findings]
        bodies = [("sent", each.request.body), ("answered", each.response.body if each.response else "")]
        lines += [f"    {what}: {_short(body)}" for what, body in bodies if body]
    return "\n".join(lines)


def called(what: str, filters: Mapping[str, Any], found: int, times: int | None) -> str:
    """Tell how often something was called, and was to be."""
    narrowed = ", ".join(f"{name}={value}" for name, value in filters.items())
    expected = "at least once" if times is None else counted(times, "time")
    return f"{what}{f' ({narrowed})' if narrowed else ''} was called {counted(found, 'time')}, expected {expected}"


def counted(number: int, noun: str) -> str:
    """Write a number with its noun: `1 request`, `2 requests`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _short(body: str) -> str:
    flat = " ".join(body.split())
    return flat if len(flat) <= LONGEST_BODY else f"{flat[:LONGEST_BODY]}… ({len(body)} characters)"
