"""What a tracked event adds to the figures of searches, products and recommendations."""

from dataclasses import dataclass
from typing import Any

from idl import analytics

MAX_TERM = 100


@dataclass(slots=True)
class SearchSums:
    """Searches for a term: how many, how many without results, and how many that were refined."""

    searches: int = 0
    without_results: int = 0
    refined: int = 0


@dataclass(slots=True)
class ProductSums:
    """What visitors who consent did with a product."""

    views: int = 0
    adds: int = 0
    displayed: int = 0
    clicked: int = 0


@dataclass(slots=True)
class PlacementSums:
    """Recommended products displayed and clicked at a place in the shop."""

    displayed: int = 0
    clicked: int = 0


def searches(event: Any) -> list[tuple[str, SearchSums]]:
    """What an event adds to the figures of terms."""
    if not isinstance(event, analytics.SearchPerformed):
        return []
    found = [(event.query[:MAX_TERM], SearchSums(searches=1, without_results=int(event.results == 0)))]
    if event.refined_from:
        found.append((event.refined_from[:MAX_TERM], SearchSums(refined=1)))
    return found


def products(event: Any) -> list[tuple[str, ProductSums]]:
    """What an event adds to the figures of products."""
    if isinstance(event, analytics.ProductViewed):
        return [(event.sku, ProductSums(views=1))]
    if isinstance(event, analytics.ItemAddedToCart):
        return [(event.sku, ProductSums(adds=1))]
    if isinstance(event, analytics.RecommendationsDisplayed):
        return [(sku, ProductSums(displayed=1)) for sku in event.skus]
    if isinstance(event, analytics.RecommendationClicked):
        return [(event.sku, ProductSums(clicked=1))]
    return []


def placements(event: Any) -> list[tuple[str, PlacementSums]]:
    """What an event adds to the figures of places."""
    if isinstance(event, analytics.RecommendationsDisplayed):
        return [(event.placement[:MAX_TERM], PlacementSums(displayed=len(event.skus)))]
    if isinstance(event, analytics.RecommendationClicked):
        return [(event.placement[:MAX_TERM], PlacementSums(clicked=1))]
    return []
