"""Subscriptions: the viewer's orders and cart, stock and prices of products, and products that are back in stock."""

from collections.abc import Awaitable, Sequence
from functools import partial
from typing import NamedTuple, TypeVar

import graphene

from apps.gateway import loaders
from apps.gateway.schema import carts
from apps.gateway.schema import orders as order_fields
from apps.gateway.schema.types import types
from idl import cart, catalog, common, inventory, orders
from thriftshop.graphql import derive, global_ids, live, scalars
from thriftshop.graphql.requests import Context, Input
from thriftshop.rpc import sku_case

T = TypeVar("T")
MAX_SKUS = 100
# How many of the viewer's orders `myOrders` follows beside those placed from then on.
NEWEST_ORDERS = 100
AFTER_DESCRIPTION = "The version that the client has: nothing is sent until there is a newer one."


# -- orders
def _order_not_found(order_id: str) -> common.NotFound:
    return common.NotFound(message=f"No order has the id {order_id[:60]!r}.", kind="order", id=order_id[:60])


def _order_state(order: orders.Order | None) -> live.State | None:
    return None if order is None else live.State(order, order.version, version=order.version)


async def _own_order(context: Context, order_id: str) -> live.State | None:
    """An order, for its own customer only."""
    order = await loaders.order(context, order_id) if context.viewer else None
    is_own = order is not None and context.viewer is not None and order.customer_id == context.viewer.id
    return _order_state(order) if is_own else None


async def _guest_order(guest: orders.GuestAccess, _context: Context, order_id: str) -> live.State | None:
    result = await order_fields.service.get_orders([order_id], guest)
    return _order_state(result[0]) if result and result[0].customer_id is None else None


def my_order(context: Context, id: str, guest: Input | None = None, after: int | None = None) -> live.Source:
    """Follow one order."""
    order_id = global_ids.decode("Order", id)
    load: live.Load = _own_order
    if guest is not None:
        load = partial(_guest_order, derive.to_struct(orders.GuestAccess, guest))
    return live.Source(load, ("orders",), (order_id,), after=after, not_found=_order_not_found)


def customer(customer_id: str) -> str:
    """The name under which a customer's orders are announced."""
    return f"customer {customer_id}"


async def _newest_orders(context: Context) -> Sequence[str]:
    page = await order_fields.service.find_orders(
        orders.OrderFilter(customer_id=context.viewer.id if context.viewer else None), common.Page(first=NEWEST_ORDERS)
    )
    return [order.id for order in page.orders]


@live.finds(NEWEST_ORDERS)
def my_orders(context: Context) -> live.Source:
    """Follow the viewer's orders."""
    viewer = _require_viewer(context)
    return live.Source(_own_order, ("orders",), (), announced_as=("orders", customer(viewer.id)), find=_newest_orders)


# -- carts
async def _cart_state(ref: cart.CartRef, _context: Context, _cart_id: str) -> live.State | None:
    contents = await carts.service.get_cart(ref)
    return live.State(contents, contents.version, version=contents.version)


async def my_cart(context: Context, token: str | None = None, after: int | None = None) -> live.Source:
    """Follow one cart."""
    if token is None:
        _require_viewer(context)
    ref = cart.CartRef(token=token)
    contents = await carts.service.get_cart(ref)
    return live.Source(partial(_cart_state, ref), ("cart",), (contents.id,), after=after)


# -- products
class Offer(NamedTuple):
    """What distinguishes two states of a product on sale."""

    version: int
    prices: tuple[tuple[str, int], ...]
    on_hand: int
    reserved: int
    available: int


async def _loaded(value: loaders.Loaded[T]) -> T:
    return await value if isinstance(value, Awaitable) else value


async def _product_state(context: Context, sku: str) -> live.State | None:
    """A product as anonymous viewers see it, with its stock."""
    product = await _loaded(loaders.product(context, sku))
    if product is None:
        return None
    level = await _loaded(loaders.level(context, sku)) or inventory.StockLevel(
        sku=sku, on_hand=0, reserved=0, available=0, version=0
    )
    prices = tuple((price.currency, price.amount) for price in product.prices)
    offer = Offer(product.version, prices, level.on_hand, level.reserved, level.available)
    moments = [moment for moment in (product.valid_until, level.valid_until) if moment is not None]
    return live.State(product, offer, valid_until=min(moments, default=None))


def _is_back(before: live.State | None, now: live.State) -> bool:
    return _is_available(now) and not (before is not None and _is_available(before))


def _is_available(state: live.State) -> bool:
    return isinstance(state.mark, Offer) and state.mark.available > 0


def products(_context: Context, skus: list[str]) -> live.Source:
    """Follow stock and prices of products."""
    return live.Source(_product_state, ("catalog", "inventory"), _canonical(skus), is_public=True)


def back_in_stock(_context: Context, skus: list[str]) -> live.Source:
    """Follow products until they are available, and available again."""
    return live.Source(
        _product_state,
        ("catalog", "inventory"),
        _canonical(skus),
        is_public=True,
        is_sent=_is_back,
        skips_equal=False,
    )


def _canonical(skus: list[str]) -> tuple[str, ...]:
    if not 1 <= len(skus) <= MAX_SKUS:
        raise common.InvalidInput(message=f"Give 1 to {MAX_SKUS} SKUs, not {len(skus)}.", field="skus")
    return tuple(dict.fromkeys(sku_case.canonical(sku) for sku in skus))


def _require_viewer(context: Context) -> common.Viewer:
    if context.viewer is None:
        raise common.Unauthenticated(message="Log in first, and send the token when you connect.")
    return context.viewer


SKUS = graphene.List(
    graphene.NonNull(graphene.String),
    required=True,
    description=f"The products' SKUs, at most {MAX_SKUS}; those that are not on sale are left out until they are.",
)
SUBSCRIPTIONS = {
    "my_order": live.field(
        lambda: types.of(orders.Order),
        "One of the viewer's orders, or a guest's: its current state, then each change.",
        my_order,
        id=graphene.ID(required=True, description=order_fields.ID_DESCRIPTION),
        guest=graphene.Argument(
            lambda: types.input_of(orders.GuestAccess),
            description="A guest's access to their order; not needed when logged in.",
        ),
        after=scalars.Long(description=AFTER_DESCRIPTION),
    ),
    "my_orders": live.field(
        lambda: types.of(orders.Order),
        f"The viewer's {NEWEST_ORDERS} newest orders and all placed from now on: their current states, then each change.",
        my_orders,
    ),
    "my_cart": live.field(
        lambda: types.of(cart.Cart),
        "A guest's cart or the viewer's own: its current state, then each change. It is not sent when only the prices or "
        "stock of its products change.",
        my_cart,
        token=graphene.String(description=carts.CART_DESCRIPTION),
        after=scalars.Long(description=AFTER_DESCRIPTION),
    ),
    "products": live.field(
        lambda: types.of(catalog.Product),
        "Products on sale: their current states, then each change of product, price or stock.",
        products,
        skus=SKUS,
    ),
    "back_in_stock": live.field(
        lambda: types.of(catalog.Product),
        "Products that are available: each at once if it is, and each time it becomes available again.",
        back_in_stock,
        skus=SKUS,
    ),
}
