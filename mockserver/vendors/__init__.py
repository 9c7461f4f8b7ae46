"""The base class of all vendors, and how they are found: a vendor exists where its document does."""

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from mockserver.consent import Body, Consent, Stamp
from mockserver.contract import document
from mockserver.errors import ApiError, ConfigurationError, DocumentError
from mockserver.store import Records
from mockserver.world.clock import Clock
from mockserver.world.fixture import NOT_IN_FIXTURES
from mockserver.world.ids import Ids
from mockserver.world.journal import BEGIN, CURRENT
from mockserver.world.sandbox import Mode, Sandbox


@dataclass(frozen=True)
class Account:
    """Who may call. `headers` is the one header that carries the credential, as it is sent."""

    name: str
    headers: Mapping[str, str]

    def __post_init__(self) -> None:
        """Refuse what is no single header."""
        if len(self.headers) != 1:
            raise ValueError("headers: exactly one header with its value is expected")

    @property
    def key(self) -> tuple[str, str]:
        """The credential: header name in lower case, value."""
        ((name, value),) = self.headers.items()
        return name.lower(), value


@dataclass(frozen=True)
class Stamped:
    """A record of somebody's consent: `stamp` tells since when, by which request; None for what a fixture brought."""

    stamp: Stamp | None = field(default=None, kw_only=True, compare=False, metadata=NOT_IN_FIXTURES)


@dataclass(frozen=True, slots=True)
class Answer:
    """A handler's body with what varies with the request: parameters of its media type, header fields.

    Without `parameters` the media type has those that the document gives it.
    """

    body: Body | str
    parameters: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Work:
    """An answer still to be worked out: what was looked up is at hand, `run` goes over `rows` of it.

    The engine decides where: few rows at once, many in a thread. So `run` looks nothing up and changes nothing; it may
    note findings and raise refusals.
    """

    rows: int
    run: Callable[[], Answer | Body | str]


class Vendor:
    """A mocked API. An instance belongs to one sandbox; a handler is a plain method named after the operationId.

    A handler's parameters are the document's in snake_case; it may ask for `body`, `query` (all pairs), `account` and
    `base_url` too. It returns the body to send, and raises an `ApiError` for a refusal. `Answer` says more than a body;
    `Work` is for what goes over many rows.
    """

    name: ClassVar[str]
    account: ClassVar[type[Account]] = Account
    records: ClassVar[tuple[type[Any], ...]] = ()
    statuses: ClassVar[Mapping[int, int]] = {}
    """What this vendor answers instead of a status that the engine gives to its own refusals."""

    def __init__(self, store: Records, clock: Clock, ids: Ids, mode: Mode) -> None:
        """Live in a sandbox."""
        self.store = store
        self.clock = clock
        self.ids = ids
        self.strict = mode is Mode.STRICT
        self.lenient = mode is Mode.LENIENT

    @classmethod
    def kinds(cls) -> dict[str, type[Any]]:
        """Give the records by name, accounts among them."""
        return {kind.__name__: kind for kind in (cls.account, *cls.records)}

    @property
    def body_timeout_s(self) -> float | None:
        """How long a body may take to arrive; None leaves it to the engine."""
        return None

    def authorise(self, account: Any) -> None:
        """Refuse a known account that may not call (`Unauthorized`, `Forbidden`)."""

    def consents(self) -> Iterator[Consent]:
        """Tell who may be mailed."""
        return iter(())

    def render_error(self, error: ApiError) -> Body:
        """Word a refusal as the vendor does."""
        raise NotImplementedError

    def note(self, clause: str, says: str) -> None:
        """Remark in the journal on what is let pass though dubious."""
        exchange = CURRENT.get()
        if exchange is not None:
            exchange.note(clause, says)

    def stamp(self) -> Stamp:
        """Give the present moment and request, for a consent that changes now.

        Ask within the transaction: then no reset comes between, after which another request would have this id.
        """
        BEGIN.get()()
        exchange = CURRENT.get()
        return Stamp(self.clock.now(), exchange.id if exchange is not None else None)


def find(name: str) -> type[Vendor]:
    """Find a vendor's class.

    Raises:
        ConfigurationError: no document has that name. DocumentError: the module or class is missing.
    """
    if name not in document.names():
        raise ConfigurationError(f"there is no vendor {name!r}; vendors are {', '.join(document.names())}")
    try:
        module = importlib.import_module(f"mockserver.vendors.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"mockserver.vendors.{name}":
            raise
        raise DocumentError(f"specs/{name}.yaml has no module mockserver/vendors/{name}.py") from None
    for found in vars(module).values():
        if isinstance(found, type) and issubclass(found, Vendor) and vars(found).get("name") == name:
            return found
    raise DocumentError(f"mockserver/vendors/{name}.py has no class with name = {name!r}")


def furnish(sandbox: Sandbox[Vendor], vendors: Mapping[str, type[Vendor]]) -> dict[str, Vendor]:
    """Let these vendors live in a sandbox."""
    return {
        name: kind(sandbox.store.records(name), sandbox.clock, sandbox.ids, sandbox.mode)
        for name, kind in vendors.items()
    }
