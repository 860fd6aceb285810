"""Carts: a guest's, identified by its token, or the viewer's own; queries and mutations."""

from collections.abc import Callable, Mapping

import graphene

from apps.gateway import loaders
from apps.gateway.schema import recommendations
from apps.gateway.schema.types import CURRENCY_DESCRIPTION, about, required, types
from idl import cart, catalog, common
from thriftshop import rpc
from thriftshop.graphql import connections, global_ids
from thriftshop.graphql.mutations import Resolve, mutation
from thriftshop.graphql.requests import Context, Info, Input, Payload

CART_DESCRIPTION = "The token of a guest's cart, from `openCart`; the viewer's own cart if omitted."
KEY_DESCRIPTION = "An idempotency key chosen by the client: repeating a request with the same key changes nothing."


def product_field(
    resolver: Callable[..., loaders.Loaded[catalog.Product | None]] = loaders.product_of,
) -> graphene.Field:
    """The product of a line or a refusal."""
    return graphene.Field(
        lambda: types.of(catalog.Product),
        description="The product; null if it is no longer on sale.",
        resolver=resolver,
    )


service = rpc.aconnect(cart.CartService)


def available(line: cart.CartLine, _info: Info) -> int:
    """Resolve `CartLine.available`."""
    if line.available is None:
        raise rpc.Unavailable("The inventory did not answer the cart.")
    return line.available


def subtotal(displayed: cart.Cart, _info: Info) -> common.Money:
    """Resolve `Cart.subtotal`."""
    if displayed.subtotal is None:
        raise rpc.Unavailable("The catalog did not answer the cart.")
    return displayed.subtotal


def charges(displayed: cart.Cart, info: Info) -> list[cart.CartCharge] | None:
    """Resolve `Cart.charges`."""
    subtotal(displayed, info)
    return displayed.charges


def total(displayed: cart.Cart, info: Info) -> common.Money | None:
    """Resolve `Cart.total`."""
    subtotal(displayed, info)
    return displayed.total


def line_key(line: cart.CartLine | cart.LineChange) -> str:
    """Identify a line: the cart, as set by `within_cart`, and the product."""
    return f"{getattr(line, 'cart_id', '')}:{line.sku}"


def belongs_to(line: cart.CartLine | cart.LineChange, cart_id: str) -> None:
    """Note a line's cart, for the line's id; the struct has no field for it."""
    vars(line)["cart_id"] = cart_id


def change_id(line: cart.LineChange, _info: Info) -> str:
    """Resolve `LineChange.id`."""
    return global_ids.encode("LineChange", f"{line_key(line)}:{line.kind}")


def within_cart(name: str) -> Callable[[cart.Cart, Info], list[cart.CartLine | cart.LineChange]]:
    """A resolver for a list whose items are identified within their cart."""

    def resolve(displayed: cart.Cart, _info: Info) -> list[cart.CartLine | cart.LineChange]:
        items: list[cart.CartLine | cart.LineChange] = getattr(displayed, name)
        for item in items:
            belongs_to(item, displayed.id)
        return items

    return resolve


for struct in (cart.CartItem, cart.LeftOut):
    types.object(struct, fields={"product": product_field()})
types.object(
    cart.LineChange,
    fields={
        "id": graphene.ID(required=True, description="Opaque; stable for the same change of the same line."),
        "resolve_id": change_id,
        "product": product_field(),
    },
)
types.object(
    cart.CartLine, key=line_key, leave_out={"name"}, fields={"product": product_field(), "resolve_available": available}
)
types.object(
    cart.Cart,
    key=lambda displayed: displayed.id,
    leave_out={"customer_id", "left_out"},
    fields={
        "resolve_lines": within_cart("lines"),
        "resolve_changes": within_cart("changes"),
        "resolve_subtotal": subtotal,
        "resolve_charges": charges,
        "resolve_total": total,
        "recommendations": connections.field_of(
            recommendations.Recommendations,
            "Products that are bought together with those in the cart, without those in it.",
            recommendations.for_cart,
            default=10,
        ),
    },
)
LEFT_OUT = {
    "left_out": required(
        lambda: graphene.List(graphene.NonNull(types.of(cart.LeftOut))), "The items that were not added, and why."
    )
}
CART = {"cart": required(lambda: types.of(cart.Cart), "The cart after the change.")}
TOKEN = {"cart_token": graphene.InputField(graphene.String, description=CART_DESCRIPTION)}
KEY = {"key": graphene.InputField(graphene.String, description=KEY_DESCRIPTION)}


def ref(arguments: Input) -> cart.CartRef:
    """The cart of an input."""
    return cart.CartRef(token=arguments.get("cart_token"))


async def resolve_cart(_root: object, info: Info, token: str | None = None) -> cart.Cart | None:
    """Resolve `Query.cart`."""
    if token is None:
        info.context.require_verified_viewer()
        return await loaders.own_cart(info.context)
    try:
        return await service.get_cart(cart.CartRef(token=token))
    except common.NotFound:
        return None


async def open_cart(context: Context, arguments: Input) -> Payload:
    """Open a guest's cart."""
    currency = arguments.get("currency")
    if currency is None:
        default = loaders.currency(context)
        currency = default if isinstance(default, str) else await default
    opened = await service.open_guest_cart(currency)
    return {"token": opened.token, "cart": opened.cart}


async def add(_context: Context, arguments: Input) -> Payload:
    """Add a product."""
    item = cart.CartItem(sku=arguments["sku"], quantity=arguments["quantity"])
    return {"cart": await service.add_item(ref(arguments), item, arguments.get("key"))}


async def add_many(_context: Context, arguments: Input) -> Payload:
    """Add several products."""
    items = [cart.CartItem(sku=item["sku"], quantity=item["quantity"]) for item in arguments["items"]]
    return filled(await service.add_items(ref(arguments), items, arguments.get("key"), False))


def filled(displayed: cart.Cart) -> Payload:
    """The result of a mutation that adds as many items as possible."""
    return {"cart": displayed, "left_out": displayed.left_out or []}


async def set_quantity(_context: Context, arguments: Input) -> Payload:
    """Set a line's quantity."""
    return {"cart": await service.set_quantity(ref(arguments), arguments["sku"], arguments["quantity"])}


async def remove(_context: Context, arguments: Input) -> Payload:
    """Remove a line."""
    return {"cart": await service.remove_item(ref(arguments), arguments["sku"])}


async def clear(_context: Context, arguments: Input) -> Payload:
    """Remove all lines."""
    return {"cart": await service.clear(ref(arguments))}


async def set_currency(_context: Context, arguments: Input) -> Payload:
    """Set the currency that a cart is priced in."""
    return {"cart": await service.set_currency(ref(arguments), arguments["currency"])}


async def merge(_context: Context, arguments: Input) -> Payload:
    """Merge a guest's cart into the viewer's."""
    return {"cart": await service.merge(arguments["cart_token"])}


def change(
    name: str,
    method: str,
    resolve: Resolve,
    /,
    more: Mapping[str, graphene.Field] | None = None,
    **arguments: graphene.InputField,
) -> graphene.Field:
    """A mutation that returns the changed cart and `more`."""
    success = {**CART, **(more or {})}
    return mutation(types, name, (cart.CartService, method), resolve, success=success, arguments=arguments)


ITEM = types.chosen(cart.CartItem)
QUANTITY = {
    "quantity": graphene.InputField(
        graphene.Int, required=True, description="The new quantity, 0 to 999; 0 removes the line."
    )
}
SKU = {"sku": ITEM["sku"]}

QUERIES = {
    "cart": graphene.Field(
        lambda: types.of(cart.Cart),
        description="A cart with current prices and availability: a guest's by its token (null for an unknown token), "
        "or the viewer's own.",
        resolver=resolve_cart,
        token=graphene.String(description=CART_DESCRIPTION),
    )
}
MUTATIONS = {
    "open_cart": mutation(
        types,
        "OpenCart",
        (cart.CartService, "open_guest_cart"),
        open_cart,
        success={
            "token": graphene.String(required=True, description=about(cart.GuestCart, "token")),
            "cart": required(lambda: types.of(cart.Cart), about(cart.GuestCart, "cart")),
        },
        arguments={
            "currency": graphene.InputField(graphene.String, description=CURRENCY_DESCRIPTION),
        },
    ),
    "add_to_cart": change("AddToCart", "add_item", add, **ITEM, **TOKEN, **KEY),
    "add_items_to_cart": change(
        "AddItemsToCart",
        "add_items",
        add_many,
        LEFT_OUT,
        items=graphene.InputField(
            graphene.List(graphene.NonNull(lambda: types.input_of(cart.CartItem))),
            required=True,
            description="The items to add.",
        ),
        **TOKEN,
        **KEY,
    ),
    "set_cart_quantity": change("SetCartQuantity", "set_quantity", set_quantity, **SKU, **QUANTITY, **TOKEN),
    "remove_from_cart": change("RemoveFromCart", "remove_item", remove, **SKU, **TOKEN),
    "clear_cart": change("ClearCart", "clear", clear, **TOKEN),
    "set_cart_currency": change(
        "SetCartCurrency",
        "set_currency",
        set_currency,
        currency=graphene.InputField(
            graphene.String, required=True, description='An ISO 4217 code such as "EUR", case-insensitive.'
        ),
        **TOKEN,
    ),
    "merge_cart": change(
        "MergeCart",
        "merge",
        merge,
        cart_token=graphene.InputField(graphene.String, required=True, description="The token of the guest's cart."),
    ),
}
