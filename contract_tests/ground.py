"""What a run stands on: a mock, in sandboxes of the run's own, or one vendor's own server.

Tests take the fixture `ground` and ask it for targets; what needs sandboxes is marked `mock`, and is not run against a
vendor. `subject` tells which operation a test is about, so that a run can leave out what it was not asked for.
"""

import contextlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from contract_tests.target import Plane, Sandbox, Seen, Target
from mockserver.contract import clauses
from mockserver.contract.clauses import Basis
from mockserver.contract.document import Document
from mockserver.contract.elements import Operation

Accounts = Mapping[str, Mapping[str, str]]
"""The headers of each account, by its name."""


class Mock:
    """This tool's own server. What a run makes in it is gone when the run ends."""

    is_mock = True

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


@dataclass(frozen=True, slots=True)
class Subject:
    """What a test is about; `operation` is None where it is about a whole document."""

    document: Document
    operation: Operation | None = None

    @property
    def writes(self) -> bool:
        """Whether it may change something."""
        if self.operation is None:
            return True
        node = self.document.tree["paths"][self.operation.path][self.operation.method.lower()]
        return self.operation.method != "GET" and not node.get("x-safe", False)


def subject(parameters: Mapping[str, Any]) -> Subject | None:
    """Read a test's parameters: a Document, an Operation, or a case that has both; None where it has no document."""
    found = list(_elements(parameters.values()))
    document = next((each for each in found if isinstance(each, Document)), None)
    operation = next((each for each in found if isinstance(each, Operation)), None)
    return Subject(document, operation) if document else None


def _elements(values: Collection[Any]) -> Iterator[Any]:
    for each in values:
        yield each
        yield getattr(each, "document", None)
        yield getattr(each, "operation", None)


def wanted(ground: Ground, item_subject: Subject | None, ids: Collection[str], needs_mock: Callable[[], bool]) -> bool:
    """Tell whether a run on a ground has a test; `ids` are the clauses that it holds a server to."""
    if item_subject and item_subject.document.name not in {each.name for each in ground.documents}:
        return False
    if ground.is_mock:
        return True
    if item_subject is None or needs_mock():
        return False
    assert isinstance(ground, VendorServer)
    if item_subject.writes and not ground.writes:
        return False
    return not inferred(item_subject.document.name) & set(ids)
