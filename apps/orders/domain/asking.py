"""What may be asked: the rules of input, each with a refusal that names the field."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from idl import common, inventory, orders
from thriftshop import skus

LINES = orders.MAX_LINES
CHARGES = 100
# An event must fit into a message: so many bytes for the names of all its lines.
NAMES_BYTES = 5 * 1024 * 1024
QUANTITY = orders.MAX_QUANTITY
LARGEST = 2**63 - 1
PROVIDERS = ("invoice", "card")

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def wrong(field: str, message: str) -> common.InvalidInput:
    """The refusal of one field."""
    return common.InvalidInput(message=message, field=field)


def text(value: str | None, field: str, longest: int, *, shortest: int = 1) -> None:
    """A text of so many characters, without control characters."""
    length = len((value or "").strip())
    if not shortest <= length <= longest:
        raise wrong(field, f"{field} must have {shortest} to {longest:,} characters, not {length:,}.")
    if _UNPRINTABLE.search(value or ""):
        raise wrong(field, f"{field} has characters that cannot be printed; take them out.")


def key(value: str, field: str = "key", shortest: int = 1) -> None:
    """An idempotency key of up to 100 characters."""
    text(value, field, 100, shortest=shortest)


def same_currency(money: common.Money, currency: str, field: str) -> None:
    """An amount in the order's own currency."""
    if money.currency != currency:
        raise wrong(field, f"{field} is in {money.currency[:10]!r}; the order is in {currency}.")


def placing(order: orders.PlaceOrder) -> None:
    """All that can be said of an order without asking anybody."""
    key(order.idempotency_key, "idempotency_key", shortest=8)
    payment(order.payment)
    if order.cart_token is not None and order.lines is not None:
        raise wrong("lines", "Give either lines or a cart, not both.")
    if order.cart_token is not None:
        text(order.cart_token, "cart_token", 200)
    if order.customer_id is not None:
        text(order.customer_id, "customer_id", 64)
    if order.lines is not None:
        new_lines(order.lines)
    if order.charges is not None:
        charges(order.charges)


def payment(method: orders.PaymentMethod) -> None:
    """A provider that is known, with a token where it needs one."""
    if method.provider not in PROVIDERS:
        raise wrong(
            "payment.provider", f"{method.provider[:40]!r} is no payment provider; use {' or '.join(PROVIDERS)}."
        )
    if method.provider == "card" or method.token is not None:
        text(method.token, "payment.token", 200)


def new_lines(lines: Sequence[orders.NewLine]) -> None:
    """No more lines, and no more pieces of each, than an order can have."""
    if not 1 <= len(lines) <= LINES:
        raise wrong("lines", f"An order has 1 to {LINES:,} lines, not {len(lines):,}.")
    for number, line in enumerate(lines, start=1):
        skus.check(line.sku, "lines.sku", f"Line {number}: ")
        if not 1 <= line.quantity <= QUANTITY:
            raise wrong(
                "lines.quantity", f"Line {number}: the quantity must be 1 to {QUANTITY:,}, not {line.quantity:,}."
            )
        if line.agreed_price is not None and line.agreed_price.amount < 0:
            raise wrong("lines.agreed_price", f"Line {number}: a price is 0 or more, not {line.agreed_price.amount}.")
    _pieces_of_each(lines)


def _pieces_of_each(lines: Sequence[orders.NewLine]) -> None:
    """All lines of a SKU together want no more than the inventory moves at once."""
    wanted: Counter[str] = Counter()
    for line in lines:
        wanted[line.sku] += line.quantity
    sku, most = wanted.most_common(1)[0]
    if most > inventory.MAX_QUANTITY:
        raise wrong(
            "lines.quantity",
            f"The lines of {sku} want {most:,} together; an order has up to {inventory.MAX_QUANTITY:,} of a product.",
        )


def names(given: Iterable[str]) -> None:
    """The names of the products of all lines, which an event and a message have room for."""
    size = sum(len(name.encode()) for name in given)
    if size > NAMES_BYTES:
        raise wrong(
            "lines", f"The names of its products take {size:,} bytes, more than {NAMES_BYTES:,}; split the order."
        )


def charges(given: Sequence[orders.Charge]) -> None:
    """Up to 100 charges that say what they are for."""
    if len(given) > CHARGES:
        raise wrong("charges", f"An order has up to {CHARGES} charges, not {len(given):,}.")
    for charge in given:
        text(charge.description, "charges.description", 200)


def total(amounts: Iterable[int]) -> int:
    """The sum, as large as an order's total may be and not below nothing."""
    found = sum(amounts)
    if found < 0:
        raise wrong("charges", "The reductions come to more than the goods cost; an order's total is 0 or more.")
    if found > LARGEST:
        raise wrong("lines", "The order's total is larger than can be counted; split it.")
    return found


def quantities(lines: Sequence[orders.LineQuantity], count: int) -> None:
    """So many of some lines, each named once, of an order that has `count` lines."""
    seen: set[int] = set()
    for line in lines:
        if not 1 <= line.number <= count:
            raise wrong("lines.number", f"The order has lines 1 to {count}, no line {line.number}.")
        if line.number in seen:
            raise wrong("lines.number", f"Line {line.number} is named twice; name it once with the whole quantity.")
        if line.quantity < 1:
            raise wrong("lines.quantity", f"Line {line.number}: the quantity must be 1 or more, not {line.quantity}.")
        seen.add(line.number)
