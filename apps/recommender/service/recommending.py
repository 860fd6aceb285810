"""Recommendations: products bought together that are on sale, in stock and not in the request itself."""

from functools import lru_cache

import numpy as np

from apps.recommender import models
from apps.recommender.domain import decay, ranking, validation
from apps.recommender.service import popular
from apps.recommender.service.memory import Memory
from idl import recommender
from thriftshop import identity

# The latest orders of a customer that recommendations are based on.
MAX_ORDERS = 30


@lru_cache(maxsize=1)
def memory() -> Memory:
    """The baskets in the memory of this process."""
    return Memory()


def get_bought_together(sku: str, limit: int) -> list[recommender.Recommendation]:
    """Products bought together with this one, best first."""
    validation.check_limit(limit)
    validation.check_skus([sku], "sku")
    return _recommendations({sku: 1.0}, limit, "bought_together")


def get_for_cart(skus: list[str], limit: int) -> list[recommender.Recommendation]:
    """Products that go with all of these, without these themselves."""
    validation.check_limit(limit)
    validation.check_skus(skus, "skus")
    return _recommendations(dict.fromkeys(skus, 1.0), limit, "bought_together")


def get_for_viewer(limit: int) -> list[recommender.Recommendation]:
    """Recommendations from the viewer's purchases; popular products for viewers without any."""
    validation.check_limit(limit)
    viewer = identity.viewer()
    bought = _history(viewer.id) if viewer else {}
    return _recommendations(bought, limit, "for_you")


def get_popular(category_id: str | None, limit: int) -> list[recommender.Recommendation]:
    """The current bestsellers of a category and those below it, or of the whole shop."""
    validation.check_limit(limit)
    if category_id is None:
        return popular.fill([], limit, set(), [None])
    validation.check_category(category_id)
    return popular.fill([], limit, set(), [models.Category.objects.below(category_id)])


def _recommendations(weight_by_sku: dict[str, float], limit: int, reason: str) -> list[recommender.Recommendation]:
    """Products that go with weighted SKUs, then bestsellers of their categories, then of the shop."""
    ranked = _ranked(weight_by_sku)[:limit] if weight_by_sku else []
    recommendations = [recommender.Recommendation(sku=sku, score=score, reason=reason) for sku, score in ranked]
    if len(recommendations) == limit:
        return recommendations
    categories = models.Product.objects.categories_of(weight_by_sku) if weight_by_sku else set()
    return popular.fill(recommendations, limit, set(weight_by_sku), [categories, None] if categories else [None])


def _ranked(weight_by_sku: dict[str, float]) -> list[tuple[str, float]]:
    model = memory().model()
    seeds = ranking.codes_of(model, list(weight_by_sku))
    weights = np.array([weight_by_sku[model.skus[code]] for code in seeds])
    candidates = ranking.find_candidates(model, seeds, weights)
    sellable = models.Product.objects.sellable(model.skus[code] for code in candidates)
    sellable_codes = np.array([code for code in candidates if model.skus[code] in sellable], np.int64)
    codes, scores = ranking.rank(model, seeds, weights, sellable_codes)
    return [(model.skus[code], float(score)) for code, score in zip(codes, scores, strict=True)]


def _history(customer_id: str) -> dict[str, float]:
    """The SKUs a customer bought, oldest first, with their current weights."""
    baskets = list(models.Basket.objects.of_customer(customer_id, MAX_ORDERS))
    bought: dict[str, float] = {}
    for basket in reversed(baskets):
        for sku in basket.skus:
            bought.pop(sku, None)  # so that a repeated purchase moves to the end
            bought[sku] = decay.history_weight(basket.bought_at, baskets[0].bought_at)
    return bought
