"""Many rows written at once in plain SQL: a replay writes hundreds of thousands, and the ORM would take most of the time."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connections, models


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
