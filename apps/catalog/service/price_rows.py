"""Saving prices: the entries as they were set, and the intervals derived from them."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from django.db import models

from apps.catalog.domain import prices as rules
from apps.catalog.models import Price, PriceEntry

ENTRY_KEY = ("product_id", "currency", "valid_from", "is_temporary")
INTERVAL_KEY = ("product_id", "currency", "valid_from")


class Change(NamedTuple):
    """The timeline of a product in a currency, before and after."""

    product_id: int
    currency: str
    before: rules.Timeline
    after: rules.Timeline


def write(changes: Sequence[Change], now: int) -> None:
    """Save the differences; to be called within `writing.transaction()`, at its `now`."""
    _replace(
        PriceEntry,
        ENTRY_KEY,
        [_entry(change, entry) for change in changes for entry in set(change.before).difference(change.after)],
        [_entry(change, entry) for change in changes for entry in set(change.after).difference(change.before)],
    )
    removed, added = [], []
    for change in changes:
        before, after = set(rules.intervals(change.before)), set(rules.intervals(change.after))
        removed += [_interval(change, interval, now) for interval in before - after]
        added += [_interval(change, interval, now) for interval in after - before]
    _replace(Price, INTERVAL_KEY, removed, added)


def _entry(change: Change, entry: rules.Entry) -> PriceEntry:
    return PriceEntry(
        product_id=change.product_id,
        currency=change.currency,
        is_temporary=entry.is_temporary,
        **entry._asdict(),
    )


def _interval(change: Change, interval: rules.Interval, now: int) -> Price:
    return Price(
        product_id=change.product_id,
        currency=change.currency,
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
    """Save the added rows, replacing those with the same key, and delete the removed ones."""
    added_keys = {_key(row, key) for row in added}
    _delete(table, key, {_key(row, key) for row in removed} - added_keys)
    others = [field.name for field in table._meta.concrete_fields if field.attname not in ("id", *key)]
    unique = [table._meta.get_field(name.removesuffix("_id")).name for name in key]
    table._default_manager.bulk_create(added, update_conflicts=True, unique_fields=unique, update_fields=others)


def _delete(table: type[models.Model], key: tuple[str, ...], keys: Collection[tuple[Any, ...]]) -> None:
    if not keys:
        return
    rows = table._default_manager.filter(product_id__in={product_id for product_id, *_ in keys}).values_list("id", *key)
    table._default_manager.filter(id__in=[row[0] for row in rows if row[1:] in keys]).delete()


def _key(row: models.Model, key: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in key)
