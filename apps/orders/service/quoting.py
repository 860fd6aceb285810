"""Quoting: the current names and prices of an order's goods, from the cart or the catalog."""

import logging
from collections.abc import Iterable, Sequence

from django.conf import settings

from apps.orders.domain import batches, placing, validation
from apps.orders.domain.order import Charge, Line
from apps.orders.domain.placing import Quote
from apps.orders.models import ProductName
from idl import cart, catalog, common, inventory, orders
from thriftshop import call_context, identity, postage, rpc

log = logging.getLogger("thriftshop.orders")


def from_cart(order: orders.PlaceOrder) -> tuple[Quote, cart.Cart]:
    """The quote of a cart, and the cart. Raises EmptyCart, InvalidInput, NotFound, Unauthenticated."""
    with call_context.using(caller="orders"):
        contents = rpc.connect(cart.CartService).get_cart(cart.CartRef(token=order.cart_token))
    if contents.subtotal is None:
        raise rpc.Unavailable("The prices of the goods in the cart are not available at the moment; try again.")
    priced = [(line, line.unit_price) for line in contents.lines if line.unit_price is not None]
    if not priced:
        raise orders.EmptyCart(message="The cart has nothing that can be bought; add something to it.")
    currency = contents.subtotal.currency
    _check_available(contents, currency)
    if order.currency not in (None, currency):
        raise validation.invalid("currency", f"The cart is priced in {currency}, not in {order.currency}.")
    names = {line.sku: line.name for line in contents.lines if line.name is not None}
    if unnamed := [line.sku for line in contents.lines if line.name is None]:  # by a cart of an earlier version
        names |= _published_names(unnamed)
    lines = [Line(line.sku, names[line.sku], line.quantity, price.amount, False) for line, price in priced]
    return placing.quote(currency, lines, _charges(order, currency, lines)), contents


def _check_available(contents: cart.Cart, currency: str) -> None:
    unpriced = {change.sku for change in contents.changes if change.kind == cart.LineChangeKind.NO_PRICE}
    if unpriced:
        skus = ", ".join(sorted(unpriced)[:5])
        raise validation.invalid(
            "cart",
            f"{skus} cannot be bought in {currency}; remove it from the cart, or set another currency for the cart.",
        )
    unavailable = [line.sku for line in contents.lines if line.unit_price is None]
    if unavailable:
        raise validation.invalid(
            "cart", f"{', '.join(unavailable[:5])} cannot be bought any more; remove it from the cart."
        )


def from_lines(order: orders.PlaceOrder, new_lines: Sequence[orders.NewLine]) -> Quote:
    """The quote of these lines, at their agreed prices or the list prices at the time of the order."""
    currency = order.currency or _first_currency(new_lines) or settings.CURRENCIES[0]
    for line in new_lines:
        if line.agreed_price is not None:
            validation.same_currency(line.agreed_price, currency, "lines.agreed_price")
    names = _names_by_sku(line.sku for line in new_lines)
    prices = _list_prices([line.sku for line in new_lines if line.agreed_price is None], currency)
    lines = [_line(line, names[line.sku], prices) for line in new_lines]
    validation.names(line.name for line in lines)
    return placing.quote(currency, lines, _charges(order, currency, lines))


def _first_currency(new_lines: Sequence[orders.NewLine]) -> str | None:
    return next((line.agreed_price.currency for line in new_lines if line.agreed_price), None)


def _line(line: orders.NewLine, name: str, prices: dict[str, int]) -> Line:
    if line.agreed_price is not None:
        return Line(line.sku, name, line.quantity, line.agreed_price.amount, True)
    return Line(line.sku, name, line.quantity, prices[line.sku], False)


def _charges(order: orders.PlaceOrder, currency: str, lines: Sequence[Line]) -> tuple[Charge, ...]:
    """The charges of the request, or else the shop's postage. Services add the postage themselves."""
    if order.charges is not None:
        for charge in order.charges:
            validation.same_currency(charge.amount, currency, "charges.amount")
        return tuple(Charge(charge.kind, charge.description, charge.amount.amount) for charge in order.charges)
    if identity.is_service():
        return ()
    return _postage(currency, sum(line.quantity * line.price for line in lines))


def _postage(currency: str, goods: int) -> tuple[Charge, ...]:
    """The shop's postage, if any. Raises InvalidInput for a currency without postage rates."""
    try:
        price = postage.of(currency, goods)
    except postage.NoRate as problem:
        raise validation.invalid("currency", str(problem)) from None
    return (Charge(int(orders.ChargeKind.POSTAGE), postage.DESCRIPTION, price),) if price else ()


def _names_by_sku(skus: Iterable[str]) -> dict[str, str]:
    """The names of products for staff and services, published or not; the catalog is called only for unknown ones."""
    unique = set(skus)
    names = ProductName.objects.of(unique)
    missing = unique - names.keys()
    return names | _published_names(missing) if missing else names


def _published_names(skus: Iterable[str]) -> dict[str, str]:
    """The names of products that can be ordered: published ones; for staff and services all."""
    unique = sorted(set(skus))
    any_status = identity.is_staff()
    with call_context.using(caller="orders"):
        shop = rpc.connect(catalog.CatalogService)
        products = [product for batch in batches.split(unique) for product in shop.get_products(list(batch))]
    names = {
        product.sku: product.name
        for product in products
        if any_status or product.status == catalog.ProductStatus.PUBLISHED
    }
    missing = [sku for sku in unique if sku not in names]
    if missing:
        raise validation.invalid("lines.sku", f"There is no product {', '.join(missing[:5])} that can be ordered.")
    return names


def _list_prices(skus: Sequence[str], currency: str) -> dict[str, int]:
    unique = sorted(set(skus))
    if not unique:
        return {}
    at = call_context.current().occurred_at
    with call_context.using(caller="orders"):
        shop = rpc.connect(catalog.CatalogService)
        list_prices = [price for batch in batches.split(unique) for price in shop.get_prices(list(batch), currency, at)]
    prices = {price.sku: price.money.amount for price in list_prices}
    missing = [sku for sku in unique if sku not in prices]
    if missing:
        raise validation.invalid(
            "lines.sku", f"{', '.join(missing[:5])} has no price in {currency}; give an agreed price."
        )
    return prices


def check_stock(quote: Quote) -> None:
    """Check the stock before the order is placed; the reservation decides. Raises InsufficientStock.

    Without an answer of the inventory nothing is checked: the order stays pending until the inventory is available.
    """
    quantities = placing.quantities(quote.lines)
    try:
        with call_context.using(caller="orders"), call_context.half_the_time():
            stock = rpc.connect(inventory.InventoryService)
            levels = [level for batch in batches.split(list(quantities)) for level in stock.get_levels(list(batch))]
    except rpc.RpcError as problem:
        log.warning("order placed without a check of the stock", extra={"problem": type(problem).__name__})
        return
    placing.check_stock(quantities, {level.sku: level.available for level in levels})


def check_stock_of(contents: cart.Cart, quote: Quote) -> None:
    """Like `check_stock`, with the available quantities that the cart has."""
    available = {line.sku: line.available for line in contents.lines if line.available is not None}
    if len(available) < len(contents.lines):
        log.warning("order placed without a check of the stock", extra={"problem": "The cart does not have it."})
        return
    placing.check_stock(placing.quantities(quote.lines), available)


def unknown_buyer() -> common.Unauthenticated:
    """The refusal of an anonymous viewer without a cart."""
    return common.Unauthenticated(message="Log in, or give the token of a guest's cart.")
