"""Companions of products: found by co-occurrence, ranked by a linear model that is solved for each request."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from apps.recommender.domain.knowledge import Knowledge

# The number of companions looked up, before those not for sale are removed, and the number ranked by the model: more
# for a cart of fifty items than for one product.
LOOKED_UP = 400
SOLVED, SOLVED_PER_SEED, MOST_SOLVED = 100, 2, 250
# Only the last seeds are used: more of them change the result little and cost time.
MAX_SEEDS = 100
# Regularisation, in average baskets: rare co-occurrences count for less.
RIDGE = 20.0
# The damping of popular products: strong in the look-up (as in cosine similarity), mild in the ranking.
LOOK_UP_DAMPING = 0.5
RANK_DAMPING = 0.1
SOFTENING = 0.5
# Limits the memory that one request takes.
ROWS_PER_BLOCK = 4096

Codes = NDArray[np.int64]
Scores = NDArray[np.float64]


def codes_of(known: Knowledge, skus: Sequence[str]) -> Codes:
    """The codes of the last MAX_SEEDS known SKUs, in order, each once."""
    found = dict.fromkeys(known.codes[sku] for sku in skus if sku in known.codes)
    return np.array(list(found)[-MAX_SEEDS:], np.int64)


def look_up(
    known: Knowledge, seeds: Codes, emphasis: Scores, limit: int = LOOKED_UP, damping: float = LOOK_UP_DAMPING
) -> Codes:
    """Products bought with any of the seeds, likeliest first, without the seeds; `emphasis` is the weight of each seed."""
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
    # All products with the lowest score are included first, so that ties are broken by SKU.
    least = np.partition(scores, -limit)[-limit] if limit < len(scores) else 0.0
    best = np.flatnonzero((scores >= least) & (scores > 0))
    return best[np.lexsort((best, -scores[best]))][:limit]


def rank(known: Knowledge, seeds: Codes, emphasis: Scores, companions: Codes) -> tuple[Codes, Scores]:
    """The likeliest companions, best first, with their scores; those with a score of 0 or less are left out.

    This is EASE (Steck 2019), solved over the seeds and their companions alone instead of the whole catalogue: the
    inverse of the weighted, regularised co-occurrences states how far each product is explained by each other one.
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
    """The weighted co-occurrences of these products, with the ridge on the diagonal."""
    baskets, owners = _slices(known.holder_starts, known.holders, products)
    shared = np.bincount(baskets, minlength=known.baskets) > 1
    kept = shared[baskets]
    owners, rows = owners[kept], (np.cumsum(shared) - 1)[baskets[kept]]
    values = np.sqrt(known.weights)[baskets[kept]]
    found = np.zeros((len(products), len(products)))
    for start in range(0, int(shared.sum()), ROWS_PER_BLOCK):
        block = (rows >= start) & (rows < start + ROWS_PER_BLOCK)
        table = np.zeros((ROWS_PER_BLOCK, len(products)), np.float32)
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
