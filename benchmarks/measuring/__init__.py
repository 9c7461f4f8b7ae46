"""How a comparison is measured: in rounds, each subject once a round, so that a slow moment strikes all of them."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Effort:
    """How much is measured: `rounds` of all subjects in turn, and how many `calls` a subject has in a round.

    A subject that is a whole process takes `starts` rounds.
    """

    rounds: int
    calls: int
    starts: int


USUAL = Effort(rounds=21, calls=400, starts=11)
QUICK = Effort(rounds=1, calls=2, starts=1)


@dataclass(frozen=True)
class Comparison:
    """What was found: `figures` are a subject's, one a round; `reference` is the subject that all are set against.

    `faster` turns the ratios round: how many times the reference's figure goes into the subject's. `budgets` are the
    ratios to keep to, `remarks` are lines to print below.
    """

    title: str
    unit: str
    figures: Mapping[str, Sequence[float]]
    reference: str
    faster: bool = False
    budgets: Mapping[str, str] | None = None
    remarks: Sequence[str] = ()

    def ratios(self, subject: str) -> list[float]:
        """Give a subject's ratio to the reference, round by round."""
        pairs = zip(self.figures[subject], self.figures[self.reference], strict=True)
        return [reference / own if self.faster else own / reference for own, reference in pairs]

    def text(self) -> str:
        """Write a table."""
        lines = [f"{self.title} ({self.unit})"]
        width = max(map(len, self.figures))
        for subject, figures in self.figures.items():
            low, middle, high = _quartiles(self.ratios(subject))
            line = f"  {subject:{width}}  {statistics.median(figures):9.1f}  {middle:6.2f} x  ({low:.2f} to {high:.2f})"
            budget = (self.budgets or {}).get(subject)
            lines.append(f"{line}  budget: {budget}" if budget else line)
        return "\n".join([*lines, *(f"  {each}" for each in self.remarks)])


def _quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else values * 3
    return low, middle, high


def alternate(subjects: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Take each subject's figure once a round; every other round goes the other way."""
    figures: dict[str, list[float]] = {name: [] for name in subjects}
    order = list(subjects)
    for _ in range(rounds):
        for name in order:
            figures[name].append(subjects[name]())
        order.reverse()
    return figures


def cpu_us(function: Callable[[], object], calls: int) -> float:
    """Measure the CPU of this process for one call, in microseconds."""
    began = time.process_time_ns()
    for _ in range(calls):
        function()
    return (time.process_time_ns() - began) / 1000 / calls
