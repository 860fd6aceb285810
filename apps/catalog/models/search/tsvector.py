"""The full-text index on PostgreSQL: a tsvector with a GIN index.

The configuration `catalog_words` stems as FTS5 does on SQLite (Porter's algorithm, no stop words). Weights distinguish columns.
"""

from collections.abc import Sequence

from django.db import connection

from apps.catalog.domain import words
from apps.catalog.models.search.queries import Query, Row, Term

TABLE, KEY = "catalog_search", "product_id"
CONDITION = "catalog_search.words @@ to_tsquery('catalog_words', %s)"
# The weights of a word in the description (D), traits and category (C), SKU (B) and name (A); normalised by length (1).
RELEVANCE = "ts_rank('{0.1, 0.4, 0.8, 1.0}', catalog_search.words, to_tsquery('catalog_words', %s), 1)"
RELEVANCE_TAKES_QUERY = True
ID_LIST = "string_agg(product_id::text, ',')"
UPSERT = """
INSERT INTO catalog_search (product_id, words) VALUES (
    %s,
    setweight(to_tsvector('catalog_words', %s), 'A')
    || setweight(to_tsvector('catalog_words', %s), 'B')
    || setweight(to_tsvector('catalog_words', %s), 'C')
    || setweight(to_tsvector('catalog_words', %s), 'C')
    || setweight(to_tsvector('catalog_words', %s), 'D')
) ON CONFLICT (product_id) DO UPDATE SET words = excluded.words
"""


def write(rows: Sequence[Row]) -> None:
    """Replace the rows of these products."""
    # Split into words here: PostgreSQL's parser keeps paths, numbers and words with hyphens whole, unlike FTS5.
    plain: list[tuple[int | str, ...]] = [
        (row.product_id, *(" ".join(words.all_words(text)) for text in row[1:])) for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(UPSERT, plain)


def query_text(query: Query, *, in_names: bool = False) -> str:
    """The query in the syntax of PostgreSQL's `to_tsquery`."""
    weights = "AB" if in_names else ""
    return " & ".join(f"({' | '.join(_term(term, weights) for term in alternatives)})" for alternatives in query)


def _term(term: Term, weights: str) -> str:
    flags = ("*" if term.is_prefix else "") + weights
    return f"'{term.word}':{flags}" if flags else f"'{term.word}'"
