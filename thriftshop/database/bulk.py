"""Bulk reads and writes in plain SQL: a replay writes millions of rows, and the ORM would take most of the time."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connections, models

from thriftshop.database import statements

Row = Sequence[Any]


def read(query: models.QuerySet[Any], columns: Sequence[str], key: str, values: Iterable[Any]) -> list[tuple[Any, ...]]:
    """The columns of the rows whose key is among the values."""
    parameters = list(values)
    if not parameters:
        return []
    table = query.model._meta.db_table
    statement = f"SELECT {', '.join(columns)} FROM {table} WHERE {key} IN ({_placeholders(parameters)})"  # noqa: S608 - our own names only
    return statements.fetch(statement, parameters, query.db)


def upsert(query: models.QuerySet[Any], columns: Sequence[str], rows: Iterable[Row], key: str) -> None:
    """Insert rows; overwrite those with the same key."""
    assignments = ", ".join(f"{name} = excluded.{name}" for name in columns if name != key)
    insert(query, columns, rows, f" ON CONFLICT ({key}) DO UPDATE SET {assignments}")


def insert(query: models.QuerySet[Any], columns: Sequence[str], rows: Iterable[Row], ending: str = "") -> None:
    """Insert rows; `ending` is the clause for conflicts."""
    values = list(rows)
    if not values:
        return
    table = query.model._meta.db_table
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({_placeholders(columns)}){ending}"  # noqa: S608 - our own names only
    statements.execute_many(statement, values, query.db)


def insert_once(query: models.QuerySet[Any], values: Mapping[str, Any]) -> Any:
    """Insert a row with these values by field, and return its key; None if a row with its unique values exists."""
    connection, meta = connections[query.db], query.model._meta
    fields = [meta.get_field(name) for name in values]
    parameters = [
        field.get_db_prep_save(value, connection) for field, value in zip(fields, values.values(), strict=True)
    ]
    statement = (
        f"INSERT INTO {meta.db_table} ({', '.join(str(field.column) for field in fields)})"  # noqa: S608 - our own names only
        f" VALUES ({_placeholders(fields)}) ON CONFLICT DO NOTHING RETURNING {meta.pk.column}"
    )
    rows = statements.fetch(statement, parameters, query.db)
    return rows[0][0] if rows else None


def update(query: models.QuerySet[Any], values: Mapping[str, Any], key: str, value: Any) -> None:
    """Set the columns of the rows with this key."""
    assignments = ", ".join(f"{name} = %s" for name in values)
    statement = f"UPDATE {query.model._meta.db_table} SET {assignments} WHERE {key} = %s"  # noqa: S608 - our own names only
    statements.execute(statement, [*values.values(), value], query.db)


def _placeholders(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))
