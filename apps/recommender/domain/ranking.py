"""Products that go with others: candidates by co-occurrence, ranked by a linear model that is solved for each request."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from apps.recommender.domain.basket_model import BasketModel

# The number of candidates, before those not for sale are removed, and the number ranked by the model, which grows with
# the number of seeds.
MAX_CANDIDATES = 400
MIN_RANKED, RANKED_PER_SEED, MAX_RANKED = 100, 2, 250
# Only the last seeds are used; more change the result little and cost time.
MAX_SEEDS = 100
# Regularisation, in average baskets: rare co-occurrences count for less.
RIDGE = 20.0
# The damping of popular products: strong among the candidates (as in cosine similarity), mild in the ranking.
CANDIDATE_DAMPING = 0.5
RANK_DAMPING = 0.1
SOFTENING = 0.5
# Limits the memory of one request.
ROWS_PER_BLOCK = 4096

Codes = NDArray[np.int64]
Scores = NDArray[np.float64]


def codes_of(model: BasketModel, skus: Sequence[str]) -> Codes:
    """The codes of the SKUs in the model, each once and in order, but only the last MAX_SEEDS."""
    codes = dict.fromkeys(model.codes[sku] for sku in skus if sku in model.codes)
    return np.array(list(codes)[-MAX_SEEDS:], np.int64)


def find_candidates(
    model: BasketModel,
    seeds: Codes,
    seed_weights: Scores,
    limit: int = MAX_CANDIDATES,
    damping: float = CANDIDATE_DAMPING,
) -> Codes:
    """Products bought with any of the seeds, without the seeds themselves, most likely first."""
    if not len(seeds):
        return np.zeros(0, np.int64)
    seed_factors = seed_weights * (model.product_weights[seeds] + SOFTENING) ** -damping
    baskets, owners = _slices(model.product_starts, model.product_baskets, seeds)
    basket_scores = np.bincount(baskets, seed_factors[owners], model.baskets) * model.weights
    basket_ids = np.flatnonzero(basket_scores)
    products, owners = _slices(model.starts, model.lines, basket_ids)
    scores: Scores = np.bincount(products, basket_scores[basket_ids][owners], len(model.skus)).astype(np.float64)
    scores *= (model.product_weights + SOFTENING) ** -damping
    scores[seeds] = 0
    # All products with the lowest score are included first, so that ties are broken by SKU.
    min_score = np.partition(scores, -limit)[-limit] if limit < len(scores) else 0.0
    best = np.flatnonzero((scores >= min_score) & (scores > 0))
    return best[np.lexsort((best, -scores[best]))][:limit]


def rank(model: BasketModel, seeds: Codes, seed_weights: Scores, candidates: Codes) -> tuple[Codes, Scores]:
    """The candidates with positive scores, best first, and their scores.

    This is EASE (Steck 2019), solved for the seeds and candidates only instead of the whole catalogue: the inverse of the
    weighted, regularised co-occurrences states how well each product is predicted by each other one.
    """
    candidates = candidates[: min(MAX_RANKED, MIN_RANKED + RANKED_PER_SEED * len(seeds))]
    if not len(seeds) or not len(candidates):
        return np.zeros(0, np.int64), np.zeros(0)
    inverse = np.linalg.inv(_co_occurrences(model, np.concatenate([seeds, candidates])))
    predicted = seed_weights @ inverse[: len(seeds), len(seeds) :]
    scores = -predicted / np.diag(inverse)[len(seeds) :]
    scores *= (model.product_weights[candidates] + 1e-3) ** -RANK_DAMPING
    order = np.lexsort((candidates, -scores))
    order = order[scores[order] > 0]
    return candidates[order], scores[order]


def _co_occurrences(model: BasketModel, products: Codes) -> Scores:
    """The weighted co-occurrences of these products, with the ridge on the diagonal."""
    baskets, owners = _slices(model.product_starts, model.product_baskets, products)
    shared = np.bincount(baskets, minlength=model.baskets) > 1
    is_shared = shared[baskets]
    owners, rows = owners[is_shared], (np.cumsum(shared) - 1)[baskets[is_shared]]
    values = np.sqrt(model.weights)[baskets[is_shared]]
    matrix = np.zeros((len(products), len(products)))
    for start in range(0, int(shared.sum()), ROWS_PER_BLOCK):
        block = (rows >= start) & (rows < start + ROWS_PER_BLOCK)
        table = np.zeros((ROWS_PER_BLOCK, len(products)), np.float32)
        table[rows[block] - start, owners[block]] = values[block]
        matrix += table.T @ table
    np.fill_diagonal(matrix, model.product_weights[products] + RIDGE)
    return matrix


def _slices(starts: NDArray[np.int64], values: NDArray[np.int32], keys: Codes) -> tuple[NDArray[np.int32], Codes]:
    """The concatenated values of several keys, and for each value the index of its key."""
    lengths = starts[keys + 1] - starts[keys]
    owners = np.repeat(np.arange(len(keys)), lengths)
    offsets = np.arange(len(owners)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return values[starts[keys][owners] + offsets], owners
