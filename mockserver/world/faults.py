"""Faults, and the rules by which requests meet them.

A fault is one word, in rules and in schedules alike:

    503, 429, …             the answer that the operation documents for this status, by its first example
    503-after-commit        the same, after the request was served: its own answer is lost
    delay, slow             the request is served, and its answer comes late, or byte by byte
    reset                   the connection is reset (TCP RST)
    timeout-before-commit   no answer ever comes
    truncated, garbage      half of an answer comes, or what is no HTTP; then the connection ends
    reset-after-commit, timeout-after-commit    the same, after the request was served

But for `delay`, `slow` and those after the commit, the request is not served: no state changes.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mockserver.world.ids import fraction

AFTER = "-after-commit"
STATUS = re.compile(rf"([1-5][0-9]{{2}})(?:{AFTER})?")
DELAY, SLOW, RESET, TIMEOUT, TRUNCATED, GARBAGE = "delay", "slow", "reset", "timeout", "truncated", "garbage"
LIMITED = 429


@dataclass(frozen=True, slots=True)
class Fault:
    """One misfortune: its word, and what it takes; None leaves that to the fault. Time is real time."""

    word: str
    retry_after_s: int | None = None
    delay_ms: float | None = None
    bytes_per_s: int | None = None

    @property
    def status(self) -> int | None:
        """The status that is answered, None where it is no answer that is injected."""
        found = STATUS.fullmatch(self.word)
        return int(found[1]) if found else None

    @property
    def after_commit(self) -> bool:
        """Whether the request is served, and its answer lost."""
        return self.word.endswith(AFTER)

    @property
    def kind(self) -> str:
        """What becomes of the answer: the word without the moment."""
        return self.word.removesuffix(AFTER).removesuffix("-before-commit")

    @property
    def serves(self) -> bool:
        """Whether the request is served."""
        return self.after_commit or self.kind in {DELAY, SLOW}


@dataclass(frozen=True, slots=True)
class Match:
    """The requests that a rule is for: all that is given must hold. Header names are in lower case."""

    vendor: str | None = None
    operation_id: str | None = None
    header: Mapping[bytes, bytes] = field(default_factory=dict)
    nth: frozenset[int] | None = None
    every: int | None = None
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `limit` requests pass in any `per_s` seconds of real time."""

    limit: int
    per_s: float


@dataclass(frozen=True, slots=True)
class Rule:
    """Which requests meet which fault: `fault`, or 429 past a `rate`; `times` at most. `given` is its wire form."""

    id: int
    match: Match
    fault: Fault
    times: int | None = None
    rate: Rate | None = None
    given: Mapping[str, Any] = field(default_factory=dict)


def read(number: int, rule: Mapping[str, Any]) -> Rule:
    """Read a rule in the control plane's form, which holds it to its document; the number is its id."""
    match = rule.get("match", {})
    rate = rule.get("rate")
    return Rule(
        id=number,
        match=Match(
            vendor=match.get("vendor"),
            operation_id=match.get("operation_id"),
            header={
                name.lower().encode("latin-1"): value.encode("latin-1")
                for name, value in match.get("header", {}).items()
            },
            nth=frozenset(match["nth"]) if "nth" in match else None,
            every=match.get("every"),
            probability=match.get("probability"),
        ),
        fault=Fault(
            word=rule.get("fault", str(LIMITED)),
            retry_after_s=rule.get("retry_after_s"),
            delay_ms=rule.get("delay_ms"),
            bytes_per_s=rule.get("bytes_per_s"),
        ),
        times=rule.get("times"),
        rate=None if rate is None else Rate(rate["limit"], rate["per_s"]),
        given=rule,
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """A rule with what it has counted.

    `matched` requests were for its vendor and operation and had its header; `drawn` of them were picked by its
    probability, and are what `nth` and `every` count; `fired` met its fault; `passed` are the moments (in ns, oldest
    first) at which its rate let requests pass.
    """

    rule: Rule
    matched: int = 0
    drawn: int = 0
    fired: int = 0
    passed: tuple[int, ...] = ()

    def render(self) -> dict[str, Any]:
        """Give the control plane's form."""
        return {**self.rule.given, "id": self.rule.id, "matched": self.matched, "fired": self.fired}


Counts = Sequence[Counted]


@dataclass(frozen=True, slots=True)
class Target:
    """A request, as rules see it: whose it is, which statuses its operation documents, its header by name."""

    vendor: str
    operation_id: str
    statuses: Collection[int]
    headers: Mapping[bytes, bytes]


def choose(target: Target, seed: int, now_ns: int) -> Callable[[Counts], tuple[Counts, Fault | None]]:
    """Give the step that counts a request for every rule, and finds the fault of the first rule that holds."""

    def step(counts: Counts) -> tuple[Counts, Fault | None]:
        chosen: Fault | None = None
        after = []
        for each in counts:
            counted, fault = _meet(each, seed, now_ns) if _fits(each.rule, target) else (each, None)
            if fault is not None and chosen is None:
                chosen, counted = fault, replace(counted, fired=counted.fired + 1)
            after.append(counted)
        return tuple(after), chosen

    return step


def _fits(rule: Rule, target: Target) -> bool:
    """Tell whether a rule is for a request, whenever it comes; a status must be one that its operation documents."""
    match, status = rule.match, rule.fault.status
    return (
        match.vendor in {None, target.vendor}
        and match.operation_id in {None, target.operation_id}
        and (status is None or status in target.statuses)
        and all(target.headers.get(name) == value for name, value in match.header.items())
    )


def _meet(counted: Counted, seed: int, now_ns: int) -> tuple[Counted, Fault | None]:
    """Count a request that a rule is for; give the fault that it meets if no rule before this one holds."""
    rule, match = counted.rule, counted.rule.match
    counted = replace(counted, matched=counted.matched + 1)
    if match.probability is not None and fraction(seed, "fault", rule.id, counted.matched) >= match.probability:
        return counted, None
    counted = replace(counted, drawn=counted.drawn + 1)
    if match.nth is not None and counted.drawn not in match.nth:
        return counted, None
    if match.every is not None and counted.drawn % match.every:
        return counted, None
    if rule.times is not None and counted.fired >= rule.times:
        return counted, None
    return (counted, rule.fault) if rule.rate is None else _limit(counted, rule.rate, now_ns)


def _limit(counted: Counted, rate: Rate, now_ns: int) -> tuple[Counted, Fault | None]:
    """Let a request pass, or tell when the next one may."""
    span_ns = int(rate.per_s * 1e9)
    passed = tuple(each for each in counted.passed if now_ns - each < span_ns)
    if len(passed) < rate.limit:
        return replace(counted, passed=(*passed, now_ns)), None
    wait_s = -((now_ns - passed[0] - span_ns) // 1_000_000_000)  # rounded up
    fault = counted.rule.fault
    return replace(counted, passed=passed), fault if fault.retry_after_s is not None else replace(
        fault, retry_after_s=wait_s
    )
