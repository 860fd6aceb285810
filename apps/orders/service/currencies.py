"""The currencies of a request: accepted in any case, if the shop has them."""

import copy

from django.conf import settings

from idl import common, orders
from thriftshop import money


def checked(order: orders.PlaceOrder) -> orders.PlaceOrder:
    """The order with all currencies in capitals. Raises InvalidInput, naming the field, for an unknown one."""
    result = copy.copy(order)
    if order.currency is not None:
        result.currency = _code(order.currency, "currency")
    if order.expected_total is not None:
        result.expected_total = _money(order.expected_total, "expected_total")
    if order.charges is not None:
        result.charges = [
            orders.Charge(
                kind=charge.kind, description=charge.description, amount=_money(charge.amount, "charges.amount")
            )
            for charge in order.charges
        ]
    if order.lines is not None:
        result.lines = [_line(line) for line in order.lines]
    return result


def in_capitals(amount: common.Money) -> common.Money:
    """An amount with its currency in capitals; the order checks that it is its own."""
    return common.Money(amount=amount.amount, currency=amount.currency.strip().upper())


def _line(line: orders.NewLine) -> orders.NewLine:
    # An imported order has thousands of lines: only those with another spelling are copied.
    if line.agreed_price is None or line.agreed_price.currency in settings.CURRENCIES:
        return line
    price = _money(line.agreed_price, "lines.agreed_price")
    return orders.NewLine(sku=line.sku, quantity=line.quantity, agreed_price=price)


def _money(amount: common.Money, field: str) -> common.Money:
    return common.Money(amount=amount.amount, currency=_code(amount.currency, f"{field}.currency"))


def _code(currency: str, field: str) -> str:
    return money.accepted(currency, settings.CURRENCIES, field)
