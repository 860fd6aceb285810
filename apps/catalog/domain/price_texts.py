"""Descriptions of price changes, for histories and previews."""

import datetime

from apps.catalog.domain import prices, products
from idl import catalog


def of_change(change: catalog.PriceChanged, at: int) -> str:
    """A price change made at a moment: `prices.GBP: 10.00 -> 6.00, from 2026-11-27 00:00 to 2026-11-30 00:00 UTC (Friday)`."""
    price, before = change.price, change.before
    currency = price.money.currency
    amount = prices.amount_text(price.money.amount, currency)
    reason = f" ({price.reason})" if price.reason else ""
    if price.ends_at is not None and price.ends_at <= price.valid_from:
        return f"prices.{currency}: {amount} from {_moment(price.valid_from)} UTC withdrawn{reason}"
    text = products.difference(
        f"prices.{currency}", prices.amount_text(before.amount if before else None, currency), amount
    )
    return f"{text}{_time(price, at)}{reason}"


def _time(price: catalog.Price, at: int) -> str:
    starts = f"from {_moment(price.valid_from)}" if price.valid_from != at else ""
    if price.ends_at is None:
        return f", {starts} UTC" if price.valid_from > at else ""
    return f", {starts} to {_moment(price.ends_at)} UTC" if starts else f", until {_moment(price.ends_at)} UTC"


def _moment(milliseconds: int) -> str:
    return f"{datetime.datetime.fromtimestamp(milliseconds / 1000, tz=datetime.UTC):%Y-%m-%d %H:%M}"
