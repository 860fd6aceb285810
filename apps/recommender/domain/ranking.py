"""Products that go with others: candidates by co-occurrence, ranked by a linear model that is solved for each request."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from apps.recommender.domain.basket_model import BasketModel

# The number of candidates, before those not for sale are removed, and the number ranked by the model, which grows with
# the number of seeds.
MAX_CANDIDATES = 400
MIN_RANKED, RANKED_PER_SEED, MAX_RANKED = 64, 2, 250
# Only the last seeds are used; more change the result little and cost time.
MAX_SEEDS = 100
# Regularisation, in average baskets: rare co-occurrences count for less.
RIDGE = 20.0
# The damping of popular products: strong among the candidates (as in cosine similarity), mild in the ranking.
CANDIDATE_DAMPING = 0.5
RANK_DAMPING = 0.1
SOFTENING = 0.5
# Up to this average number of the products in a basket, adding pairs is faster than multiplying matrices.
MAX_PER_BASKET = 4
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
    basket_ids, basket_scores = _sums(baskets, seed_factors[owners], model.baskets)
    products, owners = _slices(model.starts, model.lines, basket_ids)
    codes, scores = _sums(products, (basket_scores * model.weights[basket_ids])[owners], len(model.skus))
    scores *= (model.product_weights[codes] + SOFTENING) ** -damping
    scores[np.searchsorted(codes, seeds)] = 0  # each is among them: it is in its own baskets
    # All products with the lowest score are included first, so that ties are broken by SKU.
    min_score = np.partition(scores, -limit)[-limit] if limit < len(scores) else 0.0
    best = np.flatnonzero((scores >= min_score) & (scores > 0))
    best = best[np.lexsort((codes[best], -scores[best]))][:limit]
    return codes[best]


def _sums(keys: NDArray[np.int32], values: Scores, size: int) -> tuple[Codes, Scores]:
    """The different keys, which are less than `size`, in ascending order, and the sum of the values of each."""
    if len(keys) * 8 > size:
        every: Scores = np.bincount(keys, values, size).astype(np.float64)
        unique: Codes = np.flatnonzero(every).astype(np.int64)
        return unique, every[unique]
    distinct, places = np.unique(keys, return_inverse=True)
    return distinct.astype(np.int64), np.bincount(places, values).astype(np.float64)


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
    is_shared = (np.bincount(baskets, minlength=model.baskets) > 1)[baskets]
    baskets, owners = baskets[is_shared], owners[is_shared]
    order = np.argsort(baskets, kind="stable")
    baskets, owners = baskets[order], owners[order]
    is_first = np.diff(baskets, prepend=-1) != 0
    if len(baskets) <= MAX_PER_BASKET * np.count_nonzero(is_first):
        matrix = _sparse_product(baskets, owners, model.weights, len(products))
    else:
        matrix = _dense_product(np.cumsum(is_first) - 1, owners, np.sqrt(model.weights)[baskets], len(products))
    np.fill_diagonal(matrix, model.product_weights[products] + RIDGE)
    return matrix


def _sparse_product(baskets: NDArray[np.int32], owners: Codes, weights: NDArray[np.float32], size: int) -> Scores:
    """The co-occurrences from sorted lines, pair by pair: fast for baskets with few of the products."""
    pairs = np.zeros(size * size)
    # The lines of a basket are neighbours: those at a distance of 1 make pairs, then those at a distance of 2, and so on.
    places = np.arange(len(baskets))
    for distance in range(1, size):
        places = places[: np.searchsorted(places, len(baskets) - distance)]
        places = places[baskets[places] == baskets[places + distance]]
        if not len(places):
            break
        keys = owners[places] * size + owners[places + distance]
        pairs += np.bincount(keys, weights[baskets[places]], size * size)
    matrix = pairs.reshape(size, size)
    return matrix + matrix.T


def _dense_product(rows: Codes, owners: Codes, values: NDArray[np.float32], size: int) -> Scores:
    """The co-occurrences from lines in the order of their rows, as a product of matrices: a row for each basket."""
    matrix = np.zeros((size, size))
    for start in range(0, int(rows[-1]) + 1, ROWS_PER_BLOCK):
        first, last = np.searchsorted(rows, (start, start + ROWS_PER_BLOCK))
        table = np.zeros((rows[last - 1] + 1 - start, size), np.float32)
        table[rows[first:last] - start, owners[first:last]] = values[first:last]
        matrix += table.T @ table
    return matrix


def _slices(starts: NDArray[np.int64], values: NDArray[np.int32], keys: Codes) -> tuple[NDArray[np.int32], Codes]:
    """The concatenated values of several keys, and for each value the index of its key."""
    if len(keys) == 1:
        slice_ = values[starts[keys[0]] : starts[keys[0] + 1]]
        return slice_, np.zeros(len(slice_), np.int64)
    lengths = starts[keys + 1] - starts[keys]
    owners = np.repeat(np.arange(len(keys)), lengths)
    offsets = np.arange(len(owners)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return values[starts[keys][owners] + offsets], owners
