"""Recommendations: connections to products, whose edges say how strongly and why."""

from collections.abc import Awaitable, Callable
from typing import Any

import graphene

from apps.gateway import loaders
from apps.gateway.schema.types import about, required, types
from idl import cart, catalog, common, recommender
from thriftshop import rpc
from thriftshop.graphql import connections, global_ids

LARGEST = 100
Ask = Callable[[int], Awaitable[list[recommender.Recommendation]]]

Recommendations = connections.kind(
    lambda: types.of(catalog.Product),
    "Recommendation",
    plural="recommended products",
    edge={
        "score": required(graphene.Float, about(recommender.Recommendation, "score")),
        "reason": required(graphene.String, about(recommender.Recommendation, "reason")),
        "resolve_score": lambda edge, _info: edge["item"].score,
        "resolve_reason": lambda edge, _info: edge["item"].reason,
    },
    node_of=loaders.product_of,
)


def ranked(ask: Ask) -> connections.Fetch:
    """Pages of a ranking that is asked for by its length; a hundred places deep."""

    async def fetch(page: common.Page) -> connections.Page:
        start = connections.place(page.after)
        end = min(start + page.first, LARGEST)
        found = await ask(min(end + 1, LARGEST)) if end > start else []
        return connections.Page(found[start:end], len(found) > end, str(min(end, len(found))))

    return fetch


def service() -> Any:
    """The recommender."""
    return rpc.aconnect(recommender.RecommenderService)


def bought_together(product: catalog.Product, _info: Any) -> connections.Fetch:
    """Resolves `Product.boughtTogether`."""
    return ranked(lambda limit: service().get_bought_together(product.sku, limit))


def for_cart(shown: cart.Cart, _info: Any) -> connections.Fetch:
    """Resolves `Cart.recommendations`."""
    skus = [line.sku for line in shown.lines]
    return ranked(lambda limit: service().get_for_cart(skus, limit) if skus else service().get_for_viewer(limit))


def for_viewer(_root: Any, _info: Any) -> connections.Fetch:
    """Resolves `Query.recommendations`."""
    return ranked(lambda limit: service().get_for_viewer(limit))


def popular(_root: Any, _info: Any, category_id: str | None = None) -> connections.Fetch:
    """Resolves `Query.popular`."""
    key = None if category_id is None else global_ids.decode("Category", category_id)
    return ranked(lambda limit: service().get_popular(key, limit))


QUERIES = {
    "recommendations": connections.field_of(
        Recommendations,
        "What the viewer may like; what is popular for who has bought nothing or is not known.",
        for_viewer,
        default=10,
    ),
    "popular": connections.field_of(
        Recommendations,
        "What sells best lately, in a category and below it, or in the whole shop.",
        popular,
        default=10,
        category_id=graphene.ID(description="The category; the whole shop where absent."),
    ),
}
