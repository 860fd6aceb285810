"""Buckets: shares follow the weights exactly, and changes move as few as possible."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from apps.experiments.domain import allocation

VARIANTS = ("a", "b", "c", "d")
weights = st.dictionaries(st.sampled_from(VARIANTS), st.integers(0, 10_000), min_size=1).filter(
    lambda chosen: sum(chosen.values()) > 0
)
shares = st.integers(0, allocation.BUCKETS)


@given(weights)
def test_each_variant_gets_its_share_of_buckets_rounded_to_a_bucket(chosen):
    total = sum(chosen.values())
    counts = Counter(allocation.buckets_of(allocation.allocate(chosen)))
    assert sum(counts.values()) == allocation.BUCKETS
    for variant, weight in chosen.items():
        assert abs(counts[variant] - allocation.BUCKETS * weight / total) < 1


@given(weights, weights)
def test_a_change_of_weights_moves_no_more_buckets_than_the_shares_differ(before, after):
    old = allocation.allocate(before)
    new = allocation.allocate(after, old)
    moved = sum(1 for was, now in zip(*map(allocation.buckets_of, (old, new)), strict=True) if was != now)
    sizes_before, sizes_after = allocation.sizes(before), allocation.sizes(after)
    grown = sum(max(0, sizes_after[variant] - sizes_before.get(variant, 0)) for variant in after)
    assert moved == grown
    assert Counter(allocation.buckets_of(new)) == Counter({key: size for key, size in sizes_after.items() if size})


@given(shares, shares, st.sets(st.integers(0, allocation.BUCKETS - 1), max_size=50))
def test_a_larger_share_keeps_every_bucket_and_takes_none_of_others(first, second, taken):
    smaller, larger = sorted((first, second))
    before = allocation.enrol(smaller, (), taken)
    if before is None:
        assert smaller > allocation.BUCKETS - len(taken)
        return
    after = allocation.enrol(larger, before, taken)
    if after is None:
        assert larger > allocation.BUCKETS - len(taken)
        return
    assert allocation.enrolled(before) <= allocation.enrolled(after)
    assert len(allocation.enrolled(after)) == larger
    assert not allocation.enrolled(after) & taken


@given(st.lists(st.tuples(st.sampled_from(["", "a", "b"]), st.integers(1, allocation.BUCKETS)), max_size=20))
def test_ranges_hold_the_variant_of_every_bucket(runs):
    chosen = [variant for variant, length in runs for _ in range(length)][: allocation.BUCKETS]
    chosen += [""] * (allocation.BUCKETS - len(chosen))
    assert allocation.buckets_of(allocation.ranges_of(chosen)) == chosen
