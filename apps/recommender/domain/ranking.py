"""What goes with what: companions found by co-occurrence, ranked by a linear model solved over them on the spot."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from apps.recommender.domain.knowledge import Knowledge

# How many companions are looked up before asking which are for sale; over how many of those the model is solved:
# fifty items need more rivals than one does to tell what is missing beside them.
LOOKED_UP = 400
SOLVED, SOLVED_PER_SEED, MOST_SOLVED = 100, 2, 250
# Seeds beyond so many (the last ones count) change the answer little and cost time.
MOST_SEEDS = 100
# In average baskets: what a product's co-occurrences must rise above before they count in full.
RIDGE = 20.0
# How far popular products are held back: in looking up (as a cosine does), and, mildly, in ranking.
LOOK_UP_DAMPING = 0.5
RANK_DAMPING = 0.1
SOFTENING = 0.5
# Bounds the memory that one answer takes.
ROWS_AT_ONCE = 4096

Codes = NDArray[np.int64]
Scores = NDArray[np.float64]


def codes_of(known: Knowledge, skus: Sequence[str]) -> Codes:
    """The codes of those SKUs that are known, in order, once each; the last MOST_SEEDS of them."""
    found = dict.fromkeys(known.codes[sku] for sku in skus if sku in known.codes)
    return np.array(list(found)[-MOST_SEEDS:], np.int64)


def look_up(
    known: Knowledge, seeds: Codes, emphasis: Scores, most: int = LOOKED_UP, damping: float = LOOK_UP_DAMPING
) -> Codes:
    """The products bought with any of the seeds, the likeliest first, never a seed; `emphasis` is 1 for a plain seed."""
    if not len(seeds):
        return np.zeros(0, np.int64)
    pull = emphasis * (known.strengths[seeds] + SOFTENING) ** -damping
    baskets, owners = _slices(known.holder_starts, known.holders, seeds)
    drawn = np.bincount(baskets, pull[owners], known.baskets) * known.weights
    touched = np.flatnonzero(drawn)
    products, owners = _slices(known.starts, known.lines, touched)
    scores: Scores = np.bincount(products, drawn[touched][owners], len(known.skus)).astype(np.float64)
    scores *= (known.strengths + SOFTENING) ** -damping
    scores[seeds] = 0
    # With all that score the same as the last one: of those, the SKU decides.
    least = np.partition(scores, -most)[-most] if most < len(scores) else 0.0
    best = np.flatnonzero((scores >= least) & (scores > 0))
    return best[np.lexsort((best, -scores[best]))][:most]


def rank(known: Knowledge, seeds: Codes, emphasis: Scores, companions: Codes) -> tuple[Codes, Scores]:
    """The likeliest companions, the best first, with their scores; those that the seeds speak against are left out.

    This is EASE (Steck 2019), solved over the seeds and their companions alone instead of the whole catalogue: the
    inverse of the weighted, regularised co-occurrences tells how far each product is explained by each other one.
    """
    companions = companions[: min(MOST_SOLVED, SOLVED + SOLVED_PER_SEED * len(seeds))]
    if not len(seeds) or not len(companions):
        return np.zeros(0, np.int64), np.zeros(0)
    inverse = np.linalg.inv(_co_occurrences(known, np.concatenate([seeds, companions])))
    explained = emphasis @ inverse[: len(seeds), len(seeds) :]
    scores = -explained / np.diag(inverse)[len(seeds) :]
    scores *= (known.strengths[companions] + 1e-3) ** -RANK_DAMPING
    order = np.lexsort((companions, -scores))
    order = order[scores[order] > 0]
    return companions[order], scores[order]


def _co_occurrences(known: Knowledge, products: Codes) -> Scores:
    """How heavily each two of these products were bought together, with the ridge on the diagonal."""
    baskets, owners = _slices(known.holder_starts, known.holders, products)
    shared = np.bincount(baskets, minlength=known.baskets) > 1
    kept = shared[baskets]
    owners, rows = owners[kept], (np.cumsum(shared) - 1)[baskets[kept]]
    values = np.sqrt(known.weights)[baskets[kept]]
    found = np.zeros((len(products), len(products)))
    for start in range(0, int(shared.sum()), ROWS_AT_ONCE):
        block = (rows >= start) & (rows < start + ROWS_AT_ONCE)
        table = np.zeros((ROWS_AT_ONCE, len(products)), np.float32)
        table[rows[block] - start, owners[block]] = values[block]
        found += table.T @ table
    np.fill_diagonal(found, known.strengths[products] + RIDGE)
    return found


def _slices(starts: NDArray[np.int64], values: NDArray[np.int32], keys: Codes) -> tuple[NDArray[np.int32], Codes]:
    """The values of several keys, one after the other, and for each value the place of its key."""
    lengths = starts[keys + 1] - starts[keys]
    owners = np.repeat(np.arange(len(keys)), lengths)
    offsets = np.arange(len(owners)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return values[starts[keys][owners] + offsets], owners
