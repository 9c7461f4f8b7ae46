import re
import threading
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from mockserver.contract import fixtures
from mockserver.errors import BadControlRequest, ConfigurationError, Conflicting, FixtureError, UnknownSandbox
from mockserver.store.memory import MemoryStore
from mockserver.world.ids import Ids
from mockserver.world.sandbox import Mode, Start, World

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LATER = datetime(2027, 6, 1, tzinfo=UTC)
TOLD = datetime(2020, 2, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Cup:
    number: int

    @property
    def key(self):
        return self.number


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


def cups(sandbox):
    return [cup.number for cup in sandbox.store.records("acme").all(Cup)]


def fill(sandbox, number):
    with sandbox.store.records("acme").transaction() as tx:
        tx.put(Cup(number))
    sandbox.ids.uuid()
    sandbox.store.journal.open()


def first_id(seed):
    return Ids(MemoryStore([], 1), seed).uuid()


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


def test_without_a_name_the_next_free_one_is_taken(world):
    world.create("s2")
    assert [world.create().name for _ in range(3)] == ["s1", "s3", "s4"]
    world.delete("s1")
    assert world.create().name == "s1"


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


def test_the_defaults_are_those_of_the_command_line():
    start = Start()
    assert (start.scenario, start.seed, start.now, start.mode) == ("baseline", 0, None, Mode.DEFAULT)
    assert start.journal_size == 10_000
    assert [str(mode) for mode in Mode] == ["default", "strict", "lenient"]
