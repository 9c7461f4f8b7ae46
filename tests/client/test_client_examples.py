import doctest
import inspect

import httpx
import pytest
import requests

from mockserver import client
from mockserver.client import Clock, Mock, MockServer, running

FINDER = doctest.DocTestFinder(recurse=False)
RUNNER = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS, verbose=False)


def public(kind):
    """What a user may call or read: methods and properties, and how it is made where users make it."""
    members = {name: member for each in reversed(kind.__mro__[:-1]) for name, member in vars(each).items()}
    for name, member in members.items():
        if not name.startswith("_"):
            yield pytest.param(member, id=f"{kind.__name__}.{name}")


SHOWN = [
    *(each for kind in (Mock, Clock, MockServer) for each in public(kind)),
    pytest.param(MockServer.__init__, id="MockServer"),
    pytest.param(running, id="running"),
]


def text_of(member):
    return inspect.getdoc(getattr(member, "func", member))


@pytest.mark.parametrize("member", SHOWN)
def test_every_method_shows_an_example_that_does_what_it_says(member, server):
    name = getattr(member, "__name__", "property")
    with server.sandbox() as mock:
        scope = {
            "mock": mock,
            "server": server,
            "httpx": httpx,
            "requests": requests,
            "MockServer": MockServer,
            "running": running,
        }
        shown = doctest.DocTestParser().get_doctest(text_of(member), scope, name, None, 0)
        assert shown.examples, f"{name} shows none"
        said = []
        result = RUNNER.run(shown, out=said.append, clear_globs=False)
        assert result.failed == 0, "".join(said)


def test_every_public_name_is_there():
    assert all(hasattr(client, name) for name in client.__all__)
