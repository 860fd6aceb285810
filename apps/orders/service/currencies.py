"""The currencies that an order names: in capitals or not, and of the shop's own."""

import copy

from django.conf import settings

from idl import common, orders
from thriftshop import money


def checked(order: orders.PlaceOrder) -> orders.PlaceOrder:
    """The order with all currencies in capitals. Raises common.InvalidInput, naming the field, for one that the shop lacks."""
    found = copy.copy(order)
    if order.currency is not None:
        found.currency = _code(order.currency, "currency")
    if order.expected_total is not None:
        found.expected_total = _money(order.expected_total, "expected_total")
    if order.charges is not None:
        found.charges = [
            orders.Charge(kind=one.kind, description=one.description, amount=_money(one.amount, "charges.amount"))
            for one in order.charges
        ]
    if order.lines is not None:
        found.lines = [_line(line) for line in order.lines]
    return found


def in_capitals(given: common.Money) -> common.Money:
    """An amount with its currency in capitals; whether it is the order's is for the order to say."""
    return common.Money(amount=given.amount, currency=given.currency.strip().upper())


def _line(line: orders.NewLine) -> orders.NewLine:
    # An imported order has thousands of lines: those that are right are kept as they are.
    if line.agreed_price is None or line.agreed_price.currency in settings.CURRENCIES:
        return line
    price = _money(line.agreed_price, "lines.agreed_price")
    return orders.NewLine(sku=line.sku, quantity=line.quantity, agreed_price=price)


def _money(given: common.Money, field: str) -> common.Money:
    return common.Money(amount=given.amount, currency=_code(given.currency, f"{field}.currency"))


def _code(currency: str, field: str) -> str:
    return money.accepted(currency, settings.CURRENCIES, field)
