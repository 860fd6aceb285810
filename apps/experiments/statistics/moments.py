"""Sufficient statistics of a variant: count, means and centred sums of products, which merge without losing precision."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Number = int | float
# Sums of floats are rounded: a centred sum of squares below this share of the sum of squares is no more than that error.
FLOAT_NOISE = 1e-13
# A sum of squares that falls below zero by more than this share is wrong, not rounded.
MAX_ERROR = 1e-9


class InvalidSums(ValueError):
    """Sums that no set of values can have."""


@dataclass(frozen=True, eq=False)
class Moments:
    """What is known of the values of some columns: how many rows, their means, and sums of products of deviations from them."""

    columns: tuple[str, ...]
    count: int
    means: FloatArray
    products: FloatArray

    @classmethod
    def empty(cls, columns: Iterable[str]) -> Moments:
        """No rows."""
        names = tuple(columns)
        return cls(names, 0, np.zeros(len(names)), np.zeros((len(names), len(names))))

    @classmethod
    def of_values(cls, values: Mapping[str, Any]) -> Moments:
        """The moments of columns of equal length, a value for each visitor."""
        rows = np.array([np.asarray(column, dtype=np.float64) for column in values.values()]).reshape(len(values), -1)
        if not np.isfinite(rows).all():
            raise InvalidSums(f"a value of {', '.join(values)} is not a finite number")
        if not rows.shape[1]:
            return cls.empty(values)
        means = rows.mean(axis=1)
        deviations = rows - means[:, None]
        # The second pass corrects the rounding error of the means.
        means = means + deviations.mean(axis=1)
        deviations = rows - means[:, None]
        deviations[np.ptp(rows, axis=1) == 0] = 0.0
        return cls(tuple(values), rows.shape[1], means, deviations @ deviations.T)

    @classmethod
    def of_sums(
        cls, count: int, sums: Mapping[str, Number], products: Mapping[tuple[str, str], Number] | None = None
    ) -> Moments:
        """The moments from the count, each column's sum, and the sums of products of every two columns (and of squares).

        The subtraction is exact: whole numbers (pence, units, counts) lose nothing, whatever their size.
        """
        names = tuple(sums)
        _check_finite(count, sums, products or {})
        if not count:
            return cls.empty(names)
        centred = np.zeros((len(names), len(names)))
        for row, first in enumerate(names):
            for column, second in enumerate(names[: row + 1]):
                raw = _product(products or {}, first, second)
                exact = Fraction(raw) - Fraction(sums[first]) * Fraction(sums[second]) / count
                centred[row, column] = centred[column, row] = float(exact)
            centred[row, row] = _square(first, centred[row, row], _product(products or {}, first, first))
        _check_products(names, centred)
        return cls(names, count, np.array([float(Fraction(sums[name]) / count) for name in names]), centred)

    def __add__(self, other: Moments) -> Moments:
        """Both sets of rows together (Chan, Golub and LeVeque)."""
        if self.columns != other.columns:
            raise ValueError(f"moments of {self.columns} and of {other.columns} cannot be merged")
        count = self.count + other.count
        if not self.count or not other.count:
            return self if self.count else other
        distance = other.means - self.means
        products = self.products + other.products
        products = products + np.outer(distance, distance) * (self.count * (other.count / count))
        return Moments(self.columns, count, self.means + distance * (other.count / count), products)

    def index(self, column: str) -> int:
        """The place of a column."""
        try:
            return self.columns.index(column)
        except ValueError:
            raise KeyError(f"there is no column {column!r}; there are {', '.join(self.columns)}") from None


def merge(parts: Iterable[Moments]) -> Moments:
    """The moments of all rows of one or more parts."""
    return reduce(Moments.__add__, parts)


def _product(products: Mapping[tuple[str, str], Number], first: str, second: str) -> Number:
    for key in ((first, second), (second, first)):
        if key in products:
            return products[key]
    kind = "squares of" if first == second else "products of"
    raise InvalidSums(f"the sum of {kind} {first!r}{'' if first == second else f' and {second!r}'} is missing")


def _check_finite(count: int, sums: Mapping[str, Number], products: Mapping[tuple[str, str], Number]) -> None:
    if count < 0:
        raise InvalidSums(f"the count is {count}")
    for name, value in (*sums.items(), *products.items()):
        if not math.isfinite(value):
            raise InvalidSums(f"the sum of {name} is {value}")
        if not count and value:
            raise InvalidSums(f"the sum of {name} is {value}, but the count is 0")


def _check_products(names: tuple[str, ...], centred: FloatArray) -> None:
    """Refuse covariances that are greater than the variances allow (Cauchy and Schwarz)."""
    roots = np.sqrt(np.diag(centred))
    excess = np.abs(centred) - np.outer(roots, roots) * (1 + MAX_ERROR)
    # A column of equal values, whose sums are rounded, has a covariance of rounding errors.
    excess[(roots == 0) | (roots[:, None] == 0)] = 0
    if (excess > 0).any():
        first, second = np.unravel_index(excess.argmax(), excess.shape)
        raise InvalidSums(
            f"the sum of products of {names[first]!r} and {names[second]!r} is too large for their squares"
        )


def _square(name: str, centred: float, raw: Number) -> float:
    if centred < -MAX_ERROR * abs(raw) or (centred < 0 and isinstance(raw, int)):
        raise InvalidSums(f"the sum of squares of {name!r} ({raw}) is too small for its sum")
    is_noise = not isinstance(raw, int) and centred <= FLOAT_NOISE * raw
    return 0.0 if is_noise else centred
