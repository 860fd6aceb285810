"""Moments: exact sums, merging, offsets, and refusals of sums that no values have."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.experiments.statistics import moments
from apps.experiments.statistics.moments import InvalidSums, Moments

values = st.lists(st.tuples(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6)), max_size=30)


def sums_of(rows):
    """The moments of whole numbers by their sums."""
    products = {
        (first, second): sum(row[place] * row[other] for row in rows)
        for place, first in enumerate("xy")
        for other, second in enumerate("xy")
    }
    return Moments.of_sums(len(rows), {"x": sum(r[0] for r in rows), "y": sum(r[1] for r in rows)}, products)


def assert_equal(first, second, rel=1e-9):
    assert (first.columns, first.count) == (second.columns, second.count)
    scale = np.sqrt(np.outer(np.diag(second.products), np.diag(second.products))).max(initial=1e-6)
    np.testing.assert_allclose(first.means, second.means, rtol=rel, atol=1e-9)
    np.testing.assert_allclose(first.products, second.products, rtol=rel, atol=rel * scale)


@given(values, values)
def test_merged_parts_equal_the_whole(first, second):
    assert_equal(sums_of(first) + sums_of(second), sums_of(first + second))


@given(values)
def test_sums_and_values_give_the_same_moments(rows):
    columns = {"x": [row[0] for row in rows], "y": [row[1] for row in rows]}
    assert_equal(Moments.of_values(columns), sums_of(rows))


def test_whole_sums_lose_nothing_to_a_large_offset():
    offset = 10**15
    shifted = sums_of([(offset + value, -offset - value) for value in (1, 2, 3, 4)])
    assert shifted.products.tolist() == [[5, -5], [-5, 5]]


def test_values_with_a_large_offset_keep_their_variance_over_a_thousand_merges():
    rng = np.random.default_rng(1)
    noise = rng.normal(size=100_000)
    parts = [Moments.of_values({"x": 1e9 + part}) for part in np.split(noise, 1_000)]
    merged = moments.merge(parts)
    assert merged.products[0, 0] / merged.count == pytest.approx(noise.var(), rel=1e-6)
    naive = ((1e9 + noise) ** 2).sum() / noise.size - (1e9 + noise).mean() ** 2
    assert naive != pytest.approx(noise.var(), rel=0.1)


def test_an_empty_part_changes_nothing():
    some = Moments.of_values({"x": [1.0, 2.0]})
    assert some + Moments.empty(["x"]) is some
    assert (Moments.empty(["x"]) + some) is some
    assert Moments.of_values({"x": []}).count == 0
    assert Moments.of_sums(0, {"x": 0}, {("x", "x"): 0}).count == 0


@pytest.mark.parametrize("value", [0.1, 1e15 / 3, -7.3])
def test_equal_values_have_no_variance_at_all(value):
    assert Moments.of_values({"x": [value] * 7}).products[0, 0] == 0
    total, squares = sum([value] * 7), sum([value**2] * 7)
    assert Moments.of_sums(7, {"x": total}, {("x", "x"): squares}).products[0, 0] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((-1, {"x": 0}, {("x", "x"): 0}), "the count is -1"),
        ((0, {"x": 3}, {("x", "x"): 0}), "but the count is 0"),
        ((2, {"x": float("nan")}, {("x", "x"): 1.0}), "the sum of x is nan"),
        ((2, {"x": 10}, {("x", "x"): 49}), "too small for its sum"),
        ((2, {"x": 10.0}, {("x", "x"): 49.0}), "too small for its sum"),
        (
            (2, {"x": 0, "y": 0}, {("x", "x"): 2, ("y", "y"): 2, ("x", "y"): 3}),
            "products of 'y' and 'x' is too large|products of 'x' and 'y' is too large",
        ),
        ((2, {"x": 1}, {}), "the sum of squares of 'x' is missing"),
        ((2, {"x": 1, "y": 1}, {("x", "x"): 1, ("y", "y"): 1}), "products of 'y' and 'x' is missing"),
    ],
)
def test_impossible_sums_are_refused(arguments, message):
    with pytest.raises(InvalidSums, match=message):
        Moments.of_sums(*arguments)


def test_values_that_are_no_numbers_are_refused():
    with pytest.raises(InvalidSums, match="a value of x, y is not a finite number"):
        Moments.of_values({"x": [1.0, 2.0], "y": [1.0, float("inf")]})


def test_moments_of_different_columns_do_not_merge():
    with pytest.raises(ValueError, match="cannot be merged"):
        Moments.of_values({"x": [1.0]}) + Moments.of_values({"y": [1.0]})


def test_an_unknown_column_is_named():
    with pytest.raises(KeyError, match="there is no column 'z'; there are x"):
        Moments.of_values({"x": [1.0]}).index("z")
