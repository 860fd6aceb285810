"""Many rows read and written in plain SQL: a replay writes millions, and the ORM would take most of the time."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connections, models

Row = Sequence[Any]


def read(query: models.QuerySet[Any], columns: Sequence[str], key: str, wanted: Iterable[Any]) -> list[tuple[Any, ...]]:
    """These columns of the rows with one of these keys."""
    values = list(wanted)
    if not values:
        return []
    table = query.model._meta.db_table
    statement = f"SELECT {', '.join(columns)} FROM {table} WHERE {key} IN ({_places(values)})"  # noqa: S608 - our own names only
    with connections[query.db].cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def upsert(query: models.QuerySet[Any], columns: Sequence[str], rows: Iterable[Row], key: str) -> None:
    """Insert rows; overwrite those with the same key."""
    changed = ", ".join(f"{name} = excluded.{name}" for name in columns if name != key)
    insert(query, columns, rows, f" ON CONFLICT ({key}) DO UPDATE SET {changed}")


def insert(query: models.QuerySet[Any], columns: Sequence[str], rows: Iterable[Row], ending: str = "") -> None:
    """Insert rows; `ending` says what to do about existing ones."""
    table = query.model._meta.db_table
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({_places(columns)}){ending}"  # noqa: S608 - our own names only
    with connections[query.db].cursor() as cursor:
        cursor.executemany(statement, list(rows))


def _places(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))
