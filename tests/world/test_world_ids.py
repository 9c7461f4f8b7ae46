import re
import uuid

import pytest

from mockserver.store import ClockReading, Image
from mockserver.store.memory import MemoryStore
from mockserver.world.ids import Ids


def drawn(seed, count=5):
    ids = Ids(MemoryStore([], 1), seed)
    return [ids.uuid() for _ in range(count)]


def test_the_same_seed_gives_the_same_ids():
    assert drawn(0) == drawn(0)
    assert drawn(0, 2) == ["34ad9f7f-3260-49c1-a698-a03642997893", "63fb323d-7ecb-4991-baed-941efa6a5556"]


@pytest.mark.parametrize("seed", [0, 1, -1, 2**63 - 1, -(2**63)])
def test_ids_are_version_4_uuids_in_lower_case_and_unique(seed):
    ids = drawn(seed, 2000)
    assert len(set(ids)) == 2000
    for text in ids:
        assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", text)
        assert uuid.UUID(text).version == 4


def test_other_seeds_give_other_ids():
    assert not set(drawn(0, 100)) & set(drawn(1, 100))
    assert not set(drawn(1, 100)) & set(drawn(-1, 100))


def test_sandboxes_draw_for_themselves():
    first, second = (Ids(MemoryStore([], 1), 0) for _ in range(2))
    assert first.uuid() != first.uuid()
    assert second.uuid() == drawn(0)[0]


def test_ids_begin_again_when_the_store_does():
    store = MemoryStore([], 1)
    ids = Ids(store, 0)
    early = [ids.uuid(), ids.uuid()]
    store.restart(Image({}, ClockReading(0, None)))
    assert [ids.uuid(), ids.uuid()] == early


def test_another_seed_holds_for_the_ids_to_come():
    store = MemoryStore([], 1)
    ids = Ids(store, 0)
    ids.uuid()
    ids.reseed(7)
    assert ids.uuid() == drawn(7)[1]
