"""The rows of prices: the entries as they were set, and the intervals that follow from them."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from django.db import models

from apps.catalog.domain import prices as rules
from apps.catalog.models import Price, PriceEntry

ENTRY_KEY = ("product_id", "currency", "valid_from", "is_temporary")
INTERVAL_KEY = ("product_id", "currency", "valid_from")


class Changed(NamedTuple):
    """The timeline of a product in a currency, before and after."""

    product_id: int
    currency: str
    before: rules.Timeline
    after: rules.Timeline


def write(changed: Sequence[Changed], now: int) -> None:
    """Writes what differs; within `writing()`, whose moment is `now`."""
    _replace(
        PriceEntry,
        ENTRY_KEY,
        [_entry(one, entry) for one in changed for entry in set(one.before).difference(one.after)],
        [_entry(one, entry) for one in changed for entry in set(one.after).difference(one.before)],
    )
    removed, added = [], []
    for one in changed:
        before, after = set(rules.intervals(one.before)), set(rules.intervals(one.after))
        removed += [_interval(one, interval, now) for interval in before - after]
        added += [_interval(one, interval, now) for interval in after - before]
    _replace(Price, INTERVAL_KEY, removed, added)


def _entry(changed: Changed, entry: rules.Entry) -> PriceEntry:
    return PriceEntry(
        product_id=changed.product_id,
        currency=changed.currency,
        is_temporary=entry.is_temporary,
        **entry._asdict(),
    )


def _interval(changed: Changed, interval: rules.Interval, now: int) -> Price:
    return Price(
        product_id=changed.product_id,
        currency=changed.currency,
        amount=interval.entry.amount,
        valid_from=interval.valid_from,
        valid_until=interval.valid_until,
        ends_at=interval.ends_at,
        regular=interval.regular,
        reason=interval.entry.reason,
        actor=interval.entry.actor,
        awaited=interval.valid_from > now,
    )


def _replace(
    table: type[models.Model], key: tuple[str, ...], removed: Sequence[models.Model], added: Sequence[models.Model]
) -> None:
    """Writes rows over those of the same key, and deletes those whose key is gone."""
    kept = {_key(row, key) for row in added}
    _delete(table, key, {_key(row, key) for row in removed} - kept)
    others = [one.name for one in table._meta.concrete_fields if one.attname not in ("id", *key)]
    unique = [table._meta.get_field(name.removesuffix("_id")).name for name in key]
    table._default_manager.bulk_create(added, update_conflicts=True, unique_fields=unique, update_fields=others)


def _delete(table: type[models.Model], key: tuple[str, ...], gone: Collection[tuple[Any, ...]]) -> None:
    if not gone:
        return
    rows = table._default_manager.filter(product_id__in={one[0] for one in gone}).values_list("id", *key)
    table._default_manager.filter(id__in=[row[0] for row in rows if row[1:] in gone]).delete()


def _key(row: models.Model, key: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in key)
