"""The price columns: for each currency the regular price, and a temporary one with its start and end."""

import re
from collections.abc import Iterable, Mapping, Sequence

from django.conf import settings

from apps.catalog.admin import cells
from apps.catalog.domain import prices as rules
from apps.catalog.models import PriceEntry
from idl import catalog, common
from thriftshop import clock, money

KINDS = ("price", "sale", "sale from", "sale until")
_NAME = re.compile(rf"({'|'.join(KINDS)}) ([a-z]{{3}})", re.IGNORECASE)


def header() -> list[str]:
    """The names of the columns."""
    return [f"{kind} {currency}" for currency in settings.CURRENCIES for kind in KINDS]


def canonical_name(name: str) -> str | None:
    """The name of a price column in the spelling of exports; None for other columns. Raises cells.InvalidColumns."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    try:
        return f"{match[1].lower()} {money.accepted(match[2], settings.CURRENCIES, name)}"
    except common.InvalidInput as refusal:
        raise cells.InvalidColumns(f"The column “{name}” is unknown: {refusal.message}") from refusal


def texts(product_ids: Sequence[int]) -> dict[int, list[str]]:
    """The cells of these products under `header()`."""
    timelines = PriceEntry.objects.timelines(product_ids)
    now = clock.now()
    return {
        product_id: [
            text
            for currency in settings.CURRENCIES
            for text in _texts(timelines.get((product_id, currency), ()), currency, now)
        ]
        for product_id in product_ids
    }


def _texts(timeline: rules.Timeline, currency: str, now: int) -> Iterable[str]:
    regular, sale = rules.regular(timeline, now), _sale(timeline, now)
    yield "" if regular is None else money.decimal_text(regular.amount, currency)
    yield "" if sale is None else money.decimal_text(sale.amount, currency)
    yield "" if sale is None else cells.moment_text(sale.valid_from)
    yield "" if sale is None else cells.moment_text(sale.ends_at)


def _sale(timeline: rules.Timeline, now: int) -> rules.Entry | None:
    """The temporary price in force, or else the next one."""
    current = rules.in_force(timeline, now)
    if current is not None and current.is_temporary:
        return current
    return next((entry for entry in timeline if entry.is_temporary and entry.valid_from > now), None)


def prices(row: Mapping[str, str]) -> list[common.Money]:
    """The regular prices of a row, without those of empty cells. Raises cells.InvalidCell."""
    return [
        common.Money(amount=cells.amount(f"price {currency}", text, currency), currency=currency)
        for currency in settings.CURRENCIES
        if (text := row.get(f"price {currency}"))
    ]


def sales(row: Mapping[str, str]) -> list[catalog.SaleInput]:
    """The temporary prices of a row. Raises cells.InvalidCell, also if one has no end or no amount."""
    inputs = []
    for currency in settings.CURRENCIES:
        price, start, end = (f"{kind} {currency}" for kind in KINDS[1:])
        if not any(row.get(name) for name in (price, start, end)):
            continue
        for name, meaning in ((price, "an amount"), (end, "an end")):
            if not row.get(name):
                raise cells.InvalidCell(f"{name}: a temporary price needs {meaning}")
        inputs.append(
            catalog.SaleInput(
                money=common.Money(amount=cells.amount(price, row[price], currency), currency=currency),
                valid_from=cells.moment(start, row[start]) if row.get(start) else None,
                valid_until=cells.moment(end, row[end]),
            )
        )
    return inputs
