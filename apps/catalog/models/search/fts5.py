"""The full-text index on SQLite: FTS5."""

from collections.abc import Sequence

from django.db import connection

from apps.catalog.models.search.queries import Query, Row, Term

TABLE, KEY = "catalog_search", "rowid"
FOUND = "catalog_search MATCH %s"
# How much a word counts in each column; negative in FTS5's own order, so that a higher relevance is better.
RELEVANCE = "-bm25(catalog_search, 10.0, 8.0, 4.0, 4.0, 1.0)"
# The relevance knows the match of the query that it stands in.
RELEVANCE_IS_ASKED = False
LISTED = "group_concat(rowid)"
INSERT = "INSERT INTO catalog_search (rowid, name, sku, traits, category, description) VALUES (%s, %s, %s, %s, %s, %s)"


def write(rows: Sequence[Row]) -> None:
    """Replaces the rows of these products."""
    with connection.cursor() as cursor:
        cursor.executemany("DELETE FROM catalog_search WHERE rowid = %s", [(row.product_id,) for row in rows])
        cursor.executemany(INSERT, rows)


def text_of(query: Query, *, in_names: bool = False) -> str:
    """The query as FTS5 reads it."""
    whole = " AND ".join(f"({' OR '.join(map(_term, any_of))})" for any_of in query)
    return f"{{name sku}} : ({whole})" if in_names else whole


def _term(term: Term) -> str:
    return f'"{term.word}" *' if term.is_prefix else f'"{term.word}"'
