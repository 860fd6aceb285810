"""Products: browse, filter, search and look up, with category, stock, prices and recommendations."""

import copy
import enum
from collections.abc import Awaitable, Callable

import graphene
from django.conf import settings

from apps.gateway import loaders
from apps.gateway.schema import actors, recommendations, stock
from apps.gateway.schema.types import CURRENCY_DESCRIPTION, about, ids, input_field, types
from idl import catalog, common, inventory
from thriftshop import money, rpc
from thriftshop.graphql import connections, derive, global_ids, scalars
from thriftshop.graphql.compiler import markers
from thriftshop.graphql.requests import Context, Info, Input

ATTRIBUTE_FILTER = derive.make(
    graphene.InputObjectType,
    "AttributeFilterInput",
    "Selects products with any of these values of an attribute.",
    {
        "code": input_field(graphene.String, about(catalog.Attribute, "code")),
        "values": input_field(graphene.List(graphene.NonNull(graphene.String)), "The accepted values."),
    },
)
FILTER = types.input(
    catalog.ProductFilter,
    fields={
        "category_ids": ids(about(catalog.ProductFilter, "category_ids")),
        "attributes": graphene.InputField(
            graphene.List(graphene.NonNull(ATTRIBUTE_FILTER)), description=about(catalog.ProductFilter, "attributes")
        ),
    },
)
ARGUMENTS = {
    "filter": graphene.Argument(FILTER, description="Selects products; all that are on sale if omitted."),
    "sort": graphene.Argument(types.enum(catalog.ProductSort), description="The sort order; RELEVANCE if omitted."),
}


service = rpc.aconnect(catalog.CatalogService)
# The key of a value that is null whatever else changes.
NONE = "none"
Search = tuple[connections.Fetch, dict[str, catalog.ProductFilter]]


def to_filter(arguments: Input | None) -> catalog.ProductFilter:
    """The contract's filter of a filter input."""
    values = dict(arguments or {})
    if values.get("category_ids"):
        values["category_ids"] = [global_ids.decode("Category", category_id) for category_id in values["category_ids"]]
    if values.get("attributes"):
        merged: dict[str, list[str]] = {}
        for attribute in values["attributes"]:
            merged.setdefault(attribute["code"], []).extend(attribute["values"])
        values["attributes"] = merged
    return derive.to_struct(catalog.ProductFilter, values)


def find(context: Context, product_filter: catalog.ProductFilter, sort: enum.Enum | None) -> Search:
    """Pages of the products that match a filter."""
    order = catalog.ProductSort.RELEVANCE if sort is None else sort.value

    async def fetch(page: common.Page) -> connections.Page:
        async def load(_keys: list[str]) -> list[catalog.ProductPage | None]:
            return [await service.find_products(product_filter, order, page)]

        result = await loaders.product_page(context, f"{product_filter} {order} {page}", load)
        return connections.Page(result.products, result.page_info)

    return fetch, {"filter": product_filter}


async def facets(connection: connections.Connection, info: Info, codes: list[str] | None = None) -> list[catalog.Facet]:
    """Resolve `ProductConnection.facets`; category values become global ids, as filters expect them."""
    product_filter = connection.about["filter"]

    async def load() -> list[catalog.Facet]:
        return [_with_global_ids(facet) for facet in await service.get_facets(product_filter, codes or [])]

    return await loaders.facets(info.context, f"{product_filter} {codes or []}", load)


def _with_global_ids(facet: catalog.Facet) -> catalog.Facet:
    if facet.code != "category":
        return facet
    values = [copy.copy(value) for value in facet.values]
    for value in values:
        value.value = global_ids.encode("Category", value.value)
    return catalog.Facet(code=facet.code, name=facet.name, values=values, valid_until=facet.valid_until)


Products = connections.kind(
    lambda: types.of(catalog.Product),
    "Product",
    fields={
        "facets": graphene.Field(
            graphene.List(graphene.NonNull(lambda: types.of(catalog.Facet))),
            description="Facets of this list with counts: category, price, and attributes.",
            resolver=facets,
            codes=graphene.List(
                graphene.NonNull(graphene.String), description="The attributes; the ten most common ones if omitted."
            ),
        )
    },
)
Prices = connections.kind(lambda: types.of(catalog.Price), "Price")
Changes = connections.kind(lambda: types.of(catalog.ProductChange), "ProductChange", plural="changes")


@markers.keyed(lambda product, _context: loaders.cached_tree() if product.category_id else NONE)
def category(product: catalog.Product, info: Info) -> loaders.Loaded[catalog.Category | None]:
    """Resolve `Product.category`."""
    if not product.category_id:
        return None
    tree = loaders.cached_tree()
    return tree.by_id.get(product.category_id) if tree else _category(product.category_id, info)


async def _category(category_id: str, info: Info) -> catalog.Category | None:
    return (await loaders.tree(info.context)).by_id.get(category_id)


Picked = common.Money | int | None
Pick = Callable[[catalog.Product, str], Picked]


def in_currency(pick: Pick) -> Callable[..., Picked | Awaitable[Picked]]:
    """A resolver of a value in the requested currency, or else in the currency of the viewer's setting.

    It resolves synchronously unless the setting must be looked up.
    """

    @markers.keyed(lambda _product, context: loaders.known_currency(context))
    def resolve(product: catalog.Product, info: Info, currency: str | None = None) -> Picked | Awaitable[Picked]:
        if currency is not None:
            return pick(product, money.accepted(currency, settings.CURRENCIES, "currency"))
        code = loaders.currency(info.context)
        return pick(product, code) if isinstance(code, str) else _by_setting(pick, product, code)

    return resolve


async def _by_setting(pick: Pick, product: catalog.Product, code: Awaitable[str]) -> Picked:
    return pick(product, await code)


def price(product: catalog.Product, currency: str) -> common.Money | None:
    """The value of `Product.price` in a currency."""
    return next((candidate for candidate in product.prices if candidate.currency == currency), None)


def regular_price(product: catalog.Product, currency: str) -> common.Money | None:
    """The value of `Product.regularPrice` in a currency."""
    current = price(product, currency)
    sale = _sale(product, current)
    return current if sale is None else sale.regular


def sale_ends_at(product: catalog.Product, currency: str) -> int | None:
    """The value of `Product.saleEndsAt` in a currency."""
    sale = _sale(product, price(product, currency))
    return None if sale is None else int(sale.ends_at)


def _sale(product: catalog.Product, current: common.Money | None) -> catalog.Sale | None:
    """The sale with this price, if the price is temporary."""
    return next((sale for sale in product.sales or () if sale.money == current), None)


async def price_history(product: catalog.Product, _info: Info) -> connections.Fetch:
    """Resolve `Product.priceHistory`."""
    prices = await service.get_price_history(product.sku)
    return connections.of_list(
        "priceHistory", prices, lambda entry: (entry.valid_from, entry.money.currency), (int, str), product.sku
    )


PRICE_ACTOR_DESCRIPTION = (
    'Who set it, for staff only: "you", a user\'s name and e-mail address, or the name of a service; '
    '"a former user" if the account was erased.'
)


async def history(product: catalog.Product, _info: Info) -> connections.Fetch:
    """Resolve `Product.history`."""
    changes = await service.get_product_history(product.sku)
    return connections.of_list("productHistory", changes, lambda change: (-change.version,), (int,), product.sku)


def _price_field(shape: object, description: str, pick: Pick) -> graphene.Field:
    """A field of a price in one currency."""
    code = graphene.String(description=CURRENCY_DESCRIPTION)
    return graphene.Field(shape, description=description, resolver=in_currency(pick), currency=code)


types.object(catalog.Facet, leave_out={"valid_until"})
types.object(
    catalog.Price,
    fields={
        "reason": graphene.String(description="The reason it was set; for staff only."),
        "actor": graphene.String(description=PRICE_ACTOR_DESCRIPTION, resolver=actors.actor_name),
    },
)
types.object(catalog.ProductChange, fields={"actor": actors.field()})
types.object(
    catalog.Product,
    key=lambda product: product.sku,
    leave_out={"category_id", "sales", "valid_until"},
    fields={
        "category": graphene.Field(
            lambda: types.of(catalog.Category), description=about(catalog.Product, "category_id"), resolver=category
        ),
        "price": _price_field(
            lambda: types.of(common.Money), "The current price in one currency; null if there is none.", price
        ),
        "regular_price": _price_field(
            lambda: types.of(common.Money),
            "The current regular price in one currency: `price`, or the price that a temporary price replaces.",
            regular_price,
        ),
        "sale_ends_at": _price_field(
            scalars.DateTime, "When the current price ends; null if it is not temporary.", sale_ends_at
        ),
        "price_history": connections.field_of(
            Prices,
            "Past and current prices in all currencies, oldest first; for staff, also scheduled ones.",
            price_history,
        ),
        "stock": graphene.Field(
            lambda: types.of(inventory.StockLevel), description="The current stock.", resolver=stock.level
        ),
        "stock_at": graphene.Field(
            lambda: types.of(inventory.StockLevel),
            description="The stock at a given time. Staff only.",
            resolver=stock.level_at,
            at=scalars.DateTime(required=True, description="The time."),
        ),
        "stock_movements": connections.field_of(
            stock.Movements, "The stock ledger, newest first. Staff only.", stock.movements
        ),
        "history": connections.field_of(Changes, "The changes to the product, newest first. Staff only.", history),
        "bought_together": connections.field_of(
            recommendations.Recommendations,
            "Products that are bought together with this one, the best first.",
            recommendations.bought_together,
            default=10,
        ),
    },
)


def product(
    _root: object, info: Info, sku: str | None = None, slug: str | None = None
) -> loaders.Loaded[catalog.Product | None]:
    """Resolve `Query.product`."""
    if (sku is None) == (slug is None):
        raise common.InvalidInput(message="Give either `sku` or `slug`.", field="sku")
    if sku is not None:
        return loaders.product(info.context, sku)
    return loaders.product_by_slug(info.context, slug or "")


def products(_root: object, info: Info, filter: Input | None = None, sort: enum.Enum | None = None) -> Search:
    """Resolve `Query.products`."""
    return find(info.context, to_filter(filter), sort)


# The JSON of products that are shared by all viewers is encoded once; staff see more.
ENCODED_ONCE = {"Product": lambda _product, context: None if context.is_staff else "shared"}
QUERIES = {
    "product": graphene.Field(
        lambda: types.of(catalog.Product),
        description="One product, by SKU or by slug; null if it does not exist or the viewer may not see it.",
        resolver=product,
        sku=graphene.String(description=about(catalog.Product, "sku")),
        slug=graphene.String(description=about(catalog.Product, "slug")),
    ),
    "products": connections.field_of(
        Products,
        "Products that match a filter: browse, search (`filter: {query: ...}`) and sort.",
        products,
        **ARGUMENTS,
    ),
    "stock_totals": graphene.Field(
        lambda: types.of(inventory.StockTotals),
        description="Totals of the stock ledger. Staff only.",
        resolver=stock.totals,
    ),
}
