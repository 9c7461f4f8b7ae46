"""The rules: each a small function with a stable id, for one or more kinds of files."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mockserver.lint.note import Note
from mockserver.lint.source import Kind, Source

Check = Callable[[Source], Iterator[Note]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule; `check` gives its remarks on one file of one of the kinds."""

    rule_id: str
    kinds: frozenset[Kind]
    check: Check


RULES: dict[str, Rule] = {}


def rule(rule_id: str, *kinds: Kind) -> Callable[[Check], Check]:
    """Enter a function into the registry."""

    def enter(check: Check) -> Check:
        RULES[rule_id] = Rule(rule_id, frozenset(kinds), check)
        return check

    return enter


def rules_for(source: Source) -> Iterator[Rule]:
    """Give the rules that a file must keep: of one that cannot be read, that it can be read."""
    kinds = {Kind.ANY} if source.broken else {Kind.ANY, source.kind}
    return (each for each in RULES.values() if kinds & each.kinds)
