"""Corrections for several comparisons: Holm's for tests, Bonferroni's for intervals that hold at the same time.

Both are valid for p-values and sequences that are valid at every look, and whatever the dependence between metrics.
"""

from __future__ import annotations

from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> list[float]:
    """The adjusted p-values, in the given order: rejecting those of at most alpha errs in the whole family at most that often."""
    adjusted = [1.0] * len(p_values)
    highest = 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = highest
    return adjusted


def simultaneous_level(alpha: float, comparisons: int) -> float:
    """The level of each of several intervals that all hold at once with probability 1 - alpha."""
    return alpha / max(1, comparisons)
