from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.store.memory import MemoryStore
from mockserver.world.faults import Counted, Fault, Target, choose, read
from mockserver.world.ids import fraction

S = 1_000_000_000
PUT = Target("acme", "opt_out", {200, 429, 503}, {b"host": b"x", b"x-run": b"7"})
GET = Target("acme", "fetch", {200, 404}, {b"host": b"x"})
OTHER = Target("omega", "opt_out", {200, 503}, {})


def play(rules, requests, seed=0, step_ns=0):
    """Which fault each request meets, and (matched, fired) of each rule afterwards."""
    store = MemoryStore([], 0)
    counts = tuple(Counted(read(number, each)) for number, each in enumerate(rules, 1))
    store.step_faults(lambda _: (counts, None))
    met = [store.step_faults(choose(each, seed, number * step_ns)) for number, each in enumerate(requests)]
    words = [None if each is None else each.word for each in met]
    return words, [(each.matched, each.fired) for each in store.faults]


def rule(fault="reset", *, times=None, **match):
    return {"match": match, "fault": fault} | ({} if times is None else {"times": times})


@pytest.mark.parametrize(
    ("rules", "requests", "met", "counted"),
    [
        ([{"fault": "reset"}], [PUT, GET], ["reset", "reset"], [(2, 2)]),
        ([rule(vendor="omega")], [PUT, OTHER], [None, "reset"], [(1, 1)]),
        ([rule(operation_id="opt_out")], [GET, PUT, OTHER], [None, "reset", "reset"], [(2, 2)]),
        ([rule(vendor="acme", operation_id="opt_out")], [GET, PUT, OTHER], [None, "reset", None], [(1, 1)]),
        ([rule(header={"X-Run": "7"})], [PUT, GET], ["reset", None], [(1, 1)]),
        ([rule(header={"x-run": "7", "Host": "y"})], [PUT], [None], [(0, 0)]),
        ([rule("503")], [GET, PUT], [None, "503"], [(1, 1)]),
        ([rule("429-after-commit")], [PUT, OTHER], ["429-after-commit", None], [(1, 1)]),
        ([rule(nth=[2, 3])], [PUT] * 4, [None, "reset", "reset", None], [(4, 2)]),
        ([rule(nth=[1], operation_id="opt_out")], [GET, PUT, PUT], [None, "reset", None], [(2, 1)]),
        ([rule(every=2)], [PUT] * 5, [None, "reset", None, "reset", None], [(5, 2)]),
        ([rule(every=2, nth=[2, 3])], [PUT] * 4, [None, "reset", None, None], [(4, 1)]),
        ([rule(times=2)], [PUT] * 3, ["reset", "reset", None], [(3, 2)]),
        ([rule("503", times=1), rule("slow", times=1)], [PUT] * 3, ["503", "slow", None], [(3, 1), (3, 1)]),
        ([rule(nth=[1]), rule("slow", nth=[2])], [PUT] * 2, ["reset", "slow"], [(2, 1), (2, 1)]),
        ([rule(), rule("slow")], [PUT] * 2, ["reset", "reset"], [(2, 2), (2, 0)]),
        ([rule(probability=1)], [PUT] * 2, ["reset", "reset"], [(2, 2)]),
        ([rule(probability=0)], [PUT] * 2, [None, None], [(2, 0)]),
        ([], [PUT], [None], []),
    ],
)
def test_the_first_rule_that_holds_fires_and_all_count(rules, requests, met, counted):
    assert play(rules, requests) == (met, counted)


counted = st.integers(1, 12)
rules_of_counts = st.fixed_dictionaries(
    {},
    optional={
        "nth": st.sets(counted, min_size=1, max_size=4).map(sorted),
        "every": st.integers(1, 5),
        "probability": st.sampled_from([0.0, 0.25, 0.5, 0.9, 1.0]),
        "times": st.integers(1, 4),
        "operation_id": st.sampled_from(["opt_out", "fetch"]),
    },
)


def plainly(rule, number, requests, seed):
    """The requests for which a rule alone holds, by the words of its document."""
    fits = [at for at, each in enumerate(requests) if rule.get("operation_id") in (None, each.operation_id)]
    drawn = [
        at
        for count, at in enumerate(fits, 1)
        if "probability" not in rule or fraction(seed, "fault", number, count) < rule["probability"]
    ]
    picked = [
        at
        for count, at in enumerate(drawn, 1)
        if count in rule.get("nth", [count]) and count % rule.get("every", 1) == 0
    ]
    return set(picked)


@settings(max_examples=60, derandomize=True, database=None, deadline=None)
@given(
    rules=st.lists(rules_of_counts, max_size=4),
    requests=st.lists(st.sampled_from([PUT, GET]), max_size=16),
    seed=st.integers(0, 3),
)
def test_any_rules_meet_any_requests_as_their_words_say(rules, requests, seed):
    held = [plainly(each, number, requests, seed) for number, each in enumerate(rules, 1)]
    fired = [0] * len(rules)
    expected = []
    for at in range(len(requests)):
        number = next(
            (
                number
                for number, each in enumerate(rules)
                if at in held[number] and fired[number] < each.get("times", 1000)
            ),
            None,
        )
        expected.append(None if number is None else str(number))
        if number is not None:
            fired[number] += 1
    given = [
        {"match": {name: value for name, value in each.items() if name != "times"}, "fault": str(number)}
        | ({"times": each["times"]} if "times" in each else {})
        for number, each in enumerate(rules)
    ]
    words, counts = play(given, requests, seed)
    assert words == expected
    assert [each for _, each in counts] == fired


def test_chance_is_the_seed_s_and_each_rule_has_its_own():
    rules = [rule(probability=0.3), rule("slow", probability=0.3)]
    first = play(rules, [PUT] * 300, seed=1)
    assert first == play(rules, [PUT] * 300, seed=1)
    assert first != play(rules, [PUT] * 300, seed=2)
    (_, resets), (_, slow) = first[1]
    assert 60 < resets < 120
    assert 30 < slow < 100


@pytest.mark.parametrize("seed", range(5))
def test_nth_and_every_count_what_chance_picks(seed):
    picked = [number for number, word in enumerate(play([rule(probability=0.4)], [PUT] * 60, seed)[0]) if word]
    for match, numbers in (({"nth": [1, 3]}, [picked[0], picked[2]]), ({"every": 2}, picked[1::2])):
        words, ((matched, fired),) = play([rule(probability=0.4, **match)], [PUT] * 60, seed)
        assert [number for number, word in enumerate(words) if word] == numbers
        assert (matched, fired) == (60, len(numbers))


@pytest.mark.parametrize("limit", [1, 3])
def test_a_rate_lets_so_many_pass_in_any_such_span(limit):
    rules = [{"rate": {"limit": limit, "per_s": 1}}]
    words, ((matched, fired),) = play(rules, [PUT] * 60, step_ns=S // 10)
    passed = [number for number, word in enumerate(words) if word is None]
    assert (matched, fired) == (60, 60 - len(passed))
    assert {word for word in words if word} == {"429"}
    assert passed[:limit] == list(range(limit))
    assert all(later - earlier >= 10 for earlier, later in zip(passed, passed[limit:], strict=False))
    assert max(later - earlier for earlier, later in pairwise(passed)) <= 10


def when(given, moments):
    """What Retry-After says to requests at these moments."""
    counts = (Counted(read(1, given)),)
    found = []
    for moment in moments:
        counts, fault = choose(PUT, 0, moment)(counts)
        found.append(fault and fault.retry_after_s)
    return found


def test_a_rate_tells_when_the_next_request_passes():
    per_minute = {"rate": {"limit": 1, "per_s": 60}}
    assert when(per_minute, [0, 1, 59 * S, 59 * S + 1, 60 * S]) == [None, 60, 1, 1, None]
    assert when(per_minute | {"retry_after_s": 7}, [0, 1]) == [None, 7]
    assert when(per_minute | {"retry_after_s": 0}, [0, 1]) == [None, 0]


def test_a_rate_is_for_the_requests_that_its_match_picks_and_for_so_many_times():
    rules = [{"match": {"every": 2}, "rate": {"limit": 1, "per_s": 60}, "times": 1}]
    assert play(rules, [PUT] * 8)[0] == [None, None, None, "429", None, None, None, None]


@pytest.mark.parametrize(
    ("word", "status", "kind", "after_commit", "serves"),
    [
        ("503", 503, "503", False, False),
        ("503-after-commit", 503, "503", True, True),
        ("delay", None, "delay", False, True),
        ("slow", None, "slow", False, True),
        ("reset", None, "reset", False, False),
        ("reset-after-commit", None, "reset", True, True),
        ("timeout-before-commit", None, "timeout", False, False),
        ("timeout-after-commit", None, "timeout", True, True),
        ("truncated", None, "truncated", False, False),
        ("garbage", None, "garbage", False, False),
    ],
)
def test_a_word_tells_who_answers_and_what_becomes_of_the_answer(word, status, kind, after_commit, serves):
    fault = Fault(word)
    assert (fault.status, fault.kind, fault.after_commit, fault.serves) == (status, kind, after_commit, serves)
