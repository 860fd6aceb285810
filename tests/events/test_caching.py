"""Caches of another context's answers: an outdated value is never kept, however reads and events interleave."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thriftshop import call_context, clock
from thriftshop.events import broadcast, caching


class Value:
    """A value with a version."""

    def __init__(self, version, valid_until=None):
        self.version, self.valid_until = version, valid_until


class Source:
    """Where values are read; records the keys of each read."""

    def __init__(self, **versions):
        self.versions, self.reads = versions, []

    def read(self, keys):
        self.reads.append(list(keys))
        return {key: Value(self.versions[key]) for key in keys if key in self.versions}


@pytest.fixture
def subscription(monkeypatch):
    """A subscription that is current until `now` is moved on."""
    state = SimpleNamespace(now=1_000.0, current_at=1_000.0)
    monkeypatch.setattr(broadcast, "current_at", lambda name: state.current_at)
    monkeypatch.setattr(caching, "monotonic", lambda: state.now)
    return state


@pytest.fixture
def cache(subscription):
    return caching.Cache("cart.levels", size=3)


def versions(cache, source, *keys):
    return {key: value and value.version for key, value in cache.get(keys, source.read).items()}


def test_a_cached_value_is_not_read_again(cache):
    source = Source(A=1, B=1)
    assert versions(cache, source, "A", "B", "A") == {"A": 1, "B": 1}
    assert versions(cache, source, "X", "A") == {"X": None, "A": 1}
    assert versions(cache, source, "X") == {"X": None}
    assert source.reads == [["A", "B"], ["X"]]


def test_a_dropped_value_is_read_again(cache):
    source = Source(A=1, B=1)
    versions(cache, source, "A", "B", "X")
    source.versions |= {"A": 2, "X": 1}
    cache.drop("A", "X")
    assert versions(cache, source, "A", "B", "X") == {"A": 2, "B": 1, "X": 1}
    assert source.reads[1:] == [["A", "X"]]


def test_a_value_that_changes_while_it_is_read_is_not_kept(cache):
    source = Source(A=1, B=1)

    def read(keys):
        values = source.read(keys)
        source.versions["A"] = 2
        cache.drop("A")
        return values

    assert {value.version for value in cache.get(["A", "B"], read).values()} == {1}
    assert versions(cache, source, "A", "B") == {"A": 2, "B": 1}


def test_nothing_is_kept_of_a_read_during_which_the_cache_was_cleared(cache):
    source = Source(A=1)

    def read(keys):
        values = source.read(keys)
        source.versions["A"] = 2
        cache.clear()
        return values

    cache.get(["A"], read)
    assert versions(cache, source, "A") == {"A": 2}


def test_a_failed_read_leaves_the_cache_as_it_was(cache):
    source = Source(A=1, B=1)
    versions(cache, source, "A")
    with pytest.raises(ZeroDivisionError):
        cache.get(["A", "B"], lambda keys: 1 / 0)
    assert versions(cache, source, "A", "B") == {"A": 1, "B": 1}
    assert source.reads == [["A"], ["B"]]


def test_every_value_is_read_while_the_subscription_is_not_current(cache, subscription):
    source = Source(A=1)
    versions(cache, source, "A")
    subscription.now += caching.CURRENT_SECONDS + 0.1
    source.versions["A"] = 2
    assert versions(cache, source, "A") == {"A": 2}
    assert versions(cache, source, "A") == {"A": 2}
    assert len(source.reads) == 3
    source.versions["A"] = 3
    subscription.current_at = subscription.now
    assert versions(cache, source, "A") == {"A": 3}
    assert versions(cache, source, "A") == {"A": 3}
    assert len(source.reads) == 4


def test_a_value_is_read_again_from_the_moment_at_which_it_changes_by_time(cache, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: 5_000)
    assert cache.get(["A"], lambda keys: {"A": Value(1, valid_until=5_001)})["A"].version == 1
    assert cache.get(["A"], lambda keys: {"A": Value(2, valid_until=5_000)})["A"].version == 1
    monkeypatch.setattr(clock, "now", lambda: 5_001)
    assert cache.get(["A"], lambda keys: {"A": Value(2)})["A"].version == 2


def test_imports_read_the_values_of_their_own_date(cache):
    source = Source(A=1)
    versions(cache, source, "A")
    with call_context.using(occurred_at=1):
        versions(cache, source, "A")
    assert len(source.reads) == 2


def test_the_number_of_values_is_limited(cache):
    source = Source(A=1, B=1, C=1, D=1)
    versions(cache, source, "A", "B", "C", "D")
    versions(cache, source, "B", "C", "D")
    versions(cache, source, "A")
    assert source.reads == [["A", "B", "C", "D"], ["A"]]


STEPS = st.lists(st.tuples(st.sampled_from(["read", "change", "hear", "clear"]), st.sampled_from("AB")), max_size=30)


@given(STEPS, STEPS)
def test_once_its_events_were_heard_a_value_is_never_outdated(steps, during):
    """Whatever changes, is heard of or cleared between and during the reads."""
    source, unheard = Source(A=0, B=0), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(broadcast, "current_at", lambda name: caching.monotonic())
        cache = caching.Cache("cart.levels")

        def step(kind, key):
            if kind == "change":
                source.versions[key] += 1
                unheard.append(key)
            elif kind == "hear" and unheard:
                cache.drop(unheard.pop(0))
            elif kind == "clear":
                cache.clear()

        def read(keys):
            values = source.read(keys)
            for kind, key in during[len(source.reads) :: 5]:
                step(kind, key)
            return values

        for kind, key in steps:
            if kind == "read":
                cache.get([key], read)
            step(kind, key)
        cache.drop(*unheard)
        assert {key: value.version for key, value in cache.get("AB", source.read).items()} == source.versions
