"""The recommender's contract, implemented: look up what goes together, keep what can be sold, fill up with what sells."""

import numpy as np

from apps.recommender import models
from apps.recommender.domain import asking, decay, ranking
from apps.recommender.service import filling
from apps.recommender.service.memory import Memory
from idl import recommender
from thriftshop import identity

# How many of a customer's orders speak for them.
ORDERS_REMEMBERED = 30


class Service(recommender.RecommenderService):
    """Recommendations: never what is out of stock or not on sale, never what was given."""

    def __init__(self) -> None:
        self.memory = Memory()

    def get_bought_together(self, sku: str, limit: int) -> list[recommender.Recommendation]:
        """What is bought together with this product, the best first."""
        asking.check_limit(limit)
        asking.check_skus([sku], "sku")
        return self._companions({sku: 1.0}, limit, "bought_together")

    def get_for_cart(self, skus: list[str], limit: int) -> list[recommender.Recommendation]:
        """What goes with all of these together, and is not among them."""
        asking.check_limit(limit)
        asking.check_skus(skus, "skus")
        return self._companions(dict.fromkeys(skus, 1.0), limit, "bought_together")

    def get_for_viewer(self, limit: int) -> list[recommender.Recommendation]:
        """What the viewer may like, from what they bought; what is popular for anybody else."""
        asking.check_limit(limit)
        viewer = identity.viewer()
        bought = _history(viewer.id) if viewer else {}
        return self._companions(bought, limit, "for_you")

    def get_popular(self, category_id: str | None, limit: int) -> list[recommender.Recommendation]:
        """What sells best lately, in this category and below it, or in the whole shop."""
        asking.check_limit(limit)
        if category_id is None:
            return filling.fill([], limit, set(), [None])
        asking.check_category(category_id)
        return filling.fill([], limit, set(), [models.Category.objects.below(category_id)])

    def _companions(self, given: dict[str, float], limit: int, reason: str) -> list[recommender.Recommendation]:
        """What goes with the given SKUs, each with its emphasis; filled up with what sells in their categories."""
        found = self._ranked(given)[:limit] if given else []
        answer = [recommender.Recommendation(sku=sku, score=score, reason=reason) for sku, score in found]
        if len(answer) == limit:
            return answer
        near = models.Product.objects.categories_of(given) if given else set()
        return filling.fill(answer, limit, set(given), [near, None] if near else [None])

    def _ranked(self, given: dict[str, float]) -> list[tuple[str, float]]:
        known = self.memory.known()
        seeds = ranking.codes_of(known, list(given))
        emphasis = np.array([given[known.skus[code]] for code in seeds])
        companions = ranking.look_up(known, seeds, emphasis)
        sellable = models.Product.objects.sellable(known.skus[code] for code in companions)
        kept = np.array([code for code in companions if known.skus[code] in sellable], np.int64)
        codes, scores = ranking.rank(known, seeds, emphasis, kept)
        return [(known.skus[code], float(score)) for code, score in zip(codes, scores, strict=True)]


def _history(customer_id: str) -> dict[str, float]:
    """What a customer bought, the newest last, with how much each says about them now."""
    baskets = list(models.Basket.objects.of_customer(customer_id, ORDERS_REMEMBERED))
    bought: dict[str, float] = {}
    for basket in reversed(baskets):
        for sku in basket.skus:
            bought.pop(sku, None)  # bought again: it moves to the end
            bought[sku] = decay.history_weight(basket.bought_at, baskets[0].bought_at)
    return bought
