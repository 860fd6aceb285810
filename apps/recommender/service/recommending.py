"""Recommendations: products bought together that are on sale, in stock and not in the request itself."""

import time
from collections.abc import Collection
from functools import lru_cache
from typing import Any

import numpy as np

from apps.recommender import models
from apps.recommender.domain import basket_model, decay, ranking, validation
from apps.recommender.domain.product_table import ProductTable
from apps.recommender.service import popular, rankings
from apps.recommender.service.memory import Memory
from apps.recommender.service.products import Products
from idl import recommender
from thriftshop import identity
from thriftshop.database import prepared
from thriftshop.flags import variants

# The latest orders of a customer that recommendations are based on.
MAX_ORDERS = 30
BOUGHT, VIEWED = "bought_together", "viewed_together"


@lru_cache(maxsize=1)
def memory() -> Memory:
    """The baskets in the memory of this process."""
    return Memory(_known)


def _known(skus: Collection[str]) -> Collection[str]:
    """Those SKUs that are products, which are in the table of products from now on."""
    table = products().table(skus)
    return {sku for sku in skus if sku in table.codes}


@lru_cache(maxsize=1)
def products() -> Products:
    """The products in the memory of this process."""
    return Products()


@lru_cache(maxsize=1)
def remembered() -> rankings.Rankings:
    """The rankings in the memory of this process."""
    return rankings.Rankings()


def forget() -> None:
    """Forget everything, for instance after the tables were emptied."""
    for function in (memory, products, remembered):
        function.cache_clear()


def get_bought_together(sku: str, limit: int) -> list[recommender.Recommendation]:
    """Products bought together with this one, best first."""
    validation.check_limit(limit)
    validation.check_skus([sku], "sku")
    return _recommendations({sku: 1.0}, limit, BOUGHT)


def get_for_cart(skus: list[str], limit: int) -> list[recommender.Recommendation]:
    """Products that go with all of these, without these themselves."""
    validation.check_limit(limit)
    validation.check_skus(skus, "skus")
    if _is_by_popularity():
        return _popular(limit, skus)
    return _recommendations(dict.fromkeys(skus, 1.0), limit, BOUGHT)


def get_for_viewer(limit: int) -> list[recommender.Recommendation]:
    """Recommendations from the viewer's purchases; popular products for viewers without any."""
    validation.check_limit(limit)
    if _is_by_popularity():
        return _popular(limit)
    viewer = identity.viewer()
    bought = _history(viewer.id) if viewer else {}
    return _recommendations(bought, limit, "for_you")


def get_popular(category_id: str | None, limit: int) -> list[recommender.Recommendation]:
    """The current bestsellers of a category and those below it, or of the whole shop."""
    validation.check_limit(limit)
    table = products().table()
    if category_id is None:
        return _popular(limit)
    validation.check_category(category_id)
    return popular.fill([], limit, table, (), [table.below(category_id)])


def _is_by_popularity() -> bool:
    """Whether the caller's variant is the comparison with popularity."""
    return variants.current(recommender.FLAG) == recommender.POPULAR


def _popular(limit: int, left_out: Collection[str] = ()) -> list[recommender.Recommendation]:
    """The shop's bestsellers without these products."""
    return popular.fill([], limit, products().table(left_out), left_out, [None])


def _recommendations(weight_by_sku: dict[str, float], limit: int, reason: str) -> list[recommender.Recommendation]:
    """Products that go with weighted SKUs, then bestsellers of their categories, then of the shop."""
    if not weight_by_sku:
        return popular.fill([], limit, products().table(), (), [None])
    generation = memory().generation
    model = memory().model()
    table = products().table()  # after the model: all its products are known
    seeds = ranking.codes_of(model, list(weight_by_sku))
    stamp = rankings.stamp_of(model, seeds, generation)
    key = (reason, *weight_by_sku.items())
    ranked = remembered().get(key, stamp, table, lambda: _ranking(model, table, seeds, weight_by_sku, stamp))
    version, recommendations = ranked.recommendations.get(limit, (None, []))
    if version is not None and (version == table.version or len(ranked.codes) >= limit):
        return list(recommendations)
    version = table.version
    recommendations = _filled(ranked, table, weight_by_sku, limit, reason)
    if limit <= rankings.MAX_RECOMMENDATIONS:
        ranked.recommendations.clear()
        ranked.recommendations[limit] = version, recommendations
    return list(recommendations)


def _ranking(
    model: basket_model.BasketModel,
    table: ProductTable,
    seeds: ranking.Codes,
    weight_by_sku: dict[str, float],
    stamp: rankings.Stamp,
) -> rankings.Ranking:
    """Rank the products for sale that go with the seeds."""
    version = table.version
    weights = np.array([weight_by_sku[model.skus[code]] for code in seeds])
    candidates = ranking.find_candidates(model, seeds, weights)
    table_codes = table.codes_of_model(model.skus)
    codes = table_codes[candidates]
    sellable = table.sellable[codes]
    ranked, scores = ranking.rank(model, seeds, weights, candidates[sellable])
    return rankings.Ranking(
        stamp=stamp,
        made_at=time.monotonic(),
        table=(table.serial, version),
        candidates=codes.astype(np.int32),
        sellable=sellable,
        codes=table_codes[ranked[: validation.MAX_LIMIT]].astype(np.int32),
        scores=scores[: validation.MAX_LIMIT],
        recommendations={},
    )


def _filled(
    ranked: rankings.Ranking, table: ProductTable, weight_by_sku: dict[str, float], limit: int, reason: str
) -> list[recommender.Recommendation]:
    """The ranked products, filled up with popular ones."""
    best = zip(ranked.codes[:limit].tolist(), ranked.scores[:limit].tolist(), strict=True)
    recommendations = [
        recommender.Recommendation(sku=table.skus[code], score=score, reason=_reason(reason, table.is_sold(code)))
        for code, score in best
    ]
    if len(recommendations) == limit:
        return recommendations
    complete = products().table(weight_by_sku)
    categories = complete.categories_of(complete.codes_of(weight_by_sku))
    return popular.fill(recommendations, limit, complete, weight_by_sku, [categories, None] if categories else [None])


def _reason(reason: str, is_sold: bool) -> str:
    """The reason for a product: one that was never sold is known from visits alone."""
    return VIEWED if reason == BOUGHT and not is_sold else reason


@prepared.query
def _latest_baskets(*, customer_id: str) -> Any:
    return models.Basket.objects.of_customer(customer_id, MAX_ORDERS)


def _history(customer_id: str) -> dict[str, float]:
    """The SKUs a customer bought, oldest first, with their current weights."""
    baskets = _latest_baskets(customer_id=customer_id)
    bought: dict[str, float] = {}
    for basket in reversed(baskets):
        for sku in basket.skus:
            bought.pop(sku, None)  # so that a repeated purchase moves to the end
            bought[sku] = decay.history_weight(basket.bought_at, baskets[0].bought_at)
    return bought
