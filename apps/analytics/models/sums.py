"""Sums by key, added up in one statement."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import models

from thriftshop.database import bulk


def add(
    table: type[models.Model], keys: Sequence[str], sums: Mapping[tuple[str, ...], Any], names: Sequence[str]
) -> None:
    """Add to the sums of rows, in the order of their keys so that concurrent writers do not deadlock."""
    name = table._meta.db_table
    ending = " ON CONFLICT (key) DO UPDATE SET " + ", ".join(f"{n} = {name}.{n} + excluded.{n}" for n in names)
    rows = [(" ".join(key), *key, *(getattr(sums[key], n) for n in names)) for key in sorted(sums)]
    bulk.insert(table._default_manager.all(), ("key", *keys, *names), rows, ending)


def put(table: type[models.Model], key: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows with these values by column, in the order of their keys."""
    ordered = sorted(rows, key=lambda row: row[key])
    if ordered:
        values = [list(row.values()) for row in ordered]
        bulk.upsert(table._default_manager.all(), list(ordered[0]), values, key)
