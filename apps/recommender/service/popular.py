"""Filling up recommendations with popular products."""

from collections.abc import Collection, Sequence

from apps.recommender import models
from idl import recommender


def fill(
    recommendations: Sequence[recommender.Recommendation],
    limit: int,
    exclude: Collection[str],
    category_sets: Sequence[Collection[str] | None],
) -> list[recommender.Recommendation]:
    """Append popular products up to the limit: from each set of categories in turn (None: the whole shop).

    No product is repeated, and those to `exclude` are left out. Scores continue to decrease.
    """
    filled = list(recommendations)
    for categories in category_sets:
        excluded = {recommendation.sku for recommendation in filled} | set(exclude)
        missing = limit - len(filled)
        if missing == 0:
            break
        rows = models.Popularity.objects.for_sale(categories).values_list("sku", "weight")[: missing + len(excluded)]
        products = [(sku, weight) for sku, weight in rows if sku not in excluded][:missing]
        filled.extend(_popular(products, filled[-1].score if filled else 1.0))
    return filled


def _popular(products: Sequence[tuple[str, float]], max_score: float) -> list[recommender.Recommendation]:
    """Score in proportion to popularity, the first one `max_score`."""
    best = products[0][1] if products and products[0][1] > 0 else 1.0
    return [
        recommender.Recommendation(sku=sku, score=max_score * (weight / best), reason="popular")
        for sku, weight in products
    ]
