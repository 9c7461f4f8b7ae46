"""Takes changes of documents and fixtures in while the server runs, and keeps what it has where an edit is broken."""

import contextlib
import gc
import logging
import threading
from collections.abc import Callable, Collection, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import watchfiles

from mockserver.engine.dispatcher import ASGIApp
from mockserver.errors import MockServerError

if TYPE_CHECKING:
    from mockserver.server import Server

logger = logging.getLogger("mockserver.watch")
LOOK_MS = 100  # how long a look at the files waits for a change
QUIET_MS = 100  # how long all is still before changes are taken in: some editors empty a file before they write it


class Swap:
    """An application whose place another takes between two requests; one under way stays where it is."""

    def __init__(self, app: ASGIApp) -> None:
        """Begin with an application."""
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Hand a request on."""
        await self.app(scope, receive, send)


class Watch:
    """Renews a server where the files change that it was made of."""

    def __init__(self, server: "Server", swap: Swap) -> None:
        """Watch the documents that are served, the built-in scenarios, and the one that the server was started with."""
        self._server = server
        self._swap = swap
        self._stale: set[str] = set()
        self._documents = {each.path.parent.resolve() / each.path.name for each in server.documents.values()}
        scenario = server.settings.start.scenario
        self._built_in = server.world.built_in.resolve()
        self._own = {Path(scenario).resolve(): scenario} if "/" in scenario else {}
        self.folders = {*(each.parent for each in self._documents), self._built_in, *self._own}

    def concerns(self, path: Path) -> bool:
        """Tell whether the server is made of a file."""
        return path in self._documents or self._scenario(path) is not None

    def _scenario(self, path: Path) -> str | None:
        """Tell of which scenario a file is."""
        if path.suffix != ".yaml":
            return None
        return path.parent.name if path.parent.parent == self._built_in else self._own.get(path.parent)

    def take(self, paths: Collection[Path]) -> None:
        """Take changed files in."""
        documents = [path for path in paths if path in self._documents]
        fixtures = [path for path in paths if path not in self._documents]
        if documents:
            _report(documents, self._renew_documents)
        if fixtures:
            self._stale.update(filter(None, map(self._scenario, fixtures)))
            _report(fixtures, self._renew_scenarios)
        gc.collect()  # since a start it is seldom done: see `mockserver.cli`

    def _renew_documents(self) -> str:
        self._swap.app = self._server.renew()
        return "routes and validation are new, sandboxes are as they were"

    def _renew_scenarios(self) -> str:
        """Load what has changed since the last good state."""
        began = self._server.world.renew(self._stale)
        self._stale.clear()
        return "later resets begin with it" + (", the sandbox 'default' began anew" if began else "")


def _report(paths: Collection[Path], renew: Callable[[], str]) -> None:
    """Renew, and say what became of changed files."""
    names = ", ".join(map(str, sorted(paths)))
    try:
        outcome = renew()
    except MockServerError as error:
        for reason in (*_findings(paths), f"not reloaded, the last good state stays: {error}"):
            _complain(reason)
    except Exception:  # a broken edit must not end the watching
        logger.exception("not reloaded, the last good state stays: %s: a fault of this server", names)
    else:
        logger.info("reloaded %s: %s", names, outcome)


def _complain(reason: str) -> None:
    logger.error("%s", reason)


def _findings(paths: Collection[Path]) -> list[str]:
    """Ask the linter for the places: it knows lines."""
    from mockserver import lint  # noqa: PLC0415 - slow to load, and for broken edits only

    there = [path for path in paths if path.exists()]
    if not there:
        return []
    return [str(each) for each in lint.run(there, lint.Settings()).findings if each.severity is lint.Severity.ERROR]


@contextlib.contextmanager
def watching(server: "Server") -> Iterator[ASGIApp]:
    """Watch a server's files while the block lasts; gives the application to serve."""
    logger.setLevel(logging.INFO)  # who watches wants to know
    swap, stop = Swap(server.app), threading.Event()
    watch = Watch(server, swap)
    looks = watchfiles.watch(
        *watch.folders,
        watch_filter=lambda _, path: watch.concerns(Path(path)),
        step=QUIET_MS,
        stop_event=stop,
        rust_timeout=LOOK_MS,
        yield_on_timeout=True,
    )
    first = next(looks)  # from now on nothing is missed

    def look() -> None:
        for changes in chain((first,), looks):
            if changes:
                watch.take({Path(path) for _, path in changes})

    thread = threading.Thread(target=look, name="mockserver-watch", daemon=True)
    thread.start()
    try:
        yield swap
    finally:
        stop.set()
        thread.join(1)
