"""The validation of input: each function raises InvalidInput, which names the field."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from idl import common, inventory, orders
from thriftshop import skus

MAX_LINES = orders.MAX_LINES
MAX_CHARGES = 100
# The names of all lines, in bytes: the event must fit into a message.
MAX_NAMES_BYTES = 5 * 1024 * 1024
MAX_QUANTITY = orders.MAX_QUANTITY
MAX_TOTAL = 2**63 - 1
PROVIDERS = ("invoice", "card")

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def invalid(field: str, message: str) -> common.InvalidInput:
    """The refusal of a field."""
    return common.InvalidInput(message=message, field=field)


def text(value: str | None, field: str, max_length: int, *, min_length: int = 1) -> None:
    """Check the length of a text, and that it has no control characters."""
    length = len((value or "").strip())
    if not min_length <= length <= max_length:
        raise invalid(field, f"{field} must have {min_length} to {max_length:,} characters, not {length:,}.")
    if _UNPRINTABLE.search(value or ""):
        raise invalid(field, f"{field} has characters that cannot be printed; remove them.")


def key(value: str, field: str = "key", min_length: int = 1) -> None:
    """Check an idempotency key: up to 100 characters."""
    text(value, field, 100, min_length=min_length)


def same_currency(money: common.Money, currency: str, field: str) -> None:
    """Check that an amount is in the order's currency."""
    if money.currency != currency:
        raise invalid(field, f"{field} is in {money.currency[:10]!r}; the order is in {currency}.")


def placing(order: orders.PlaceOrder) -> None:
    """Check an order to be placed, as far as possible without calling other contexts."""
    key(order.idempotency_key, "idempotency_key", min_length=8)
    payment(order.payment)
    if order.cart_token is not None and order.lines is not None:
        raise invalid("lines", "Give either lines or a cart, not both.")
    if order.cart_token is not None:
        text(order.cart_token, "cart_token", 200)
    if order.customer_id is not None:
        text(order.customer_id, "customer_id", 64)
    if order.lines is not None:
        new_lines(order.lines)
    if order.charges is not None:
        charges(order.charges)


def payment(method: orders.PaymentMethod) -> None:
    """Check that the provider exists, and has a token if it needs one."""
    if method.provider not in PROVIDERS:
        raise invalid(
            "payment.provider", f"{method.provider[:40]!r} is not a payment provider; use {' or '.join(PROVIDERS)}."
        )
    if method.provider == "card" or method.token is not None:
        text(method.token, "payment.token", 200)


def new_lines(lines: Sequence[orders.NewLine]) -> None:
    """Check the number of lines and their quantities against the limits of the contract."""
    if not 1 <= len(lines) <= MAX_LINES:
        raise invalid("lines", f"An order has 1 to {MAX_LINES:,} lines, not {len(lines):,}.")
    for number, line in enumerate(lines, start=1):
        skus.check(line.sku, "lines.sku", f"Line {number}: ")
        if not 1 <= line.quantity <= MAX_QUANTITY:
            raise invalid(
                "lines.quantity", f"Line {number}: the quantity must be 1 to {MAX_QUANTITY:,}, not {line.quantity:,}."
            )
        if line.agreed_price is not None and line.agreed_price.amount < 0:
            raise invalid(
                "lines.agreed_price", f"Line {number}: the price must be 0 or more, not {line.agreed_price.amount}."
            )
    _quantities_by_sku(lines)


def _quantities_by_sku(lines: Sequence[orders.NewLine]) -> None:
    """Check the total quantity of each SKU against the inventory's limit."""
    quantities: Counter[str] = Counter()
    for line in lines:
        quantities[line.sku] += line.quantity
    sku, largest = quantities.most_common(1)[0]
    if largest > inventory.MAX_QUANTITY:
        raise invalid(
            "lines.quantity",
            f"The lines of {sku} have {largest:,} together; an order has up to {inventory.MAX_QUANTITY:,} of a product.",
        )


def names(product_names: Iterable[str]) -> None:
    """Check that the names of all lines fit into an event and a message."""
    size = sum(len(name.encode()) for name in product_names)
    if size > MAX_NAMES_BYTES:
        raise invalid(
            "lines", f"The names of the products take {size:,} bytes, more than {MAX_NAMES_BYTES:,}; split the order."
        )


def charges(order_charges: Sequence[orders.Charge]) -> None:
    """Check the number of charges and their descriptions."""
    if len(order_charges) > MAX_CHARGES:
        raise invalid("charges", f"An order has up to {MAX_CHARGES} charges, not {len(order_charges):,}.")
    for charge in order_charges:
        text(charge.description, "charges.description", 200)


def total(amounts: Iterable[int]) -> int:
    """The sum of the amounts. Raises InvalidInput if it is negative or too large."""
    result = sum(amounts)
    if result < 0:
        raise invalid("charges", "The reductions exceed the price of the goods; an order's total must be 0 or more.")
    if result > MAX_TOTAL:
        raise invalid("lines", "The order's total is too large; split the order.")
    return result


def quantities(lines: Sequence[orders.LineQuantity], count: int) -> None:
    """Check quantities of some lines, each listed once, of an order with `count` lines."""
    numbers: set[int] = set()
    for line in lines:
        if not 1 <= line.number <= count:
            raise invalid("lines.number", f"The order has lines 1 to {count}, no line {line.number}.")
        if line.number in numbers:
            raise invalid("lines.number", f"Line {line.number} is listed twice; list it once with the whole quantity.")
        if line.quantity < 1:
            raise invalid("lines.quantity", f"Line {line.number}: the quantity must be 1 or more, not {line.quantity}.")
        numbers.add(line.number)
