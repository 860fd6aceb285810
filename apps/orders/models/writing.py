"""Rows read and written in plain SQL, many at once: a replay moves hundreds of thousands, and the ORM takes most of the time."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connections, models


def rows(query: models.QuerySet[Any], columns: Sequence[str], key: str, wanted: Iterable[Any]) -> list[tuple[Any, ...]]:
    """These columns of the rows whose `key` is one of those wanted."""
    values = list(wanted)
    if not values:
        return []
    places = ", ".join(["%s"] * len(values))
    statement = f"SELECT {', '.join(columns)} FROM {query.model._meta.db_table} WHERE {key} IN ({places})"  # noqa: S608 - our own names only
    with connections[query.db].cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def put(query: models.QuerySet[Any], columns: Sequence[str], rows: Iterable[Sequence[Any]], key: str) -> None:
    """Inserts rows; those that are there under `key` are rewritten."""
    changed = ", ".join(f"{name} = excluded.{name}" for name in columns if name != key)
    insert(query, columns, rows, f" ON CONFLICT ({key}) DO UPDATE SET {changed}")


def insert(query: models.QuerySet[Any], columns: Sequence[str], rows: Iterable[Sequence[Any]], ending: str) -> None:
    """Inserts rows with an ending that says what becomes of those that are there."""
    table = query.model._meta.db_table
    places = ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places}){ending}"  # noqa: S608 - our own names only
    with connections[query.db].cursor() as cursor:
        cursor.executemany(statement, list(rows))
