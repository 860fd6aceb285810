"""A cart as it is shown: priced and checked for availability at this moment, with what changed since."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from apps.cart.domain.state import CartState, Line
from idl import cart, common


@dataclass(frozen=True, slots=True)
class Offer:
    """What is known of a product now: its price in minor units (None: not on sale), and how many there are (None: not known)."""

    unit_price: int | None = None
    available: int | None = None


UNKNOWN = Offer()


def show(cart_id: str, state: CartState, version: int, offers: Mapping[str, Offer], expires_at: int) -> cart.Cart:
    """The cart as the contract shows it."""
    lines = [_line(sku, line, offers.get(sku, UNKNOWN), state.currency) for sku, line in state.lines.items()]
    subtotal = sum(line.line_total.amount for line in lines if line.line_total is not None)
    return cart.Cart(
        id=cart_id,
        customer_id=state.customer_id,
        lines=lines,
        subtotal=common.Money(amount=subtotal, currency=state.currency),
        changes=[
            change
            for sku, line in state.lines.items()
            for change in _changes(sku, line, offers.get(sku, UNKNOWN), state.currency)
        ],
        merge_notice=state.notice,
        version=version,
        expires_at=expires_at,
        item_count=sum(line.quantity for line in state.lines.values()),
    )


def _line(sku: str, line: Line, offer: Offer, currency: str) -> cart.CartLine:
    price = offer.unit_price
    return cart.CartLine(
        sku=sku,
        quantity=line.quantity,
        unit_price=None if price is None else common.Money(amount=price, currency=currency),
        line_total=None if price is None else common.Money(amount=price * line.quantity, currency=currency),
        available=offer.available,
        added_at=line.added_at,
    )


def _changes(sku: str, line: Line, offer: Offer, currency: str) -> Iterator[cart.LineChange]:
    """What the customer should see before buying."""
    kind = cart.LineChangeKind
    if offer.unit_price is None:
        yield cart.LineChange(sku=sku, kind=kind.NOT_ON_SALE)
        return
    if line.unit_price is not None and line.unit_price != offer.unit_price:
        yield cart.LineChange(
            sku=sku,
            kind=kind.PRICE_CHANGED,
            price_before=common.Money(amount=line.unit_price, currency=currency),
            price_now=common.Money(amount=offer.unit_price, currency=currency),
        )
    if offer.available is None or offer.available >= line.quantity:
        return
    lacking = kind.NOT_ENOUGH if offer.available > 0 else kind.OUT_OF_STOCK
    yield cart.LineChange(sku=sku, kind=lacking, available=max(offer.available, 0))
