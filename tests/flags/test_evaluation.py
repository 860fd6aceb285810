"""Evaluation: buckets are uniform and independent, and visitors keep their variants whatever is changed."""

import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thriftshop.flags import evaluation
from thriftshop.flags.evaluation import Audience, Flag, Ranges, Subject, bucket, evaluate

IDS = [f"visitor-{number:016x}" for number in range(20_000)]
SALTS = [f"{kind}/{key}" for kind in ("flag", "variant", "layer") for key in ("a", "aa", "b", "button", "checkout")]
HALVES = Ranges([(5_000, "a"), (10_000, "b")])
ALL = Ranges([(10_000, "in")])
NOW = 1_000


def flag(key="button", **changes):
    values = {"a": "A", "b": "B"}
    return Flag(**({"key": key, "values": values, "default": "a", "is_running": True, "enrolment": ALL} | changes))


def chi_squared(counts, expected):
    return sum((count - expected) ** 2 / expected for count in counts)


def critical(degrees):
    """What chi-squared with these degrees of freedom exceeds by chance once in a thousand times (Wilson and Hilferty)."""
    return degrees * (1 - 2 / (9 * degrees) + 3.0902 * (2 / (9 * degrees)) ** 0.5) ** 3


@pytest.mark.parametrize("cells", [10, 100, 1_000])
def test_ids_are_spread_evenly_over_the_buckets_of_every_experiment(cells):
    statistic = 0.0
    for salt in SALTS:
        counts = Counter(bucket(salt, unit) * cells // evaluation.BUCKETS for unit in IDS)
        assert len(counts) == cells
        statistic += chi_squared(counts.values(), len(IDS) / cells)
    assert statistic < critical(len(SALTS) * (cells - 1))


def test_the_buckets_of_two_experiments_are_independent():
    tenths = {salt: [bucket(salt, unit) // 1_000 for unit in IDS] for salt in SALTS}
    pairs = list(itertools.combinations(SALTS, 2))
    statistic = sum(dependence(tenths[first], tenths[second]) for first, second in pairs)
    assert statistic < critical(len(pairs) * 81)


def test_dependent_buckets_would_be_noticed():
    """One in fifty visitors with the same bucket in both experiments is far beyond chance."""
    first = [bucket("variant/a", unit) // 1_000 for unit in IDS]
    second = [bucket("variant/b", unit) // 1_000 for unit in IDS]
    assert dependence(first, second) < critical(81)
    same = [one if number % 50 == 0 else other for number, (one, other) in enumerate(zip(first, second, strict=True))]
    assert dependence(first, same) > critical(81)


def dependence(first, second):
    """Chi-squared of a table of two classifications."""
    cells, rows, columns = Counter(zip(first, second, strict=True)), Counter(first), Counter(second)
    return sum(
        (cells[row, column] - (expected := rows[row] * columns[column] / len(first))) ** 2 / expected
        for row, column in itertools.product(rows, columns)
    )


def test_the_variants_follow_their_weights():
    running = flag(allocations=(Ranges([(2_000, "a"), (10_000, "b")]),))
    counts = Counter(evaluate(running, Subject(unit), NOW).variant for unit in IDS)
    expected = {"a": 0.2 * len(IDS), "b": 0.8 * len(IDS)}
    assert sum((counts[key] - expected[key]) ** 2 / expected[key] for key in expected) < critical(1)


def test_a_bucket_is_the_same_in_every_version_of_the_code():
    assert [bucket("variant/button", unit) for unit in IDS[:4]] == [1046, 1909, 6303, 1491]


def test_a_larger_share_keeps_everyone_who_is_in():
    smaller, larger = (
        flag(enrolment=Ranges([(limit, "in"), (10_000, "")]), allocations=(HALVES,)) for limit in (1_000, 3_000)
    )
    before = {unit: evaluate(smaller, Subject(unit), NOW) for unit in IDS[:5_000]}
    inside = {unit: found for unit, found in before.items() if found.is_counted}
    assert 400 < len(inside) < 600
    assert all(evaluate(larger, Subject(unit), NOW) == found for unit, found in inside.items())


def test_who_is_in_a_flag_of_a_layer_is_in_no_other():
    first = flag("first", layer="checkout", enrolment=Ranges([(6_000, "in"), (10_000, "")]), allocations=(HALVES,))
    second = flag("second", layer="checkout", enrolment=Ranges([(6_000, ""), (10_000, "in")]), allocations=(HALVES,))
    for unit in IDS[:2_000]:
        assert [evaluate(one, Subject(unit), NOW).is_counted for one in (first, second)].count(True) == 1


ranges = st.lists(st.tuples(st.integers(1, 10_000), st.sampled_from("ab")), max_size=5).map(
    lambda parts: Ranges([*sorted(parts), (10_000, "a")])
)


@given(st.lists(ranges, min_size=1, max_size=4), st.integers(0, 10_000))
def test_a_change_of_weights_never_changes_what_a_visitor_has_seen(allocations, number):
    unit, seen = IDS[number], {}
    first = evaluate(flag(allocations=tuple(allocations[:1])), Subject(unit, seen=seen), NOW)
    for count in range(2, len(allocations) + 1):
        changed = flag(allocations=tuple(allocations[:count]))
        assert evaluate(changed, Subject(unit, seen={"button": first.variant}), NOW) == first
        if not evaluation.needs_record(changed, unit):
            assert evaluate(changed, Subject(unit), NOW) == first


def test_without_a_record_a_moved_visitor_gets_the_first_variant_uncounted():
    changed = flag(allocations=(Ranges([(10_000, "a")]), Ranges([(10_000, "b")])))
    assert evaluate(changed, Subject(IDS[0]), NOW) == ("a", evaluation.STALE, False)
    assert evaluate(changed, Subject(IDS[0], seen={}), NOW) == ("b", evaluation.SPLIT, True)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"is_running": False}, ("a", evaluation.DISABLED, False)),
        ({"starts_at": NOW + 1}, ("a", evaluation.DISABLED, False)),
        ({"starts_at": NOW, "ends_at": NOW + 1}, ("b", evaluation.SPLIT, True)),
        ({"ends_at": NOW}, ("a", evaluation.DISABLED, False)),
        ({"is_running": False, "shipped": "b"}, ("b", evaluation.STATIC, False)),
        ({"enrolment": Ranges([])}, ("a", evaluation.DEFAULT, False)),
        ({"audience": Audience(signed_in=True)}, ("a", evaluation.DEFAULT, False)),
        ({"audience": Audience(signed_in=False)}, ("b", evaluation.SPLIT, True)),
        ({"audience": Audience(countries={"GB"}, is_new=True)}, ("b", evaluation.SPLIT, True)),
        ({"audience": Audience(countries={"DE"})}, ("a", evaluation.DEFAULT, False)),
        ({"audience": Audience(segments={"loyal"})}, ("a", evaluation.DEFAULT, False)),
        ({"overrides": {"visitor": "a"}}, ("a", evaluation.TARGETING_MATCH, False)),
        ({"overrides": {"customer": "a"}}, ("a", evaluation.TARGETING_MATCH, False)),
        ({"overrides": {"visitor": "b"}, "is_running": False}, ("a", evaluation.DISABLED, False)),
        (
            {"overrides": {"visitor": "b"}, "is_running": False, "allocations": ()},
            ("b", evaluation.TARGETING_MATCH, False),
        ),
    ],
)
def test_the_state_of_a_flag_decides(changes, expected):
    attributes = {"signed_in": False, "country": "GB", "is_new": True}
    subject = Subject("visitor", "customer", {}, attributes)
    assert evaluate(flag(**({"allocations": (Ranges([(10_000, "b")]),)} | changes)), subject, NOW) == expected


def test_a_subject_whose_id_is_assumed_is_not_counted():
    running = flag(allocations=(HALVES,))
    assert not evaluate(running, Subject("visitor", is_known=False), NOW).is_counted
