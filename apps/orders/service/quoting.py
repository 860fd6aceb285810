"""Quoting: what an order's goods are called and cost at this moment, asked of the cart and the catalog."""

import logging
from collections.abc import Iterable, Sequence

from django.conf import settings

from apps.orders.domain import asking, parts, placing
from apps.orders.domain.order import Charge, Line
from apps.orders.domain.placing import Quote
from apps.orders.models import ProductName
from idl import cart, catalog, common, inventory, orders
from thriftshop import call_context, identity, postage, rpc

log = logging.getLogger("thriftshop.orders")


def from_cart(order: orders.PlaceOrder) -> tuple[Quote, cart.Cart]:
    """What is in the cart, at its prices now; and the cart. Raises EmptyCart, InvalidInput, NotFound, Unauthenticated."""
    with call_context.using(caller="orders"):
        bought = rpc.connect(cart.CartService).get_cart(cart.CartRef(token=order.cart_token))
    if bought.subtotal is None:
        raise rpc.Unavailable("The prices of what is in the cart cannot be had at the moment.")
    priced = [(line, line.unit_price) for line in bought.lines if line.unit_price is not None]
    if not priced:
        raise orders.EmptyCart(message="There is nothing in the cart that can be bought; put something in.")
    currency = bought.subtotal.currency
    _all_can_be_bought(bought, currency)
    if order.currency not in (None, currency):
        raise asking.wrong("currency", f"The cart is priced in {currency}, not in {order.currency}.")
    names = {line.sku: line.name for line in bought.lines if line.name is not None}
    if unnamed := [line.sku for line in bought.lines if line.name is None]:  # by a cart of an earlier version
        names |= _named(unnamed)
    lines = [Line(line.sku, names[line.sku], line.quantity, price.amount, False) for line, price in priced]
    return placing.quote(currency, lines, _charges(order, currency, lines)), bought


def _all_can_be_bought(bought: cart.Cart, currency: str) -> None:
    unpriced = {one.sku for one in bought.changes if one.kind == cart.LineChangeKind.NO_PRICE}
    if unpriced:
        skus = ", ".join(sorted(unpriced)[:5])
        raise asking.wrong(
            "cart",
            f"{skus} cannot be bought in {currency}; take it out of the cart, or set another currency for the cart.",
        )
    gone = [line.sku for line in bought.lines if line.unit_price is None]
    if gone:
        raise asking.wrong("cart", f"{', '.join(gone[:5])} cannot be bought any more; take it out of the cart.")


def from_lines(order: orders.PlaceOrder, wanted: Sequence[orders.NewLine]) -> Quote:
    """What these lines are called and cost: the agreed price, or else the list's at the moment of the order."""
    currency = order.currency or _first_currency(wanted) or settings.CURRENCIES[0]
    for line in wanted:
        if line.agreed_price is not None:
            asking.same_currency(line.agreed_price, currency, "lines.agreed_price")
    names = _known_names(line.sku for line in wanted)
    prices = _list_prices([line.sku for line in wanted if line.agreed_price is None], currency)
    lines = [_line(line, names[line.sku], prices) for line in wanted]
    asking.names(line.name for line in lines)
    return placing.quote(currency, lines, _charges(order, currency, lines))


def _first_currency(wanted: Sequence[orders.NewLine]) -> str | None:
    return next((line.agreed_price.currency for line in wanted if line.agreed_price), None)


def _line(line: orders.NewLine, name: str, prices: dict[str, int]) -> Line:
    if line.agreed_price is not None:
        return Line(line.sku, name, line.quantity, line.agreed_price.amount, True)
    return Line(line.sku, name, line.quantity, prices[line.sku], False)


def _charges(order: orders.PlaceOrder, currency: str, lines: Sequence[Line]) -> tuple[Charge, ...]:
    """The charges given; else the shop's postage, which services add themselves where it is due."""
    if order.charges is not None:
        for charge in order.charges:
            asking.same_currency(charge.amount, currency, "charges.amount")
        return tuple(Charge(charge.kind, charge.description, charge.amount.amount) for charge in order.charges)
    if identity.is_service():
        return ()
    return _postage(currency, sum(line.quantity * line.price for line in lines))


def _postage(currency: str, goods: int) -> tuple[Charge, ...]:
    """The shop's postage; nothing where it is free. Raises InvalidInput for a currency that the shop sends nothing for."""
    try:
        price = postage.of(currency, goods)
    except postage.NoRate as problem:
        raise asking.wrong("currency", str(problem)) from None
    return (Charge(int(orders.ChargeKind.POSTAGE), postage.DESCRIPTION, price),) if price else ()


def _known_names(skus: Iterable[str]) -> dict[str, str]:
    """The names of products for staff and services, on sale or not: of those not yet known here the catalog is asked."""
    wanted = set(skus)
    known = ProductName.objects.of(wanted)
    missing = wanted - known.keys()
    return known | _named(missing) if missing else known


def _named(skus: Iterable[str]) -> dict[str, str]:
    """The names of products that can be ordered: those on sale; for staff and services all there are."""
    wanted = sorted(set(skus))
    any_status = identity.is_staff()
    with call_context.using(caller="orders"):
        shop = rpc.connect(catalog.CatalogService)
        found = [one for part in parts.of(wanted) for one in shop.get_products(list(part))]
    names = {
        product.sku: product.name
        for product in found
        if any_status or product.status == catalog.ProductStatus.PUBLISHED
    }
    missing = [sku for sku in wanted if sku not in names]
    if missing:
        raise asking.wrong("lines.sku", f"There is no product {', '.join(missing[:5])} that can be ordered.")
    return names


def _list_prices(skus: Sequence[str], currency: str) -> dict[str, int]:
    wanted = sorted(set(skus))
    if not wanted:
        return {}
    at = call_context.current().occurred_at
    with call_context.using(caller="orders"):
        shop = rpc.connect(catalog.CatalogService)
        found = [price for part in parts.of(wanted) for price in shop.get_prices(list(part), currency, at)]
    prices = {price.sku: price.money.amount for price in found}
    missing = [sku for sku in wanted if sku not in prices]
    if missing:
        raise asking.wrong("lines.sku", f"{', '.join(missing[:5])} has no price in {currency}; agree one.")
    return prices


def check_stock(quote: Quote) -> None:
    """An early hint, before anything is placed. Raises InsufficientStock where there are fewer than wanted now.

    Where the inventory does not answer there is no hint: the order waits as pending until it does.
    """
    wanted = placing.wanted(quote.lines)
    try:
        with call_context.using(caller="orders"), call_context.half_the_time():
            stock = rpc.connect(inventory.InventoryService)
            levels = [level for part in parts.of(list(wanted)) for level in stock.get_levels(list(part))]
    except rpc.RpcError as problem:
        log.warning("order placed without a look at the stock", extra={"problem": type(problem).__name__})
        return
    placing.check_stock(wanted, {level.sku: level.available for level in levels})


def check_stock_of(bought: cart.Cart, quote: Quote) -> None:
    """As `check_stock`, by what the cart knows already."""
    available = {line.sku: line.available for line in bought.lines if line.available is not None}
    if len(available) < len(bought.lines):
        log.warning("order placed without a look at the stock", extra={"problem": "The cart did not know it."})
        return
    placing.check_stock(placing.wanted(quote.lines), available)


def unknown_buyer() -> common.Unauthenticated:
    """The refusal of a stranger without a cart."""
    return common.Unauthenticated(message="Log in first, or say which guest's cart to buy.")
