"""What a rule is, and which there are: every class in the modules of `rules` that says what holds."""

import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any, ClassVar

from mockserver.lint.note import Note
from mockserver.lint.report import Severity
from mockserver.lint.source import Kind, Source
from mockserver.lint.walk import Walk


class Rule(ABC):
    """Something that holds for files of certain kinds; the docstring's first line says what.

    `rule_id` is stable: configurations and waivers name it. `good` and `bad` are files that keep and break the rule,
    of the first of its `kinds`; a document may leave out `openapi`, `info` and empty `paths`.
    """

    rule_id: ClassVar[str]
    severity: ClassVar[Severity]
    kinds: ClassVar[tuple[Kind, ...]]
    reason: ClassVar[str]
    good: ClassVar[str]
    bad: ClassVar[str]

    @abstractmethod
    def check(self, source: Source) -> Iterator[Note]:
        """List what a file of one of the kinds has against the rule."""

    @property
    def holds(self) -> str:
        """What holds, in one sentence."""
        return (self.__doc__ or "").partition("\n")[0]


class DocumentRule(Rule):
    """Something that holds for every OpenAPI 3.0 document, ours and other people's."""

    kinds: ClassVar[tuple[Kind, ...]] = (Kind.DOCUMENT, Kind.OWN)

    def check(self, source: Source) -> Iterator[Note]:
        """Walk through a document whose version is supported."""
        return self.look(source.walk) if source.is_readable_version else iter(())

    @abstractmethod
    def look(self, walk: Walk) -> Iterator[Note]:
        """List what a document has against the rule."""


class WholeRule(Rule):
    """Something that cannot be said of a file before all other rules are done; whoever runs them looks at it."""

    kinds = (Kind.ANY,)

    def check(self, source: Source) -> Iterator[Note]:  # noqa: ARG002 - the signature of rules
        """Say nothing of a file alone."""
        return iter(())


@cache
def all_rules() -> Mapping[str, Rule]:
    """Give all rules by id, in the order of the alphabet."""
    import mockserver.lint.rules as package  # noqa: PLC0415 - its modules import this one

    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        import_module(module.name)
    found = [kind() for kind in _below(Rule) if "rule_id" in vars(kind)]
    return {each.rule_id: each for each in sorted(found, key=lambda rule: rule.rule_id)}


def _below(kind: Any) -> Iterator[type[Rule]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def rules_for(source: Source) -> Iterator[Rule]:
    """Give the rules that a file must keep: of one that cannot be read, that it can be read."""
    kinds = {Kind.ANY} if source.broken else {Kind.ANY, source.kind}
    return (each for each in all_rules().values() if kinds & set(each.kinds))
