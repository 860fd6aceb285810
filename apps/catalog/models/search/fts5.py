"""The full-text index on SQLite: FTS5."""

from collections.abc import Sequence

from django.db import connection

from apps.catalog.models.search.queries import Query, Row, Term

TABLE, KEY = "catalog_search", "rowid"
CONDITION = "catalog_search MATCH %s"
# The weights of a word in each column. FTS5 ranks are lower for better matches; negated, a higher relevance is better.
RELEVANCE = "-bm25(catalog_search, 10.0, 8.0, 4.0, 4.0, 1.0)"
# bm25() uses the query of the MATCH condition.
RELEVANCE_TAKES_QUERY = False
ID_LIST = "group_concat(rowid)"
INSERT = "INSERT INTO catalog_search (rowid, name, sku, traits, category, description) VALUES (%s, %s, %s, %s, %s, %s)"


def write(rows: Sequence[Row]) -> None:
    """Replace the rows of these products."""
    with connection.cursor() as cursor:
        cursor.executemany("DELETE FROM catalog_search WHERE rowid = %s", [(row.product_id,) for row in rows])
        cursor.executemany(INSERT, rows)


def query_text(query: Query, *, in_names: bool = False) -> str:
    """The query in the syntax of FTS5."""
    text = " AND ".join(f"({' OR '.join(map(_term, alternatives))})" for alternatives in query)
    return f"{{name sku}} : ({text})" if in_names else text


def _term(term: Term) -> str:
    return f'"{term.word}" *' if term.is_prefix else f'"{term.word}"'
