"""The table of a product's prices over time: scheduled, current and ended, latest first."""

from collections.abc import Iterator
from typing import Any

from apps.catalog.admin import labels
from apps.catalog.domain import prices as rules
from apps.catalog.models import PriceEntry, Product
from idl import catalog, common
from thriftshop import money

BADGES = {"scheduled": "warn", "current": "", "ended": "quiet"}


def rows(product: Product, now: int) -> list[dict[str, Any]]:
    """The periods in which prices are in force, in every currency."""
    timelines = PriceEntry.objects.timelines([product.id])
    periods = [row for (_, currency), timeline in timelines.items() for row in _rows(timeline, currency, now)]
    return sorted(periods, key=lambda row: (-row["interval"].valid_from, row["currency"]))


def _rows(timeline: rules.Timeline, currency: str, now: int) -> Iterator[dict[str, Any]]:
    with_end_button = set()
    for interval in rules.intervals(timeline):
        entry = interval.entry
        # A temporary price can be ended from the first of its rows that has not ended.
        can_end = entry.ends_at is not None and not _ended(interval, now) and entry not in with_end_button
        if can_end:
            with_end_button.add(entry)
        yield {
            "interval": interval,
            "currency": currency,
            "amount": money.format_amount(entry.amount, currency),
            "regular": "" if interval.regular is None else money.format_amount(interval.regular, currency),
            "since": labels.moment(interval.valid_from),
            "until": labels.moment(interval.valid_until),
            "state": _state(interval, now),
            "badge": BADGES[_state(interval, now)],
            "has_started": entry.valid_from <= now,
            "can_end": can_end,
        }


def _ended(interval: rules.Interval, now: int) -> bool:
    return interval.valid_until is not None and interval.valid_until <= now


def _state(interval: rules.Interval, now: int) -> str:
    if interval.valid_from > now:
        return "scheduled"
    return "ended" if _ended(interval, now) else "current"


def ending(product: Product, currency: str, valid_from: int, now: int) -> catalog.PriceInput | None:
    """The input that ends a temporary price now, or withdraws it before its start; None if there is no such price."""
    timeline = PriceEntry.objects.timelines([product.id]).get((product.id, currency), ())
    entry = next((entry for entry in timeline if entry.is_temporary and entry.valid_from == valid_from), None)
    if entry is None:
        return None
    return catalog.PriceInput(
        sku=product.sku,
        money=common.Money(amount=entry.amount, currency=currency),
        valid_from=entry.valid_from,
        valid_until=max(entry.valid_from, now),
    )
