import threading

import pytest

from mockserver.errors import ConfigurationError, Conflicting, FixtureError, UnknownSandbox
from mockserver.world.sandbox import Start, World
from tests.world.cupboard import LATER, NOW, cups, fill, first_id


def test_sandboxes_do_not_see_each_other(world):
    first, second = world.create("t1"), world.create("t2")
    fill(first, 9)
    assert (cups(first), cups(second), cups(world.find("default"))) == ([1, 9], [1], [1])
    assert second.ids.uuid() == first_id(0)
    assert second.store.journal.open()[0] == 1
    world.reset(first, "dated", None)
    assert second.clock.now() == NOW


def test_a_reset_is_as_new(world):
    sandbox = world.create("t1", "full", 9, LATER)
    fill(sandbox, 7)
    number, era = sandbox.store.journal.open()
    world.reset(sandbox, None, None)
    assert (sandbox.scenario, sandbox.seed, sandbox.clock.now()) == ("full", 9, LATER)
    assert cups(sandbox) == [1, 2]
    assert sandbox.ids.uuid() == first_id(9)
    assert sandbox.store.journal.open() == (1, era + 1)
    assert number == 2
    assert sandbox.vendors == {"acme": "acme in t1"}


def test_a_reset_may_bring_another_scenario_and_seed_which_then_stay(world):
    sandbox = world.create("t1")
    world.reset(sandbox, "full", 3)
    fill(sandbox, 7)
    world.reset(sandbox, None, None)
    assert (sandbox.scenario, sandbox.seed, cups(sandbox), sandbox.ids.uuid()) == ("full", 3, [1, 2], first_id(3))


def test_the_first_id_after_a_reset_is_of_the_new_seed_however_soon_it_is_drawn(world, monkeypatch):
    sandbox = world.create("t1")
    restart, drawn = sandbox.store.restart, []

    def raced(image):
        restart(image)
        drawn.append(sandbox.ids.uuid())

    monkeypatch.setattr(sandbox.store, "restart", raced)
    world.reset(sandbox, None, 3)
    assert drawn == [first_id(3)]


@pytest.mark.parametrize(("scenario", "kind"), [("none", ConfigurationError), ("broken", FixtureError)])
def test_a_reset_or_creation_that_fails_changes_nothing(world, scenario, kind):
    sandbox = world.create("t1")
    fill(sandbox, 7)
    with pytest.raises(kind):
        world.reset(sandbox, scenario, 8)
    assert (sandbox.scenario, sandbox.seed, cups(sandbox)) == ("baseline", 0, [1, 7])
    with pytest.raises(kind):
        world.create("t2", scenario)
    assert [each.name for each in world.all()] == ["default", "t1"]


def test_a_deleted_sandbox_is_unknown_and_its_name_free(world):
    fill(world.create("t1"), 9)
    world.delete("t1")
    with pytest.raises(UnknownSandbox):
        world.find("t1")
    with pytest.raises(UnknownSandbox):
        world.delete("t1")
    assert cups(world.create("t1")) == [1]


def test_the_default_sandbox_stays(world):
    with pytest.raises(Conflicting, match=r"^the sandbox 'default' stays; reset it instead$"):
        world.delete("default")
    assert world.find("default")


def test_an_unknown_sandbox_says_how_to_make_one(world):
    with pytest.raises(UnknownSandbox) as caught:
        world.find("t1")
    assert str(caught.value) == ('sandbox \'t1\' does not exist; make it with POST /__admin/sandboxes {"name": "t1"}')


@pytest.mark.parametrize("name", ["T1", "", "a" * 70_000])
def test_an_unknown_sandbox_whose_name_is_none_says_which_are(world, name):
    with pytest.raises(UnknownSandbox) as caught:
        world.find(name)
    assert str(caught.value).endswith("; names match [a-z0-9][a-z0-9-]{0,62}")
    assert len(str(caught.value)) < 300


def test_a_scenario_is_read_once(world, folder):
    first = world.scenario("full")
    (folder / "full" / "acme.yaml").write_text("Cup: []")
    assert world.scenario("full") is first


def test_sandboxes_of_one_scenario_change_only_their_own_records(world):
    first = world.create("t1")
    fill(first, 9)
    assert cups(world.create("t2")) == [1]
    world.reset(first, None, None)
    assert cups(first) == [1]


def test_threads_that_make_sandboxes_at_once_get_names_of_their_own(world):
    made = []
    threads = [threading.Thread(target=lambda: made.extend(world.create().name for _ in range(10))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert sorted(made) == sorted(f"s{number}" for number in range(1, 41))
    assert len(world.all()) == 41


def test_a_name_is_given_once_even_to_two_who_ask_at_once(folder):
    ends = []

    def create():
        try:
            ends.append(world.create("t1").name)
        except Conflicting:
            ends.append("refused")

    second = threading.Thread(target=create)

    def furnish(sandbox):
        if sandbox.name == "t1" and not second.ident:
            second.start()
            second.join(0.05)
        return {}

    world = World({}, ["acme", "zeta"], furnish, Start(scenarios=folder))
    create()
    second.join(5)
    assert sorted(ends) == ["refused", "t1"]
