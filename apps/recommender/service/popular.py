"""Filling up recommendations with popular products."""

from collections.abc import Collection, Sequence

from apps.recommender.domain.product_table import ProductTable
from idl import recommender


def fill(
    recommendations: Sequence[recommender.Recommendation],
    limit: int,
    table: ProductTable,
    exclude: Collection[str],
    category_sets: Sequence[Collection[int] | None],
) -> list[recommender.Recommendation]:
    """Append popular products up to the limit: from each set of categories in turn (None: the whole shop).

    No product is repeated, and those to `exclude` are left out. Scores continue to decrease.
    """
    filled = list(recommendations)
    excluded = {table.codes.get(sku, 0) for sku in (*exclude, *(recommendation.sku for recommendation in filled))}
    for categories in category_sets:
        if len(filled) == limit:
            break
        products = table.popular(limit - len(filled), excluded, categories)
        filled.extend(_popular(products, filled[-1].score if filled else 1.0))
        excluded.update(table.codes[sku] for sku, _ in products)
    return filled


def _popular(products: Sequence[tuple[str, float]], max_score: float) -> list[recommender.Recommendation]:
    """Score in proportion to popularity, the first one `max_score`."""
    best = products[0][1] if products and products[0][1] > 0 else 1.0
    return [
        recommender.Recommendation(sku=sku, score=max_score * (weight / best), reason="popular")
        for sku, weight in products
    ]
