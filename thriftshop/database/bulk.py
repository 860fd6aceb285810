"""Bulk reads and writes in plain SQL: a replay writes millions of rows, and the ORM would take most of the time."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connections, models

Row = Sequence[Any]


def read(query: models.QuerySet[Any], columns: Sequence[str], key: str, values: Iterable[Any]) -> list[tuple[Any, ...]]:
    """The columns of the rows whose key is among the values."""
    parameters = list(values)
    if not parameters:
        return []
    table = query.model._meta.db_table
    statement = f"SELECT {', '.join(columns)} FROM {table} WHERE {key} IN ({_placeholders(parameters)})"  # noqa: S608 - our own names only
    with connections[query.db].cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def upsert(query: models.QuerySet[Any], columns: Sequence[str], rows: Iterable[Row], key: str) -> None:
    """Insert rows; overwrite those with the same key."""
    assignments = ", ".join(f"{name} = excluded.{name}" for name in columns if name != key)
    insert(query, columns, rows, f" ON CONFLICT ({key}) DO UPDATE SET {assignments}")


def insert(query: models.QuerySet[Any], columns: Sequence[str], rows: Iterable[Row], ending: str = "") -> None:
    """Insert rows; `ending` is the clause for conflicts."""
    table = query.model._meta.db_table
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({_placeholders(columns)}){ending}"  # noqa: S608 - our own names only
    with connections[query.db].cursor() as cursor:
        cursor.executemany(statement, list(rows))


def _placeholders(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))
