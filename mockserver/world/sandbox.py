"""Sandboxes: isolated worlds, each with records, clock, ids, faults and journal of its own."""

import itertools
import re
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Generic, TypeVar

from mockserver.contract import fixtures
from mockserver.errors import BadControlRequest, Conflicting, LimitReached, UnknownSandbox, UnknownSnapshot
from mockserver.store import Image, Snapshot, Store
from mockserver.store.memory import MemoryStore
from mockserver.world.clock import Clock, begin, resume, shown
from mockserver.world.fixture import Kinds
from mockserver.world.ids import Ids
from mockserver.world.journal import Veil
from mockserver.world.pseudonym import Pseudonyms
from mockserver.world.scenario import Scenario, load
from mockserver.world.tally import Tally

DEFAULT = "default"
MOST_SANDBOXES = 1000
MOST_SNAPSHOTS = 100
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
V = TypeVar("V")


class Mode(StrEnum):
    """How slips are taken: as the vendor is read to take them, refused, or taken together with the pages' own."""

    DEFAULT = "default"
    STRICT = "strict"
    LENIENT = "lenient"


@dataclass(frozen=True)
class Start:
    """How sandboxes begin when nothing else is asked for, and what holds for all of them.

    `now` None leaves it to the scenario; with `explain` vendors' answers name the clauses that decided them; with
    `pseudonymise` journals hold no mail address.
    """

    scenario: str = "baseline"
    seed: int = 0
    now: datetime | None = None
    mode: Mode = Mode.DEFAULT
    journal_size: int = 10_000
    scenarios: Path | None = None
    explain: bool = False
    pseudonymise: bool = False


class Sandbox(Generic[V]):
    """One world. `vendors` are its inhabitants, by name."""

    def __init__(self, name: str, store: Store, seed: int, mode: Mode, veil: Veil | None = None) -> None:
        """Begin with an empty store."""
        self.name = name
        self.store = store
        self.seed = seed
        self.mode = mode
        self.clock = Clock(store)
        self.ids = Ids(store, seed)
        self.scenario = ""
        self.now: datetime | None = None
        self.vendors: Mapping[str, V] = {}
        self.ended = False
        self.veil = veil
        self._restarting = threading.Lock()

    def restart(self, scenario: Scenario, seed: int) -> None:
        """Begin as new: records, ids and clock from the scenario, no faults, the journal empty."""
        clock = begin(self.now) if self.now else begin(scenario.now, scenario.began, running=scenario.running)
        self._begin(Image(scenario.tables, clock, scenario.drawn), scenario.name, seed)

    def _begin(self, image: Image, scenario: str, seed: int) -> None:
        with self._restarting:  # else two resets at once leave name, seed and records of either
            self.scenario, self.seed = scenario, seed
            self.ids.reseed(seed)  # first: requests go on, and no id of the new world may be of the old seed
            self.store.restart(image)

    def take(self, name: str | None) -> Snapshot:
        """Keep a snapshot of what there is, but for the journal.

        Raises:
            LimitReached: there are as many as a sandbox keeps.
        """

        def make(number: str) -> Snapshot:
            image = self.store.image()
            return Snapshot(number, name, shown(image.clock), self.scenario, self.seed, image)

        with self._restarting:
            made = self.store.snapshots.take(make, MOST_SNAPSHOTS)
        if made is None:
            raise LimitReached(f"sandbox {self.name!r} keeps {MOST_SNAPSHOTS} snapshots at most; delete one first")
        return made

    def snapshot(self, number: str) -> Snapshot:
        """Look a snapshot up.

        Raises:
            UnknownSnapshot: there is none of that id.
        """
        found = self.store.snapshots.get(number)
        if found is None:
            known = ", ".join(each.id for each in self.store.snapshots.all()[-10:]) or "none"
            raise UnknownSnapshot(f"sandbox {self.name!r} has no snapshot {number[:100]!r}; the last it has: {known}")
        return found

    def restore(self, snapshot: Snapshot) -> None:
        """Begin from a snapshot: records, ids and clock as they were then, no faults, the journal empty."""
        image = replace(snapshot.image, clock=resume(snapshot.image.clock, snapshot.taken_at))
        self._begin(image, snapshot.scenario, snapshot.seed)


class World(Generic[V]):
    """All sandboxes. The control plane's threads make and end them, the loop looks them up."""

    def __init__(
        self,
        kinds: Mapping[str, Kinds],
        known: Sequence[str],
        furnish: Callable[[Sandbox[V]], Mapping[str, V]],
        start: Start,
    ) -> None:
        """Begin with the sandbox `default`.

        `kinds` are the records of each vendor, `known` the names of all vendors there are, `furnish` makes a sandbox's
        inhabitants.

        Raises:
            ConfigurationError, FixtureError: the scenario cannot be loaded.
        """
        self.kinds = kinds
        self.start = start
        self.built_in = start.scenarios or fixtures()
        self.tally = Tally()
        self._known = known
        self._furnish = furnish
        self._veil = Pseudonyms().veil_exchange if start.pseudonymise else None
        self._lock = threading.Lock()
        self._scenarios: dict[str, Scenario] = {}
        self._sandboxes: dict[str, Sandbox[V]] = {}
        self._numbers = itertools.count(1)
        self.create(DEFAULT)

    def find(self, name: str) -> Sandbox[V]:
        """Look a sandbox up.

        Raises:
            UnknownSandbox: there is none of that name.
        """
        found = self._sandboxes.get(name)
        if found is None:
            message = f'sandbox {name!r} does not exist; make it with POST /__admin/sandboxes {{"name": "{name}"}}'
            raise UnknownSandbox(message if NAME.fullmatch(name) else f"{message[:200]}; names match {NAME.pattern}")
        return found

    def all(self) -> list[Sandbox[V]]:
        """List the sandboxes, oldest first."""
        with self._lock:
            return list(self._sandboxes.values())

    def create(
        self, name: str | None = None, scenario: str | None = None, seed: int | None = None, now: datetime | None = None
    ) -> Sandbox[V]:
        """Make a sandbox; without a name it gets the next free `s1`, `s2`, …, none twice: a late request meets none.

        Raises:
            BadControlRequest: the name is none. Conflicting: it is taken. LimitReached: there are too many.
            ConfigurationError, FixtureError: the scenario cannot be loaded.
        """
        if name is not None and not NAME.fullmatch(name):
            message = f"{name[:100]!r} is no name for a sandbox; names match {NAME.pattern}"
            raise BadControlRequest(message, (("/name", "not a sandbox name"),))
        loaded = self.scenario(scenario or self.start.scenario)
        with self._lock:
            if name is None:
                name = next(free for number in self._numbers if (free := f"s{number}") not in self._sandboxes)
            elif name in self._sandboxes:
                raise Conflicting(f"sandbox {name!r} exists; reset it, delete it, or take another name")
            if len(self._sandboxes) >= MOST_SANDBOXES:
                raise LimitReached(f"there are {MOST_SANDBOXES} sandboxes, the most there may be; delete one first")
            sandbox: Sandbox[V] = Sandbox(
                name, MemoryStore(list(self.kinds), self.start.journal_size), 0, self.start.mode, self._veil
            )
            sandbox.now = now or self.start.now
            sandbox.vendors = self._furnish(sandbox)
            sandbox.restart(loaded, self.start.seed if seed is None else seed)
            self._sandboxes[name] = sandbox
        return sandbox

    def reset(self, sandbox: Sandbox[V], scenario: str | None, seed: int | None) -> None:
        """Begin a sandbox as new, from its own scenario and seed unless others are given.

        Raises:
            ConfigurationError, FixtureError: the scenario cannot be loaded; nothing has changed then.
        """
        sandbox.restart(self.scenario(scenario or sandbox.scenario), sandbox.seed if seed is None else seed)

    def renew(self, names: Collection[str]) -> bool:
        """Load scenarios anew, for sandboxes and resets to come; `default` begins anew if its own is among them.

        Returns:
            Whether it did.

        Raises:
            ConfigurationError, FixtureError: one cannot be loaded; nothing has changed then.
        """
        loaded = {name: self._load(name) for name in names}
        self._scenarios |= loaded
        default = self.find(DEFAULT)
        if default.scenario in loaded:
            default.restart(loaded[default.scenario], default.seed)
        return default.scenario in loaded

    def delete(self, name: str) -> None:
        """End a sandbox.

        Raises:
            UnknownSandbox: there is none of that name. Conflicting: it is `default`.
        """
        if name == DEFAULT:
            raise Conflicting("the sandbox 'default' stays; reset it instead")
        with self._lock:
            self.find(name).ended = True
            del self._sandboxes[name]

    def scenario(self, name: str) -> Scenario:
        """Load a scenario: a built-in one once, a folder of the user's anew, since they may have edited it.

        Raises:
            ConfigurationError, FixtureError: it cannot be loaded.
        """
        if "/" in name:
            return self._load(name)
        if name not in self._scenarios:
            self._scenarios[name] = self._load(name)
        return self._scenarios[name]

    def _load(self, name: str) -> Scenario:
        return load(name, self.built_in, self.kinds, self._known)
