"""Weights of baskets: newer ones count more than older ones, pairs of products in long ones less, and visits less."""

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DAY_MS = 86_400_000
# Half-lives in days. Co-occurrence changes slowly; popularity changes with the season.
TOGETHER_DAYS = 120.0
POPULAR_DAYS = 60.0
# Newer sales have greater weights, instead of older ones fading, so that stored scores never need updating. The limit
# keeps extreme dates from overflowing.
EPOCH_MS = 1_577_836_800_000  # 2020-01-01
MAX_HALVINGS = 900
# The evidence of products that were put into a cart or viewed together in one visit, relative to a purchase.
CART, VIEW = 0.3, 0.1
# Weights are summed as integers (units), because a sum of floats depends on their order. A weight is rounded to 32 bits,
# so that it does not depend on the last bit of the machine's exponential function either.
WEIGHT_BITS = 32
UNITS_PER_ONE_BITS = MAX_HALVINGS + WEIGHT_BITS


def popularity_units(bought_at: int) -> int:
    """The units that one sale at this moment (milliseconds) adds to a product's popularity: double every POPULAR_DAYS."""
    halvings = (bought_at - EPOCH_MS) / (POPULAR_DAYS * DAY_MS)
    whole, part = divmod(max(-MAX_HALVINGS, min(MAX_HALVINGS, halvings)), 1)
    units: int = round(2.0 ** (WEIGHT_BITS + part)) << (int(whole) + MAX_HALVINGS)
    return units


def popularity_weight(bought_at: int) -> float:
    """The weight that one sale at this moment adds to a product's popularity."""
    return weight_of_units(popularity_units(bought_at))


def weight_of_units(units: int) -> float:
    """Units as a float, by which the database sorts."""
    shift = max(0, units.bit_length() - 64)
    return math.ldexp(units >> shift, shift - UNITS_PER_ONE_BITS)


def units_to_text(units: int) -> str:
    """Units as stored text: a hexadecimal number, and the number of binary zeros that follow it."""
    if not units:
        return ""
    zeros = (units & -units).bit_length() - 1
    return f"{units >> zeros:x}:{zeros}"


def units_of_text(text: str) -> int:
    """The units of a text from `units_to_text`; 0 for an empty one."""
    number, _, zeros = text.partition(":")
    return int(number, 16) << int(zeros) if text else 0


def history_weight(bought_at: int, newest: int) -> float:
    """The weight of a purchase in its customer's history: 1 for the newest, less for older ones."""
    return float(0.5 ** (max(0, newest - bought_at) / (TOGETHER_DAYS * DAY_MS)))


def basket_weights(
    bought_at: "NDArray[np.int64]", lengths: "NDArray[Any]", evidence: "NDArray[np.float32] | None" = None
) -> "NDArray[np.float32]":
    """The weight of each basket: it halves every TOGETHER_DAYS and decreases with the number of lines.

    The mean of purchases is 1. `evidence` is 1 for a purchase and less for a visit; without it all are purchases.
    """
    import numpy as np

    if not len(bought_at):
        return np.zeros(0, np.float32)
    age_days = (bought_at.max() - bought_at) / DAY_MS
    weights = 0.5 ** (age_days / TOGETHER_DAYS) / np.sqrt(np.maximum(lengths - 1, 1))
    mean = weights.mean()
    if evidence is not None:
        purchases = weights[evidence == 1]
        weights = weights * evidence
        # Purchases of years ago are no measure for visits of today: no mean is above 1.
        mean = max(purchases.mean() if len(purchases) else mean, weights.mean())
    # The newest basket weighs 0.04 or more, whatever the ages: the mean is never 0.
    scaled: NDArray[np.float32] = (weights / mean).astype(np.float32)
    return scaled
