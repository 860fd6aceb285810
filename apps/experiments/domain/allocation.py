"""Buckets: which of 10,000 buckets is in an experiment, and which variant each of them gets.

A visitor's bucket is a hash of their id. Changes move as few buckets as possible.
"""

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby

BUCKETS = 10_000
# The variant of buckets that are in an experiment, where only that matters.
ENROLLED = "in"

Ranges = tuple[tuple[int, str], ...]
"""Ascending ranges as (first bucket after it, variant); an empty variant is none."""


def ranges_of(variants: Sequence[str]) -> Ranges:
    """The ranges of a list with the variant of each bucket."""
    ranges, until = [], 0
    for variant, buckets in groupby(variants):
        until += sum(1 for _ in buckets)
        ranges.append((until, variant))
    return tuple(ranges)


def buckets_of(ranges: Ranges) -> list[str]:
    """The variant of each bucket."""
    variants: list[str] = []
    for until, variant in ranges:
        variants += [variant] * (until - len(variants))
    return variants + [""] * (BUCKETS - len(variants))


def sizes(weights: Mapping[str, int]) -> dict[str, int]:
    """The number of buckets of each variant: in proportion to the weights, rounded by the largest remainder."""
    total = sum(weights.values())
    exact = {variant: weight * BUCKETS for variant, weight in weights.items()}
    rounded = {variant: share // total for variant, share in exact.items()}
    by_remainder = sorted(exact, key=lambda variant: exact[variant] % total, reverse=True)
    for variant in by_remainder[: BUCKETS - sum(rounded.values())]:
        rounded[variant] += 1
    return rounded


def allocate(weights: Mapping[str, int], current: Ranges = ()) -> Ranges:
    """The variants of all buckets by weight; of the current ones, as many as possible stay."""
    missing = sizes(weights)
    variants = buckets_of(current)
    for bucket, variant in enumerate(variants):
        if missing.get(variant, 0):
            missing[variant] -= 1
        else:
            variants[bucket] = ""
    free = (bucket for bucket, variant in enumerate(variants) if not variant)
    for variant, count in missing.items():
        for _ in range(count):
            variants[next(free)] = variant
    return ranges_of(variants)


def enrolled(ranges: Ranges) -> set[int]:
    """The buckets that are in an experiment."""
    return {bucket for bucket, variant in enumerate(buckets_of(ranges)) if variant}


def enrol(share: int, current: Ranges = (), taken: Collection[int] = ()) -> Ranges | None:
    """The current buckets and as many more as make up the share, without those taken; None if there are not enough."""
    inside = enrolled(current)
    free = (bucket for bucket in range(BUCKETS) if bucket not in inside and bucket not in taken)
    while len(inside) < share:
        bucket = next(free, None)
        if bucket is None:
            return None
        inside.add(bucket)
    return ranges_of([ENROLLED if bucket in inside else "" for bucket in range(BUCKETS)])
