"""Filling a short answer up with what sells best."""

from collections.abc import Collection, Sequence

from apps.recommender import models
from idl import recommender


def fill(
    answer: Sequence[recommender.Recommendation],
    limit: int,
    given: Collection[str],
    places: Sequence[Collection[str] | None],
) -> list[recommender.Recommendation]:
    """The answer with popular things after it, up to the limit: from each place (categories, or None: everywhere) in turn.

    Nothing stands in it twice, nor what was given. Scores go on falling.
    """
    filled = list(answer)
    for categories in places:
        passed = {one.sku for one in filled} | set(given)
        lacking = limit - len(filled)
        if lacking == 0:
            break
        rows = models.Popularity.objects.for_sale(categories).values_list("sku", "weight")[: lacking + len(passed)]
        found = [(sku, weight) for sku, weight in rows if sku not in passed][:lacking]
        filled.extend(_popular(found, filled[-1].score if filled else 1.0))
    return filled


def _popular(found: Sequence[tuple[str, float]], ceiling: float) -> list[recommender.Recommendation]:
    """Scores in proportion to popularity, the first at the ceiling."""
    best = found[0][1] if found and found[0][1] > 0 else 1.0
    return [
        recommender.Recommendation(sku=sku, score=ceiling * (weight / best), reason="popular") for sku, weight in found
    ]
