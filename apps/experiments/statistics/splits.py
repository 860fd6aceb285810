"""Whether visitors were divided as planned: sample-ratio mismatch, and visitors who saw more than one variant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

# Fabijan et al. (2019): below this, the split is off.
MISMATCH_LEVEL = 0.001
# The chi-squared distribution is an approximation for expected counts of 5 or more.
MIN_EXPECTED = 5.0
# The prior of the sequential test, in visitors: it notices best the deviations that show among about as many.
CONCENTRATION = 1_000.0
# More visitors in two variants than this share are more than lost cookies.
MAX_MULTIPLE_SHARE = 0.01


@dataclass(frozen=True)
class Period:
    """The visitors that joined each variant while the weights were the same."""

    visitors: Mapping[str, int]
    weights: Mapping[str, float]


@dataclass(frozen=True)
class Split:
    """Whether the visitors were divided as planned."""

    p_value: float
    # Valid at every look, so that it may be read daily.
    sequential_p_value: float
    multiple: int
    multiple_share: float

    @property
    def is_mismatch(self) -> bool:
        """Whether the variants have other shares of the visitors than planned."""
        return min(self.p_value, self.sequential_p_value) < MISMATCH_LEVEL

    @property
    def is_mixed(self) -> bool:
        """Whether too many visitors saw more than one variant."""
        return self.multiple_share > MAX_MULTIPLE_SHARE


def check(periods: Sequence[Period], multiple: int = 0) -> Split:
    """Compare the visitors of each period with its weights; `multiple` visitors were excluded for seeing two variants."""
    visitors = sum(sum(period.visitors.values()) for period in periods)
    total = visitors + multiple
    return Split(chi_squared(periods), sequential(periods), multiple, multiple / total if total else 0.0)


def chi_squared(periods: Sequence[Period]) -> float:
    """The p-value of Pearson's test over all periods, for one look."""
    statistic, freedom = 0.0, 0
    for period in periods:
        counts, shares = _counts(period)
        expected = shares * counts.sum()
        if (counts[shares == 0] > 0).any():
            return 0.0
        known = shares > 0
        if known.sum() < 2 or expected[known].min() < MIN_EXPECTED:
            continue
        statistic += float(((counts - expected)[known] ** 2 / expected[known]).sum())
        freedom += int(known.sum()) - 1
    return float(special.chdtrc(freedom, statistic)) if freedom else 1.0


def sequential(periods: Sequence[Period], concentration: float = CONCENTRATION) -> float:
    """A p-value that is valid at every look (Lindon and Malek): one over the Bayes factor of a Dirichlet prior."""
    log_factor = 0.0
    for period in periods:
        counts, shares = _counts(period)
        if (counts[shares == 0] > 0).any():
            return 0.0
        counts, shares = counts[shares > 0], shares[shares > 0]
        log_factor += float(log_bayes_factor(counts, shares, concentration))
    return float(np.exp(-max(log_factor, 0.0)))


def log_bayes_factor(counts: Any, shares: Any, concentration: float = CONCENTRATION) -> Any:
    """The logarithm of the factor by which counts (in the last axis) speak against the planned shares."""
    counts, shares = np.asarray(counts, dtype=np.float64), np.asarray(shares, dtype=np.float64)
    prior = concentration * shares
    total = special.gammaln(concentration) - special.gammaln(concentration + counts.sum(axis=-1))
    terms = special.gammaln(prior + counts) - special.gammaln(prior) - counts * np.log(shares)
    return total + terms.sum(axis=-1)


def exclude_multiple(visitors: Any, variants: Any) -> tuple[NDArray[np.bool_], int]:
    """Which exposures are of visitors who saw a single variant, and how many visitors saw more than one."""
    _, people = np.unique(np.asarray(visitors), return_inverse=True)
    _, codes = np.unique(np.asarray(variants), return_inverse=True)
    pairs = np.unique(np.stack([people, codes]), axis=1)[0] if len(people) else people
    seen = np.bincount(pairs)
    return seen[people] == 1, int((seen > 1).sum())


def _counts(period: Period) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    names = tuple(dict.fromkeys((*period.weights, *period.visitors)))
    counts = np.array([period.visitors.get(name, 0) for name in names], dtype=np.float64)
    weights = np.array([period.weights.get(name, 0.0) for name in names], dtype=np.float64)
    if (weights < 0).any() or weights.sum() <= 0:
        raise ValueError(f"weights must not be negative, nor all zero: {dict(period.weights)}")
    return counts, weights / weights.sum()
