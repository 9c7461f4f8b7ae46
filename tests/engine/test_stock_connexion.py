"""Our compiled path beside stock Connexion on the same documents: the same requests pass validation."""

import asyncio
import copy

import orjson
import pytest
from connexion import AsyncApp
from connexion.resolver import Resolver
from connexion.security import AbstractSecurityHandler
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.contract import document, examples
from tests.driver import Driver

MERCY = settings(derandomize=True, deadline=None, max_examples=60, database=None)


class Anybody(AbstractSecurityHandler):
    def get_fn(self, security_scheme, required_scopes):
        async def verify(request):
            return {"sub": "anybody"}

        return verify


async def answer(**_):
    return {}


@pytest.fixture(scope="module", params=document.names())
def pair(request, started):
    """One vendor's document, under stock Connexion and under ours, with every credential of the sandbox at hand."""
    name = request.param
    read = document.load(name)
    app = AsyncApp(name)
    app.add_api(
        copy.deepcopy(read.tree),
        base_path="/" + name,
        resolver=Resolver(lambda _: answer),
        security_map={"apiKey": Anybody, "bearer": Anybody},
    )
    kind = started.vendors[name]
    account = next(iter(started.world.find("default").store.records(name).all(kind.account)), None)
    return read, Driver(app), Driver(started.app), started, dict(account.headers) if account else {}


def stock_accepts(stock, method, path, headers, body):
    return asyncio.run(stock.send(method, path, headers=headers, body=body)).status < 300


def ours_accepts(ours, started, method, path, headers, body):
    ours.request(method, path, headers=headers, body=body)
    (*_, last), _ = started.world.find("default").store.journal.entries()
    assert last.verdict in {"accepted", "refused", "rejected"}
    return last.verdict != "rejected"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5000)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def changed(draw, value):
    """Take one place of a good body, and put something else there, or nothing."""
    value = copy.deepcopy(value)
    node = value
    while True:
        steps = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not steps:
            return value
        step = draw(st.sampled_from(steps))
        if isinstance(node[step], dict | list) and draw(st.booleans()):
            node = node[step]
            continue
        if draw(st.booleans()):
            node[step] = draw(JSON)
        else:
            del node[step]
        return value


def same(pair, method, path, headers, body=b""):
    """Hold both to the same verdict on one request."""
    read, stock, ours, started, credential = pair
    sent = {**credential, **headers}
    path = f"/{read.name}{path}"
    assert stock_accepts(stock, method, path, sent, body) == ours_accepts(ours, started, method, path, sent, body), (
        path,
        body,
    )


def test_a_body_passes_validation_here_just_when_it_does_with_stock_connexion(pair):
    read = pair[0]
    for operation in read.operations:
        if operation.content is None or operation.content.readers:
            continue  # another reader's rules are not JSON Schema's
        path = sample_path(read, operation)
        good = [each.value for each in examples.find(read) if each.element == element_of(read, operation)]

        @MERCY
        @given(st.data())
        def compare(data):
            body = data.draw(st.sampled_from(good))  # noqa: B023 - called within the loop
            raw = orjson.dumps(changed(data.draw, body) if data.draw(st.booleans()) else body)
            same(pair, operation.method, path, {"content-type": "application/json"}, raw)  # noqa: B023

        compare()


def test_a_path_parameter_passes_validation_here_just_when_it_does_with_stock_connexion(pair):
    for operation in pair[0].operations:
        if operation.content is not None or "{" not in operation.path:
            continue
        before, after = operation.path.split("{", 1)[0], operation.path.split("}", 1)[1]

        @MERCY
        @given(st.text("ab@.+-_ ~", min_size=1, max_size=8))
        def compare(text):
            same(pair, operation.method, f"{before}{text.replace(' ', '%20')}{after}", {})  # noqa: B023 - called within the loop

        compare()


def element_of(read, operation):
    """Point at the operation's request body, where it stands."""
    node = read.tree["paths"][operation.path][operation.method.lower()]["requestBody"]
    return node.get("$ref", f"#{operation.pointer}/requestBody")[1:]


def sample_path(read, operation):
    """Fill the path with its first examples."""
    path = operation.path
    for parameter in operation.parameters:
        if parameter.where == "path":
            value = next(
                each.value for each in examples.find(read) if parameter_of(read, each.element) == parameter.name
            )
            path = path.replace(f"{{{parameter.name}}}", str(value))
    return path


def parameter_of(read, pointer):
    node = read.tree
    for step in pointer[1:].split("/"):
        key = step.replace("~1", "/").replace("~0", "~")
        node = node[int(key)] if isinstance(node, list) else node[key]
    return node.get("name")
