"""The fault rules of a sandbox."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.admin.misfits import misfits
from mockserver.admin.room import Room
from mockserver.consent import Body
from mockserver.errors import pointer_to
from mockserver.world.faults import LIMITED, SLOW, TIMEOUT, Counted, Counts, Fault, read

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
TEXT = re.compile(r"[\x21-\x7e\x80-\xff](?:[\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?|")
Misfit = tuple[str, str]


class FaultHandlers:
    """Handlers of fault rules."""

    def __init__(self, room: Room) -> None:
        """Speak of this room's world."""
        self._room = room

    def get_faults(self, sandbox: str) -> Body:
        """Show the rules, each with what it has counted."""
        return _render(self._room.world.find(sandbox).store.faults)

    def put_faults(self, sandbox: str, body: Mapping[str, Any]) -> Body:
        """Put rules, with nothing counted, in the place of all there are.

        Raises:
            BadControlRequest: a rule names what is not there, or its members do not go together.
        """
        found = self._room.world.find(sandbox)
        if wrong := [
            (f"/rules/{number}{pointer}", detail)
            for number, each in enumerate(body["rules"])
            for pointer, detail in self._misfits(each)
        ]:
            raise misfits(*wrong)
        counts = tuple(Counted(read(number, each)) for number, each in enumerate(body["rules"], 1))
        found.store.step_faults(lambda _: (counts, None))
        return _render(counts)

    def delete_faults(self, sandbox: str) -> None:
        """Forget all rules."""
        self._room.world.find(sandbox).store.step_faults(lambda _: ((), None))

    def _misfits(self, rule: Mapping[str, Any]) -> Iterator[Misfit]:
        """Tell what is wrong with a rule that fits the document."""
        match = rule.get("match", {})
        yield from _beside(rule)
        yield from _header(match.get("header", {}))
        vendor = match.get("vendor")
        if vendor is not None and vendor not in self._room.vendors:
            yield "/match/vendor", self._room.no_vendor(vendor)
            return
        operation_id = match.get("operation_id")
        meant = self._room.operations(vendor, operation_id)
        if not meant:
            yield "/match/operation_id", self._room.no_operation(vendor, operation_id)
            return
        status = LIMITED if "rate" in rule else Fault(rule.get("fault", "")).status
        if status is not None and not any(status in each.responses for each in meant):
            known = ", ".join(map(str, sorted({code for each in meant for code in each.responses})))
            detail = f"{status} is documented by no operation that the rule is for; documented are {known}"
            yield "/rate" if "rate" in rule else "/fault", detail


def _beside(rule: Mapping[str, Any]) -> Iterator[Misfit]:
    """Tell which members of a rule do not go together."""
    if "fault" in rule and "rate" in rule:
        yield "/rate", "a rate is a fault of its own (429): leave 'fault' or 'rate' out"
        return
    if "fault" not in rule and "rate" not in rule:
        yield "", "a rule has 'fault' or 'rate'"
        return
    fault = Fault(rule.get("fault", str(LIMITED)))
    if "retry_after_s" in rule and fault.status is None:
        yield "/retry_after_s", f"{fault.word} sends no answer of its own that could say when to come back"
    if "bytes_per_s" in rule and fault.kind != SLOW:
        yield "/bytes_per_s", f"{fault.word} has no such rate; it goes with 'slow'"
    if "delay_ms" in rule and fault.kind == TIMEOUT:
        yield "/delay_ms", f"{fault.word} is a delay without end"


def _header(header: Mapping[str, str]) -> Iterator[Misfit]:
    """Tell which header fields no request can have."""
    seen = set()
    for name, value in header.items():
        pointer = pointer_to("match", "header", name)
        if not TOKEN.fullmatch(name):
            yield pointer, "this is not the name of a header field"
        elif name.lower() in seen:
            yield pointer, "is given twice, in different letter case"
        elif not TEXT.fullmatch(value):
            yield (
                pointer,
                "no header field has this value: no control characters, no blanks at its ends, nothing but Latin-1",
            )
        seen.add(name.lower())


def _render(counts: Counts) -> Body:
    return {"rules": [each.render() for each in counts]}
