"""Skewed popularity: a few products are looked at and bought most of the time."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")
EXPONENT = 0.9
DRAWN = 200_000


def weights(count: int) -> np.ndarray:
    """The share of each rank, the most popular first (Zipf)."""
    shares = 1.0 / np.arange(1, count + 1) ** EXPONENT
    return np.asarray(shares / shares.sum())


def draws(items: Sequence[T], rng: np.random.Generator) -> Iterator[T]:
    """Endless draws of items by popularity; the items are ordered by rank."""
    drawn = rng.choice(len(items), size=DRAWN, p=weights(len(items)))
    return itertools.cycle([items[index] for index in drawn.tolist()])
