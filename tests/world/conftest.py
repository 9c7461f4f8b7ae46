import pytest

from mockserver.world.sandbox import Start, World
from tests.world.cupboard import NOW, Cup


@pytest.fixture
def folder(tmp_path):
    for name, text in {
        "baseline/acme.yaml": "Cup: [{number: 1}]",
        "full/acme.yaml": "Cup: [{number: 1}, {number: 2}]",
        "dated/scenario.yaml": "now: '2020-02-02T00:00:00Z'",
        "broken/acme.yaml": "Cup: [{}]",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path


@pytest.fixture
def make(folder):
    def world(**start):
        return World(
            {"acme": {"Cup": Cup}},
            ["acme", "zeta"],
            lambda sandbox: {"acme": f"acme in {sandbox.name}"},
            Start(**{"scenarios": folder, **start}),
        )

    return world


@pytest.fixture
def world(make):
    return make(now=NOW)
