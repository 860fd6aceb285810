"""Splits: planted mismatches and double exposures are flagged, balanced splits are not."""

import numpy as np
import pytest
from scipy import stats

from apps.experiments.statistics import splits
from apps.experiments.statistics.splits import Period
from tests.experiments.statistics import simulation

EVEN = {"A": 1, "B": 1}
THREE = {"A": 2, "B": 1, "C": 1}


def check(visitors, weights=EVEN, multiple=0):
    return splits.check([Period(visitors, weights)], multiple)


def test_a_planted_split_of_52_to_48_is_flagged_by_both_tests():
    split = check({"A": 10_400, "B": 9_600})
    assert split.is_mismatch
    assert split.p_value < splits.MISMATCH_LEVEL
    assert split.sequential_p_value < splits.MISMATCH_LEVEL


def test_a_balanced_split_is_not_flagged():
    assert not check({"A": 10_050, "B": 9_950}).is_mismatch
    assert not check({"A": 9_950, "B": 5_030, "C": 5_020}, THREE).is_mismatch


def test_the_p_value_is_that_of_pearson():
    counts = [9_950, 5_130, 4_920]
    expected = stats.chisquare(counts, [10_000, 5_000, 5_000]).pvalue
    assert check(dict(zip("ABC", counts, strict=True)), THREE).p_value == pytest.approx(expected, rel=1e-9)


def test_false_alarms_are_as_rare_as_their_level():
    """One look: 0.1 %. With 100 looks that is exceeded by the chi-squared test, and not by the sequential one."""
    chi_squared, sequential = simulation.split_p_values(0.5, 8_000)
    alarms = [(p_values < splits.MISMATCH_LEVEL) for p_values in (chi_squared, sequential)]
    assert 0.0005 < alarms[0][:, -1].mean() < 0.002
    assert 0.005 < alarms[0].any(axis=1).mean() < 0.02
    assert alarms[1].any(axis=1).mean() < 0.001


def test_52_to_48_is_found_within_40_000_visitors_at_the_latest():
    for p_values in simulation.split_p_values(0.52, 2_000):
        assert (p_values < splits.MISMATCH_LEVEL).any(axis=1).all()


def test_the_array_form_equals_the_test_of_one_split():
    factor = splits.log_bayes_factor([10_400, 9_600], [0.5, 0.5])
    assert check({"A": 10_400, "B": 9_600}).sequential_p_value == pytest.approx(np.exp(-factor))


def test_weights_may_change_between_periods():
    periods = [Period({"A": 9_010, "B": 990}, {"A": 9, "B": 1}), Period({"A": 5_010, "B": 4_990}, EVEN)]
    assert not splits.check(periods).is_mismatch
    together = Period({"A": 14_020, "B": 5_980}, EVEN)
    assert splits.check([together]).is_mismatch
    off = [*periods[:1], Period({"A": 5_300, "B": 4_700}, EVEN)]
    assert splits.check(off).is_mismatch


@pytest.mark.parametrize("visitors", [{}, {"A": 0, "B": 0}, {"A": 3, "B": 1}, {"A": 1}])
def test_a_few_visitors_are_no_mismatch(visitors):
    split = check(visitors)
    assert split.p_value == 1
    assert not split.is_mismatch


def test_visitors_of_a_variant_that_should_have_none_are_a_mismatch():
    assert check({"A": 10, "B": 9, "C": 1}).is_mismatch
    assert check({"A": 10, "B": 9, "C": 1}, {"A": 1, "B": 1, "C": 0}).is_mismatch
    assert not check({"A": 10, "B": 9, "C": 0}, {"A": 1, "B": 1, "C": 0}).is_mismatch


def test_a_variant_without_visitors_is_a_mismatch():
    assert check({"A": 1_000, "B": 0}).is_mismatch


def test_impossible_weights_are_refused():
    with pytest.raises(ValueError, match="weights must not be negative"):
        check({"A": 1}, {"A": 0})


def test_visitors_in_two_variants_are_excluded_and_counted():
    visitors = ["ann", "bob", "ann", "cid", "bob", "dora", "ann"]
    variants = ["A", "A", "B", "B", "A", "B", "A"]
    single, multiple = splits.exclude_multiple(visitors, variants)
    assert single.tolist() == [False, True, False, True, True, True, False]
    assert multiple == 1
    assert splits.exclude_multiple([], [])[1] == 0


def test_double_exposures_are_flagged_from_one_percent():
    assert check({"A": 5_000, "B": 5_000}, multiple=150).is_mixed
    assert not check({"A": 5_000, "B": 5_000}, multiple=90).is_mixed
    assert check({}, multiple=0).multiple_share == 0


def test_planted_double_exposures_are_found_among_many():
    rng = np.random.default_rng(2)
    visitors = rng.integers(0, 50_000, 200_000)
    variants = visitors % 2
    moved = rng.choice(visitors, 1_000)
    planted = np.concatenate([variants, 1 - moved % 2])
    single, multiple = splits.exclude_multiple(np.concatenate([visitors, moved]), planted)
    assert multiple == np.unique(moved).size
    assert not np.isin(np.concatenate([visitors, moved])[single], moved).any()
