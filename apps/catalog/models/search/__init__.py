"""Full-text search of products; its index is written in the transaction that writes the products.

This module chooses the query; `fts5` and `tsvector` are the indexes of SQLite and PostgreSQL. Both give the same results.
"""

from collections.abc import Iterable, Sequence
from types import ModuleType
from typing import Any, NamedTuple, TypeVar, cast

import numpy
from django.db import connection
from django.db.models import QuerySet

from apps.catalog.domain import bitmaps, slugs, words
from apps.catalog.models.search import fts5, queries, tsvector
from apps.catalog.models.search.queries import Query, Row, Term
from apps.catalog.models.words import Word

Products = TypeVar("Products", bound=QuerySet[Any])
MAX_SCORED = 3_000  # scoring more matches would take longer than a page may
MAX_RANKED = 50_000  # words that more products contain do not distinguish between them


class Matches(NamedTuple):
    """The products that match a text.

    Up to MAX_SCORED of them have scores. Of more, those with the words in their names are in `in_names`, and they alone have
    scores if they are not too many; without scores, a match in a name counts as 1 and any other as 0. Of more than
    MAX_RANKED, none is preferred.
    """

    products: bitmaps.Bits
    in_names: bitmaps.Bits
    scores: dict[int, int]  # from 2 up, higher is better


def index() -> ModuleType:
    """The index of the database in use."""
    return tsvector if connection.vendor == "postgresql" else fts5


def write(rows: Sequence[Row]) -> None:
    """Update the index for these products, in the transaction that writes them."""
    index().write([Row(row.product_id, *map(slugs.folded, row[1:])) for row in rows])
    Word.objects.learn(
        {word for row in rows for text in (row.name, row.traits, row.category) for word in words.all_words(text)}
    )


def matching(products: Products, text: str) -> Products:
    """The products that match a text, the best match first; see `ProductQuerySet.search`."""
    query = best_match(text)
    if query is None:
        return products.none()
    backend, match = index(), index().query_text(query)
    rows = products.extra(  # noqa: S610 - the query is a parameter
        tables=[backend.TABLE],
        where=[backend.CONDITION, f"{backend.TABLE}.{backend.KEY} = catalog_product.id"],
        params=[match],
        select={"relevance": backend.RELEVANCE},
        select_params=[match] if backend.RELEVANCE_TAKES_QUERY else [],
    )
    return cast(Products, rows.extra(order_by=["-relevance", "-id"]))


def find(text: str, *, ranked: bool) -> Matches:
    """The products that match a text as sets, with scores if they are to be ranked."""
    query: Query | None = as_typed(text)
    products = _matching_ids(query) if query else 0
    if not products:
        query = best_match(text)
        products = _matching_ids(query) if query else 0
    if query is None or not ranked or products.bit_count() > MAX_RANKED:
        return Matches(products, 0, {})
    if products.bit_count() <= MAX_SCORED:
        return Matches(products, 0, _scores(query))
    in_names = _matching_ids(query, in_names=True)
    return Matches(products, in_names, _scores(query, in_names=True) if in_names.bit_count() <= MAX_SCORED else {})


def _scores(query: Query, *, in_names: bool = False) -> dict[int, int]:
    backend = index()
    match = [backend.query_text(query, in_names=in_names)]
    with connection.cursor() as cursor:
        sql = f"SELECT {backend.KEY}, {backend.RELEVANCE} FROM {backend.TABLE} WHERE {backend.CONDITION}"  # noqa: S608 - constants
        cursor.execute(sql, match * (2 if backend.RELEVANCE_TAKES_QUERY else 1))
        return {product_id: max(2, round(score * 1_000_000)) for product_id, score in cursor.fetchall()}


def _matching_ids(query: Query, *, in_names: bool = False) -> bitmaps.Bits:
    backend = index()
    with connection.cursor() as cursor:
        # Reading all ids as one text is several times faster than reading as many rows.
        sql = f"SELECT {backend.ID_LIST} FROM {backend.TABLE} WHERE {backend.CONDITION}"  # noqa: S608 - constants
        cursor.execute(sql, [backend.query_text(query, in_names=in_names)])
        ids_text: str | None = cursor.fetchone()[0]
    if not ids_text:
        return 0
    ids = numpy.fromstring(ids_text, numpy.int64, sep=",")
    flags = numpy.zeros(int(ids.max()) + 1, numpy.uint8)
    flags[ids] = 1
    return int.from_bytes(numpy.packbits(flags, bitorder="little").tobytes(), "little")


def best_match(text: str) -> Query | None:
    """The strictest query with results: all words as typed, else all words as corrected, else any corrected word.

    None if none of them has results.
    """
    terms = words.terms(text)
    if query := _if_matching(as_typed(text)):
        return query
    completed = [alternatives for term in terms if (alternatives := _completions(term))]
    if len(completed) == len(terms) and (query := _if_matching(completed)):
        return query
    corrected = [alternatives for term in terms if (alternatives := _corrections(term))]
    return _if_matching(corrected) or _if_matching([[term for alternatives in corrected for term in alternatives]])


def as_typed(text: str) -> Query:
    """The query for a text without typing errors: each word begins one of the product's. Empty without words."""
    return [[queries.beginning(term)] for term in words.terms(text)]


def _if_matching(query: Query) -> Query | None:
    """The query itself if a product matches it, or None."""
    return query if any(query) and _matches_any(query) else None


def _matches_any(query: Query) -> bool:
    backend = index()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {backend.TABLE} WHERE {backend.CONDITION} LIMIT 1", [backend.query_text(query)])  # noqa: S608
        return cursor.fetchone() is not None


def _completions(word: str) -> Sequence[Term]:
    """A word as a prefix, else the words that begin with it or resemble it; empty if no product has any."""
    if _matches_any([[queries.beginning(word)]]):
        return [queries.beginning(word)]
    return _exact_terms(Word.objects.beginning(word) or Word.objects.near(word))


def _corrections(word: str) -> Sequence[Term]:
    """A word as a prefix and the words that resemble it; empty if no product has any."""
    prefix = [queries.beginning(word)] if _matches_any([[queries.beginning(word)]]) else []
    alternatives = [*prefix, *map(queries.exactly, Word.objects.near(word))]
    return alternatives if alternatives and _matches_any([alternatives]) else []


def _exact_terms(alternatives: Iterable[str]) -> Sequence[Term]:
    terms = [queries.exactly(word) for word in alternatives]
    return terms if terms and _matches_any([terms]) else []
