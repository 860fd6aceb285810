"""CUPED and winsorising on the buyers of the real year: what they spent in the first half-year predicts the second."""

import math

import numpy as np
import pytest

from apps.experiments.statistics import effects, winsorising
from apps.experiments.statistics.intervals import ConfidenceSequence
from tests.experiments.statistics import buyers
from tests.trade import years

pytestmark = [
    pytest.mark.year,
    pytest.mark.skipif(not years.YEAR.exists(), reason="the real year is missing; README says where to get it"),
]


@pytest.fixture(scope="module")
def spent():
    return buyers.spent()


@pytest.mark.parametrize("share", [1.0, 0.99, 0.95])
def test_cuped_leaves_one_minus_rho_squared_of_the_variance(spent, share):
    before, after = (winsorising.winsorise(column, winsorising.cap(column, share)) for column in spent)
    rho = np.corrcoef(before, after)[0, 1]
    assert rho > 0.5
    for seed in range(5):
        control, variant = buyers.split(before, after, seed)
        plain, adjusted = (
            effects.effect(control, variant, buyers.PLAIN),
            effects.effect(control, variant, buyers.ADJUSTED),
        )
        assert adjusted.variance_left == pytest.approx(1 - rho**2, abs=0.01)
        bound = ConfidenceSequence(before.size, before.size).bound(0.05)
        ratio = (bound * adjusted.standard_error) / (bound * plain.standard_error)
        assert ratio == pytest.approx(math.sqrt(1 - rho**2), rel=0.02)


def test_cuped_errs_no_more_often_on_real_buyers(spent):
    """The same buyers, divided anew 2,000 times: 5 % of the fixed-horizon tests reject, with and without covariates."""
    before, after = spent
    rejected = {buyers.PLAIN: 0, buyers.ADJUSTED: 0}
    for seed in range(2_000):
        parts = buyers.split(before, after, seed)
        for metric in rejected:
            observed = effects.effect(*parts, metric)
            rejected[metric] += abs(observed.difference) > 1.96 * observed.standard_error
    assert rejected[buyers.PLAIN] / 2_000 <= 0.06
    assert 0.03 < rejected[buyers.ADJUSTED] / 2_000 < 0.07


def test_winsorising_narrows_the_interval_of_real_spending(spent):
    before, after = spent
    errors = [
        effects.effect(
            *buyers.split(before, winsorising.winsorise(after, winsorising.cap(after, share)), 0), buyers.PLAIN
        ).relative_error
        for share in (1.0, 0.99, 0.95)
    ]
    assert errors[2] < errors[1] < 0.7 * errors[0]
