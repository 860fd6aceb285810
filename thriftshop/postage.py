"""Postage: what sending an order costs, by currency. One rule, for the cart that shows it and the order that charges it."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings

from thriftshop import money

DESCRIPTION = "Postage and packing"


class Rate(NamedTuple):
    """A flat price, and from which price of goods on it is not charged (None: always charged); minor units."""

    price: int
    free_from: int | None


class NoRate(LookupError):
    """The shop's table has no rate in a currency: nothing can be sent for it. The message says so, for people."""


def of(currency: str, goods: int) -> int:
    """What it costs to send goods of this price, in minor units; 0 where it is free. Raises NoRate."""
    rates = _rates(tuple(settings.POSTAGE.items()))
    if currency not in rates:
        raise NoRate(f"The shop has no postage in {currency[:10]}; it sends orders in {', '.join(rates) or 'none'}.")
    rate = rates[currency]
    return 0 if rate.free_from is not None and goods >= rate.free_from else rate.price


def parse(text: str, currency: str) -> Rate:
    """A rate written `3.95/50.00`, or `3.95` where it is never free. Raises ValueError, saying why."""
    price, slash, free_from = text.partition("/")
    rate = Rate(money.parse(price, currency), money.parse(free_from, currency) if slash else None)
    if rate.price < 0 or (rate.free_from or 0) < 0:
        raise ValueError(f"{text[:40]!r} is less than nothing.")
    return rate


@lru_cache(maxsize=8)
def _rates(table: tuple[tuple[str, str], ...]) -> Mapping[str, Rate]:
    return {currency: parse(text, currency) for currency, text in table}
