"""Other files that references lead to: beside the document, or, where that is allowed, on the network."""

import http.client
import queue
import threading
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urlsplit

from mockserver.contract.text import read_file, read_json, read_yaml
from mockserver.errors import DocumentError, Unreadable, unescape

MOST_BYTES = 4 * 1024 * 1024
MOST_FILES = 50
WHOLE_S = 10.0
HANDLERS = (
    urllib.request.ProxyHandler,
    urllib.request.HTTPHandler,
    urllib.request.HTTPSHandler,
    urllib.request.HTTPRedirectHandler,
    urllib.request.HTTPErrorProcessor,
    urllib.request.HTTPDefaultErrorHandler,
)
"""HTTP and nothing else: no redirect leads to a file or by another scheme."""


class NotFetchedError(Exception):
    """A file on the network that may not be fetched."""


class Files:
    """The files that references lead to, each read once."""

    def __init__(self, *, allow_remote: bool = False) -> None:
        """Begin with none."""
        self._allow_remote = allow_remote
        self._known: dict[str, Any] = {}

    @property
    def reached(self) -> Iterable[str]:
        """The addresses of the files that references have led to."""
        return self._known.keys()

    def target(self, base: Path, reference: str) -> str:
        """Give the address of the file that a reference leads to, a path or a URL."""
        address = urldefrag(reference).url
        return (
            address
            if urlsplit(address).scheme in {"http", "https"}
            else str((base.parent / unquote(address)).resolve())
        )

    def reach(self, base: Path, reference: str) -> None:
        """Follow a reference from a file to another.

        Raises:
            NotFetchedError: it leads to the network, and that is not allowed.
            DocumentError, Unreadable: it leads nowhere; the text says why.
        """
        address = self.target(base, reference)
        if address not in self._known:
            self._known[address] = self._read(address)
        node = self._known[address]
        if isinstance(node, Exception):
            raise node
        for step in urldefrag(reference).fragment.split("/")[1:]:
            name = unescape(unquote(step))
            try:
                node = node[int(name) if isinstance(node, list) else name]
            except (LookupError, TypeError, ValueError):
                raise DocumentError(f"leads nowhere: {address} has no {name!r} there") from None

    def _read(self, address: str) -> Any:
        try:
            is_remote = urlsplit(address).scheme in {"http", "https"}
            raw = self._fetch(address) if is_remote else _beside(Path(address))
            return read_json(raw) if address.endswith(".json") else read_yaml(raw, address)
        except (NotFetchedError, DocumentError, Unreadable) as error:
            return error

    def _fetch(self, url: str) -> bytes:
        if not self._allow_remote:
            raise NotFetchedError("is not fetched without --allow-remote")
        if len(self._known) >= MOST_FILES:
            raise DocumentError(f"is not fetched: more than {MOST_FILES} other files are asked for")
        answers: queue.SimpleQueue[bytes | str] = queue.SimpleQueue()
        threading.Thread(target=lambda: answers.put(_get(url)), daemon=True).start()
        try:
            answer = answers.get(timeout=WHOLE_S)
        except queue.Empty:
            answer = f"took longer than {WHOLE_S:g} s"
        if isinstance(answer, str):
            raise DocumentError(f"cannot be fetched: {answer}")
        return answer


def _beside(path: Path) -> bytes:
    if not path.is_file() or path.stat().st_size > MOST_BYTES:
        raise DocumentError(f"leads nowhere: {path} is no file of at most {MOST_BYTES} bytes")
    return read_file(path)


def _get(url: str) -> bytes | str:
    """Get a file, or say why not."""
    opener = urllib.request.OpenerDirector()
    for handler in HANDLERS:
        opener.add_handler(handler())
    try:
        with opener.open(url, timeout=WHOLE_S) as answer:
            raw: bytes = answer.read(MOST_BYTES + 1)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return str(error) or type(error).__name__
    return raw if len(raw) <= MOST_BYTES else f"it has more than {MOST_BYTES} bytes"
