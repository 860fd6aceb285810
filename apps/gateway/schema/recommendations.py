"""Recommendations: connections to products, with a score and a reason on each edge."""

import zlib
from collections.abc import Awaitable, Callable

import graphene

from apps.gateway import flags, loaders
from apps.gateway.schema.types import about, required, types
from idl import cart, catalog, common, recommender
from thriftshop import paging, rpc
from thriftshop.graphql import connections, global_ids
from thriftshop.graphql.requests import Info

MAX_RECOMMENDATIONS = 100
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


def ranked(ask: Ask, *about: str) -> connections.Fetch:
    """Pages of a ranking of up to a hundred products, fetched by its length. `about` identifies the ranking.

    Every sale changes the ranking, so a cursor holds checksums of the products up to its own: the products after it
    are all others, the products before it are these.
    """
    cursors = paging.cursors("recommendations", (int, ...), *about)

    async def fetch(page: common.Page) -> connections.Page:
        request = paging.read(page, cursors)
        passed = request.after or ()
        whole = request.backward or request.before is not None
        recommended = await ask(MAX_RECOMMENDATIONS if whole else min(len(passed) + request.most, MAX_RECOMMENDATIONS))
        checksums = [zlib.crc32(product.sku.encode()) for product in recommended]
        remaining = [place for place, checksum in enumerate(checksums) if checksum not in passed]
        if request.before is not None:
            preceding = set(request.before[:-1])
            remaining = [place for place in remaining if checksums[place] in preceding]
        places, more = request.cut((remaining[::-1] if request.backward else remaining)[: request.most])
        page_cursors = [
            cursors.encode((*passed, *(checksums[earlier] for earlier in remaining[: remaining.index(place) + 1])))
            for place in places
        ]
        return connections.Page([recommended[place] for place in places], request.info(page_cursors, more))

    return fetch


service = rpc.aconnect(recommender.RecommenderService)


def bought_together(product: catalog.Product, info: Info) -> connections.Fetch:
    """Resolve `Product.boughtTogether`; the ranking is the same for all viewers."""

    def load(limit: int) -> Awaitable[list[recommender.Recommendation]]:
        key = f"{limit} {product.sku}"
        return loaders.ranking(info.context, key, lambda: service.get_bought_together(product.sku, limit))

    return ranked(load, "product", product.sku)


def for_cart(displayed: cart.Cart, info: Info) -> connections.Fetch:
    """Resolve `Cart.recommendations`."""
    skus = [line.sku for line in displayed.lines]

    async def ask(limit: int) -> list[recommender.Recommendation]:
        with (await flags.use(info.context, recommender.FLAG, recommender.BASKETS)).in_calls():
            return await (service.get_for_cart(skus, limit) if skus else service.get_for_viewer(limit))

    return ranked(ask, "cart", displayed.id)


def for_viewer(_root: object, info: Info) -> connections.Fetch:
    """Resolve `Query.recommendations`."""
    viewer = info.context.viewer

    async def ask(limit: int) -> list[recommender.Recommendation]:
        with (await flags.use(info.context, recommender.FLAG, recommender.BASKETS)).in_calls():
            return await service.get_for_viewer(limit)

    return ranked(ask, "viewer", viewer.id if viewer else "")


def popular(_root: object, _info: Info, category_id: str | None = None) -> connections.Fetch:
    """Resolve `Query.popular`."""
    key = None if category_id is None else global_ids.decode("Category", category_id)
    return ranked(lambda limit: service.get_popular(key, limit), "popular", key or "")


QUERIES = {
    "recommendations": connections.field_of(
        Recommendations,
        "Products that the viewer may like; popular ones for anonymous viewers and those without orders.",
        for_viewer,
        default=10,
    ),
    "popular": connections.field_of(
        Recommendations,
        "The products that currently sell best, in a category and its subcategories or in the whole shop.",
        popular,
        default=10,
        category_id=graphene.ID(description="The category; the whole shop if omitted."),
    ),
}
