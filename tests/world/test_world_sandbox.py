import re

import pytest

from mockserver.contract import fixtures
from mockserver.errors import BadControlRequest, ConfigurationError, Conflicting, FixtureError
from mockserver.world.sandbox import Mode, Start, World
from tests.world.cupboard import LATER, NOW, TOLD, cups, fill, first_id


def test_a_world_begins_with_the_default_sandbox(world):
    (sandbox,) = world.all()
    assert sandbox is world.find("default")
    assert (sandbox.name, sandbox.scenario, sandbox.seed, sandbox.mode) == ("default", "baseline", 0, Mode.DEFAULT)
    assert sandbox.vendors == {"acme": "acme in default"}
    assert cups(sandbox) == [1]
    assert sandbox.clock.now() == NOW


def test_a_world_begins_as_it_was_told(make):
    sandbox = make(scenario="full", seed=5, mode=Mode.STRICT, journal_size=1).find("default")
    assert (sandbox.scenario, sandbox.seed, sandbox.mode) == ("full", 5, Mode.STRICT)
    assert cups(sandbox) == [1, 2]
    assert sandbox.ids.uuid() == first_id(5)


def test_the_built_in_scenarios_are_the_default():
    assert World({}, [path.stem for path in fixtures().glob("*/*.yaml")], lambda _: {}, Start()).find("default")


@pytest.mark.parametrize("error", [("none", ConfigurationError), ("broken", FixtureError)], ids=lambda error: error[0])
def test_a_world_without_its_scenario_does_not_begin(make, error):
    scenario, kind = error
    with pytest.raises(kind):
        make(scenario=scenario)


@pytest.mark.parametrize("name", ["a", "7", "t1", "a-b-", "0" * 63])
def test_a_sandbox_has_the_name_it_is_given(world, name):
    sandbox = world.create(name)
    assert (sandbox.name, sandbox.vendors) == (name, {"acme": f"acme in {name}"})
    assert world.find(name) is sandbox
    assert [each.name for each in world.all()] == ["default", name]


@pytest.mark.parametrize("name", ["", "-a", "A", "a_b", "a.b", "a/b", "é", "a\n", "0" * 64, "٣", "a" * 10_000])
def test_what_is_no_name_is_refused_with_the_pattern(world, name):
    with pytest.raises(BadControlRequest, match=re.escape("names match [a-z0-9][a-z0-9-]{0,62}")) as caught:
        world.create(name)
    assert caught.value.pointers == (("/name", "not a sandbox name"),)
    assert len(caught.value.detail) < 300
    assert len(world.all()) == 1


def test_without_a_name_the_next_free_one_is_taken_and_none_twice(world):
    world.create("s2")
    assert [world.create().name for _ in range(3)] == ["s1", "s3", "s4"]
    world.delete("s4")
    assert world.create().name == "s5"


@pytest.mark.parametrize("name", ["default", "t1"])
def test_a_name_is_given_once(world, name):
    if name != "default":
        world.create(name)
    before = world.find(name)
    fill(before, 9)
    with pytest.raises(Conflicting) as caught:
        world.create(name)
    assert str(caught.value) == f"sandbox '{name}' exists; reset it, delete it, or take another name"
    assert world.find(name) is before
    assert cups(before) == [1, 9]


def test_a_sandbox_may_have_scenario_seed_and_time_of_its_own(world):
    sandbox = world.create("t1", "full", 9, LATER)
    assert (sandbox.scenario, sandbox.seed, sandbox.clock.now()) == ("full", 9, LATER)
    assert cups(sandbox) == [1, 2]
    assert sandbox.ids.uuid() == first_id(9)
    other = world.create("t2", seed=0)
    assert (other.scenario, other.seed, other.clock.now()) == ("baseline", 0, NOW)


def test_seed_zero_is_a_seed(make):
    world = make(seed=5)
    assert world.create("t1", seed=0).ids.uuid() == first_id(0)
    assert world.create("t2").ids.uuid() == first_id(5)
    world.reset(world.find("t2"), None, 0)
    assert world.find("t2").ids.uuid() == first_id(0)


def test_the_time_of_a_scenario_counts_where_none_was_given(make):
    assert make(scenario="dated").find("default").clock.now() == TOLD
    assert make(scenario="dated", now=NOW).find("default").clock.now() == NOW
    running = make().find("default")
    assert running.store.clock().real_us is not None


def test_the_defaults_are_those_of_the_command_line():
    start = Start()
    assert (start.scenario, start.seed, start.now, start.mode) == ("baseline", 0, None, Mode.DEFAULT)
    assert start.journal_size == 10_000
    assert [str(mode) for mode in Mode] == ["default", "strict", "lenient"]
