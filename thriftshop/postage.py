"""Postage by currency, shared by carts, which show it, and orders, which charge it."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings

from thriftshop import money

DESCRIPTION = "Postage and packing"


class Rate(NamedTuple):
    """A flat price, and the value of goods from which postage is free (None: never); minor units."""

    price: int
    free_from: int | None


class NoRate(LookupError):
    """The shop has no postage rate in a currency, so it cannot ship orders in it."""


def of(currency: str, goods: int) -> int:
    """The postage for goods of a value, in minor units; 0 if it is free. Raises NoRate."""
    rates = _rates(tuple(settings.POSTAGE.items()))
    if currency not in rates:
        raise NoRate(f"The shop has no postage in {currency[:10]}; it sends orders in {', '.join(rates) or 'none'}.")
    rate = rates[currency]
    return 0 if rate.free_from is not None and goods >= rate.free_from else rate.price


def parse(text: str, currency: str) -> Rate:
    """Parse a rate: `3.95/50.00`, or `3.95` if postage is never free. Raises ValueError with the reason."""
    price, slash, free_from = text.partition("/")
    rate = Rate(money.parse(price, currency), money.parse(free_from, currency) if slash else None)
    if rate.price < 0 or (rate.free_from or 0) < 0:
        raise ValueError(f"{text[:40]!r} is negative.")
    return rate


@lru_cache(maxsize=8)
def _rates(table: tuple[tuple[str, str], ...]) -> Mapping[str, Rate]:
    return {currency: parse(text, currency) for currency, text in table}
