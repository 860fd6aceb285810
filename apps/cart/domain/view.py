"""The view of a cart, with current prices, availability and changes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from apps.cart.domain.state import CartState, Line
from idl import cart, common


@dataclass(frozen=True, slots=True)
class Offer:
    """A product's current price in minor units (None if it has none), available quantity (None if unknown), whether it is
    on sale, and its name (None if it is not on sale)."""

    unit_price: int | None = None
    available: int | None = None
    is_on_sale: bool = False
    name: str | None = None


UNKNOWN = Offer()
Charges = Callable[[str, int], Mapping[str, int] | None]


def no_charges(_currency: str, _goods: int) -> Mapping[str, int]:
    """No charges, whatever the price of the goods."""
    return {}


def show(
    cart_id: str,
    state: CartState,
    version: int,
    offers: Mapping[str, Offer],
    expires_at: int,
    *,
    priced: bool = True,
    charges: Charges = no_charges,
) -> cart.Cart:
    """The cart as a struct of the contract; `priced` is False if the catalog was not available.

    `charges` returns the charges on goods of a price by description, None if orders cannot be shipped.
    """
    view = cart.Cart(
        id=cart_id,
        customer_id=state.customer_id,
        lines=[_line(sku, line, offers.get(sku, UNKNOWN), state.currency) for sku, line in state.lines.items()],
        changes=[
            change
            for sku, line in state.lines.items()
            for change in _changes(sku, line, offers.get(sku, UNKNOWN), state.currency, priced=priced)
        ],
        merge_notice=state.notice,
        version=version,
        expires_at=expires_at,
        item_count=sum(line.quantity for line in state.lines.values()),
    )
    if priced:
        _set_totals(view, state.currency, charges)
    return view


def _set_totals(view: cart.Cart, currency: str, charges: Charges) -> None:
    """Set subtotal, charges and total. An empty cart has no charges."""

    def money(amount: int) -> common.Money:
        return common.Money(amount=amount, currency=currency)

    totals = [line.line_total.amount for line in view.lines if line.line_total is not None]
    view.subtotal = money(sum(totals))
    extra = charges(currency, sum(totals)) if totals else {}
    if extra is not None:
        view.charges = [
            cart.CartCharge(description=description, amount=money(price)) for description, price in extra.items()
        ]
        view.total = money(sum(totals) + sum(extra.values()))


def _line(sku: str, line: Line, offer: Offer, currency: str) -> cart.CartLine:
    price = offer.unit_price
    return cart.CartLine(
        sku=sku,
        quantity=line.quantity,
        unit_price=None if price is None else common.Money(amount=price, currency=currency),
        line_total=None if price is None else common.Money(amount=price * line.quantity, currency=currency),
        available=offer.available,
        added_at=line.added_at,
        name=offer.name,
    )


def _changes(sku: str, line: Line, offer: Offer, currency: str, *, priced: bool) -> Iterator[cart.LineChange]:
    """Changes that the customer should see before ordering."""
    yield from _price_changes(sku, line, offer, currency, priced=priced)
    yield from _shortages(sku, line, offer, priced=priced)


def _price_changes(sku: str, line: Line, offer: Offer, currency: str, *, priced: bool) -> Iterator[cart.LineChange]:
    """Products off sale and changed prices; nothing if prices are not known."""
    kind = cart.LineChangeKind
    if not priced:
        return
    if offer.unit_price is None:
        yield cart.LineChange(sku=sku, kind=kind.NO_PRICE if offer.is_on_sale else kind.NOT_ON_SALE)
    elif line.unit_price is not None and line.unit_price != offer.unit_price:
        yield cart.LineChange(
            sku=sku,
            kind=kind.PRICE_CHANGED,
            price_before=common.Money(amount=line.unit_price, currency=currency),
            price_now=common.Money(amount=offer.unit_price, currency=currency),
        )


def _shortages(sku: str, line: Line, offer: Offer, *, priced: bool) -> Iterator[cart.LineChange]:
    """Products on sale with less stock than the line's quantity."""
    if (priced and offer.unit_price is None) or offer.available is None or offer.available >= line.quantity:
        return
    kind = cart.LineChangeKind.NOT_ENOUGH if offer.available > 0 else cart.LineChangeKind.OUT_OF_STOCK
    yield cart.LineChange(sku=sku, kind=kind, available=max(offer.available, 0))
