"""How what was learnt fades: yesterday's baskets count for more than last year's, and long ones for less a pair."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DAY_MS = 86_400_000
# Half-lives in days. What goes together changes slowly; what sells changes with the season.
TOGETHER_DAYS = 120.0
POPULAR_DAYS = 60.0
# Popularity grows with time instead of fading: all scores keep their order while time passes, and none is
# ever rewritten. The limit keeps absurd dates from overflowing.
EPOCH_MS = 1_577_836_800_000  # 2020-01-01
MOST_HALVINGS = 900.0


def popularity_weight(bought_at: int) -> float:
    """What one sale at this moment (milliseconds) adds to a product's popularity: double every POPULAR_DAYS."""
    halvings = (bought_at - EPOCH_MS) / (POPULAR_DAYS * DAY_MS)
    return float(2.0 ** max(-MOST_HALVINGS, min(MOST_HALVINGS, halvings)))


def history_weight(bought_at: int, newest: int) -> float:
    """How much a purchase says about its customer beside their newest one: 1 for that, less for older ones."""
    return float(0.5 ** (max(0, newest - bought_at) / (TOGETHER_DAYS * DAY_MS)))


def basket_weights(bought_at: "NDArray[np.int64]", lengths: "NDArray[Any]") -> "NDArray[np.float32]":
    """How much each basket counts, 1 on average: half after TOGETHER_DAYS, and less the more lines it has."""
    import numpy as np

    if not len(bought_at):
        return np.zeros(0, np.float32)
    age_days = (bought_at.max() - bought_at) / DAY_MS
    weights = 0.5 ** (age_days / TOGETHER_DAYS) / np.sqrt(np.maximum(lengths - 1, 1))
    # The newest basket weighs 0.04 or more, whatever the ages: the mean is never 0.
    scaled: NDArray[np.float32] = (weights / weights.mean()).astype(np.float32)
    return scaled
