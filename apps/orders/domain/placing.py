"""Placing an order: quote, number and command."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from apps.orders.domain import validation
from apps.orders.domain.order import Charge, Line, State
from idl import common, orders
from thriftshop.money import format_amount

NAMESPACE = uuid.UUID("6f1c7d3e-8a55-5d0f-9b1e-3c2f7a64e0d1")
# Crockford's base 32: no digits that are easily confused.
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Quote(NamedTuple):
    """Priced lines and charges in one currency; `total` in minor units."""

    currency: str
    lines: tuple[Line, ...]
    charges: tuple[Charge, ...]
    total: int


def quote(currency: str, lines: Sequence[Line], charges: Sequence[Charge]) -> Quote:
    """Add up lines and charges. Raises InvalidInput for an invalid total."""
    total = validation.total([*(line.quantity * line.price for line in lines), *(charge.amount for charge in charges)])
    return Quote(currency, tuple(lines), tuple(charges), total)


def order_id(buyer: str, key: str) -> str:
    """The id of an order, derived from its buyer and idempotency key."""
    return str(uuid.uuid5(NAMESPACE, f"{buyer}\n{key}"))


def number_of(order: str, attempt: int = 0) -> str:
    """An order number, derived from the id and the attempt."""
    bits = int.from_bytes(hashlib.sha256(f"{order}/{attempt}".encode()).digest()[:5], "big")
    return "TS-" + "".join(DIGITS[bits >> shift & 31] for shift in range(35, -5, -5))


def check_total(expected: common.Money | None, quoted: Quote) -> None:
    """Raise TotalChanged if the customer expects another total."""
    if expected is None or (expected.amount, expected.currency) == (quoted.total, quoted.currency):
        return
    before, now = format_amount(expected.amount, expected.currency), format_amount(quoted.total, quoted.currency)
    raise orders.TotalChanged(
        message=f"The total is now {now}, not {before}; check it and place the order again.",
        total=common.Money(amount=quoted.total, currency=quoted.currency),
    )


def cart_changed(quoted: Quote) -> orders.TotalChanged:
    """The refusal of an order whose cart was changed meanwhile."""
    now = format_amount(quoted.total, quoted.currency)
    return orders.TotalChanged(
        message=f"The cart was changed while it was ordered; its total is now {now}. Check it and place the order again.",
        total=common.Money(amount=quoted.total, currency=quoted.currency),
    )


def quantities(lines: Sequence[Line]) -> dict[str, int]:
    """The ordered quantities by SKU, in the order of SKUs."""
    result: dict[str, int] = {}
    for line in sorted(lines):
        result[line.sku] = result.get(line.sku, 0) + line.quantity
    return result


def check_stock(ordered: Mapping[str, int], available: Mapping[str, int]) -> None:
    """Raise InsufficientStock for the SKU with the largest shortage, if any."""
    shortages = {sku: quantity - available.get(sku, 0) for sku, quantity in ordered.items()}
    worst = max(shortages, key=lambda sku: shortages[sku])
    if shortages[worst] <= 0:
        return
    remaining = max(0, available.get(worst, 0))
    left = f"There {'is' if remaining == 1 else 'are'} {remaining or 'none'} of {worst} left"
    raise orders.InsufficientStock(
        message=f"{left}, fewer than the {ordered[worst]} ordered.",
        sku=worst,
        available=remaining,
    )


def place(state: State, event: orders.OrderPlaced, order: str) -> list[orders.OrderPlaced]:
    """Place an order once: repeated input changes nothing, other input is refused."""
    if not state.exists:
        return [event]
    same_input(state, event.fingerprint, order)
    return []


def same_input(state: State, fingerprint: str, order: str) -> None:
    """Raise IdempotencyConflict if the key was used with other input."""
    if state.fingerprint != fingerprint:
        raise orders.IdempotencyConflict(
            message=f"This idempotency key belongs to order {state.number}, placed with other input; use a new key.",
            order_id=order,
        )
