"""Winsorising: values above a cap count as the cap, so that a few large orders do not decide an experiment."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from apps.experiments.statistics.moments import FloatArray


def cap(values: Any, share: float = 0.99, counts: Any = None) -> float:
    """The value that this share of the visitors do not exceed; infinite for none.

    Take it from the period before the experiment, or from all variants together: a cap of its own for each variant would
    make variants differ that do not. `counts` says how many visitors have each value.
    """
    if not 0 < share <= 1:
        raise ValueError(f"the share must be in (0, 1], not {share}")
    array = np.asarray(values, dtype=np.float64)
    repeats = np.ones(array.shape) if counts is None else np.asarray(counts, dtype=np.float64)
    if not repeats.sum():
        return math.inf
    order = np.argsort(array)
    below = np.cumsum(repeats[order])
    return float(array[order][np.searchsorted(below, share * below[-1] * (1 - 1e-12))])


def winsorise(values: Any, highest: float) -> FloatArray:
    """The values, none above the cap."""
    return np.minimum(np.asarray(values, dtype=np.float64), highest)
