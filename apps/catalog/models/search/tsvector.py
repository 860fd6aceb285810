"""The full-text index on PostgreSQL: a tsvector with a GIN index.

The configuration `catalog_words` stems as FTS5 does on SQLite (Porter's algorithm, no stop words); weights stand for columns.
"""

from collections.abc import Sequence

from django.db import connection

from apps.catalog.domain import words
from apps.catalog.models.search.queries import Query, Row, Term

TABLE, KEY = "catalog_search", "product_id"
FOUND = "catalog_search.words @@ to_tsquery('catalog_words', %s)"
# How much a word counts: D the description, C traits and category, B the SKU, A the name; less so in a long text (1).
RELEVANCE = "ts_rank('{0.1, 0.4, 0.8, 1.0}', catalog_search.words, to_tsquery('catalog_words', %s), 1)"
RELEVANCE_IS_ASKED = True
LISTED = "string_agg(product_id::text, ',')"
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
    """Replaces the rows of these products."""
    # Words alone: PostgreSQL's parser would take a path, a number or a word with a hyphen as one, FTS5 does not.
    plain: list[tuple[int | str, ...]] = [
        (row.product_id, *(" ".join(words.all_words(text)) for text in row[1:])) for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(UPSERT, plain)


def text_of(query: Query, *, in_names: bool = False) -> str:
    """The query as PostgreSQL's `to_tsquery` reads it."""
    weights = "AB" if in_names else ""
    return " & ".join(f"({' | '.join(_term(term, weights) for term in any_of)})" for any_of in query)


def _term(term: Term, weights: str) -> str:
    flags = ("*" if term.is_prefix else "") + weights
    return f"'{term.word}':{flags}" if flags else f"'{term.word}'"
