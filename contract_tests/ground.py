"""What a run stands on: a mock, in sandboxes of the run's own, or one vendor's own server.

Tests take the fixture `ground` and ask it for targets; what needs sandboxes is marked `only_mock`.
"""

import contextlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from contract_tests.target import Plane, Sandbox, Seen, Target
from mockserver.contract import clauses
from mockserver.contract.clauses import Basis
from mockserver.contract.document import Document

Accounts = Mapping[str, Mapping[str, str]]
"""The headers of each account, by its name."""


class Mock:
    """This tool's own server. What a run makes in it is gone when the run ends."""

    is_mock = True
    writes = True

    def __init__(self, plane: Plane, documents: Collection[Document], seen: Seen) -> None:
        self.documents = documents
        self.plane = plane
        self._seen = seen
        self._made: list[Sandbox] = []

    def sandbox(self, **wish: Any) -> Sandbox:
        """Make a world of its own: sandbox(scenario=…); its clock stands. It ends with the run, or earlier by `end`."""
        made = Sandbox(self.plane, self._seen, **wish)
        self._made.append(made)
        return made

    def end(self, sandbox: Sandbox) -> None:
        """End a sandbox."""
        self._made.remove(sandbox)
        sandbox.delete()

    def target(self, document: Document) -> Target:
        """A vendor in a new world."""
        return self.sandbox().target(document)

    def asserts(self, _ids: Collection[str]) -> bool:
        """Tell whether behaviour that rests on clauses is held: the mock is held to all."""
        return True

    def close(self) -> None:
        """End what is left of the sandboxes."""
        for each in [*self._made]:
            with contextlib.suppress(httpx.HTTPError):  # a server that is gone keeps nothing
                self.end(each)


@dataclass(frozen=True)
class VendorServer:
    """A vendor's own server, at the base URL where the document's paths begin.

    `values` are pinned path parameters; `writes` says whether operations that change something are called.
    """

    base_url: str
    document: Document
    accounts: Accounts
    values: Mapping[str, str]
    writes: bool
    http: httpx.Client
    seen: Seen

    is_mock = False

    @property
    def documents(self) -> Collection[Document]:
        """The one document."""
        return (self.document,)

    def target(self, document: Document) -> Target:
        """The vendor."""
        return Target(document, self.base_url, self.accounts, self.http, self.seen, self.values)

    def asserts(self, ids: Collection[str]) -> bool:
        """Tell whether behaviour that rests on clauses is held: not where all of them are inferred."""
        return not ids or not set(ids) <= inferred(self.document.name)

    def close(self) -> None:
        """Leave it as it is."""


Ground = Mock | VendorServer


def inferred(vendor: str) -> frozenset[str]:
    """Give the ids of a vendor's clauses that nobody but us says."""
    return frozenset(name for name, each in clauses.load(vendor).items() if each.basis is Basis.INFERRED)


GROUND = pytest.StashKey[Ground]()
"""Where a run that was given its ground keeps it; without one the suite starts a mock of its own."""
PROFILE = pytest.StashKey[str]()
"""The Hypothesis profile of such a run."""
