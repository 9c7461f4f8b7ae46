"""Patterns that take exponential time: they match one text in exponentially many ways, and backtracking tries them.

Each place of a pattern where a character is read is a state; a pattern is ambiguous to that degree if two different
ways lead from a state back to it along the same characters (Weber and Seidl, 1991). What takes polynomial time passes.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from mockserver.lint.ecma import Node, Reader

MANY = 10
"""Repetitions from which on a bounded number is taken for any number."""
MOST_STATES = 150
MOST_PARTS = 4_000
MOST_PAIRS = 20_000
MOST_STEPS = 100
"""A pattern that has more states or parts is not judged; of more pairs, or steps from one pair, the first are."""
State = int
Pair = tuple[State, State]


class Part(NamedTuple):
    """A part of the automaton: whether it may match nothing, the states it begins with and those it ends with."""

    is_empty: bool
    first: tuple[State, ...]
    last: tuple[State, ...]


EMPTY = Part(is_empty=True, first=(), last=())


class Automaton:
    """The states of a pattern; `follows` counts in how many ways one comes after another."""

    def __init__(self, node: Node) -> None:
        """Build it."""
        self.masks: list[int] = []
        self.follows: dict[State, Counter[State]] = {}
        self._parts = 0
        self._build(node)

    @property
    def _is_too_large(self) -> bool:
        return self._parts > MOST_PARTS or len(self.masks) > MOST_STATES

    def _build(self, node: Node) -> Part:
        self._parts += 1
        if self._is_too_large:
            return EMPTY
        match node.kind:
            case "characters":
                if not node.mask or self._is_too_large:
                    return EMPTY
                self.masks.append(node.mask)
                state = len(self.masks) - 1
                self.follows[state] = Counter()
                return Part(is_empty=False, first=(state,), last=(state,))
            case "sequence":
                return self._chain(self._build(each) for each in node.parts)
            case "choice":
                parts = [self._build(each) for each in node.parts]
                first = tuple(state for each in parts for state in each.first)
                last = tuple(state for each in parts for state in each.last)
                return Part(any(each.is_empty for each in parts), first, last)
        return self._repeat(node)

    def _repeat(self, node: Node) -> Part:
        (inside,), least, most = node.parts, node.least, node.most
        if most is None or (most > MANY and least < most):
            part = self._build(inside)
            self._join(part, part)
            return part._replace(is_empty=part.is_empty or least == 0)
        parts = (self._build(inside) for _ in range(min(most, MOST_PARTS)))
        return self._chain(each._replace(is_empty=each.is_empty or n >= least) for n, each in enumerate(parts))

    def _chain(self, parts: Iterable[Part]) -> Part:
        whole = EMPTY
        for each in parts:
            self._join(whole, each)
            first = whole.first + each.first if whole.is_empty else whole.first
            last = whole.last + each.last if each.is_empty else each.last
            whole = Part(whole.is_empty and each.is_empty, first, last)
        return whole

    def _join(self, before: Part, behind: Part) -> None:
        for state in before.last if behind.first else ():
            self.follows[state].update(behind.first)

    def is_exponential(self) -> bool:
        """Whether two ways lead from a state to itself along the same characters."""
        return not self._is_too_large and any(self._is_ambiguous(set(circle)) for circle in self._circles())

    def _circles(self) -> Iterator[list[State]]:
        """Give the sets of states that all reach each other."""
        reach = {state: self._reach(state) for state in self.follows}
        seen: set[State] = set()
        for state, reached in reach.items():
            if state in reached and state not in seen:
                circle = [each for each in reached if state in reach[each]]
                seen.update(circle)
                yield circle

    def _reach(self, state: State) -> set[State]:
        reached: set[State] = set()
        waiting = [state]
        while waiting:
            new = self.follows[waiting.pop()].keys() - reached
            reached |= new
            waiting += new
        return reached

    def _is_ambiguous(self, circle: set[State]) -> bool:
        if any(ways > 1 for state in circle for after, ways in self.follows[state].items() if after in circle):
            return True
        before: dict[Pair, list[Pair]] = {}
        found: set[Pair] = {(state, state) for state in circle}
        waiting = list(found)
        while waiting and len(found) < MOST_PAIRS:
            pair = waiting.pop()
            for new in islice(self._steps(pair, circle), MOST_STEPS):
                before.setdefault(new, []).append(pair)
                if new not in found:
                    found.add(new)
                    waiting.append(new)
        return _comes_back(before, circle)

    def _steps(self, pair: Pair, circle: set[State]) -> Iterator[Pair]:
        lefts, rights = (self.follows[state].keys() & circle for state in pair)
        return ((left, right) for left in lefts for right in rights if self.masks[left] & self.masks[right])


def _comes_back(before: dict[Pair, list[Pair]], circle: set[State]) -> bool:
    """Go back from all pairs of one state: whether that meets a pair of two."""
    seen: set[Pair] = set()
    waiting = [(state, state) for state in circle]
    while waiting:
        for pair in before.get(waiting.pop(), ()):
            if pair[0] != pair[1]:
                return True
            if pair not in seen:
                seen.add(pair)
                waiting.append(pair)
    return False


@lru_cache(4096)
def judge(pattern: str) -> bool:
    """Tell whether a pattern takes exponential time.

    Raises:
        PatternError: it is no regular expression of ECMA-262.
    """
    reader = Reader(pattern)
    roots = [reader.read(), *reader.around]
    return any(Automaton(each).is_exponential() for each in roots)
