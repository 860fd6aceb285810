"""Full-text search of products; its index is written in the transaction that writes the products.

What to look for is decided here; `fts5` and `tsvector` are the indexes of SQLite and PostgreSQL. Both give the same products.
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
BROAD = 3_000  # ranking more matches than that would take longer than a page may
EVERYWHERE = 50_000  # what so many products have says nothing about any of them


class Matches(NamedTuple):
    """What a text finds. Where that is very much, only what bears the words in its name is told apart, and scored if it
    is not too much either: the others count as 1 in the names and 0 elsewhere. What is everywhere scores nothing."""

    everything: bitmaps.Bits
    in_names: bitmaps.Bits
    scores: dict[int, int]  # from 2 up, higher is better


def index() -> ModuleType:
    """The index of the database in use."""
    return tsvector if connection.vendor == "postgresql" else fts5


def write(rows: Sequence[Row]) -> None:
    """Updates the index for these products, in the transaction that writes them."""
    index().write([Row(row.product_id, *map(slugs.folded, row[1:])) for row in rows])
    Word.objects.learn(
        {word for row in rows for text in (row.name, row.traits, row.category) for word in words.all_words(text)}
    )


def matching(products: Products, text: str) -> Products:
    """The products that a text looks for, the best match first; see `ProductQuerySet.search`."""
    query = best_match(text)
    if query is None:
        return products.none()
    kind, asked = index(), index().text_of(query)
    found = products.extra(  # noqa: S610 - the match is a parameter
        tables=[kind.TABLE],
        where=[kind.FOUND, f"{kind.TABLE}.{kind.KEY} = catalog_product.id"],
        params=[asked],
        select={"relevance": kind.RELEVANCE},
        select_params=[asked] if kind.RELEVANCE_IS_ASKED else [],
    )
    return cast(Products, found.extra(order_by=["-relevance", "-id"]))


def found_by(text: str, *, ranked: bool) -> Matches:
    """The products that a text looks for as sets, with scores where they are to be ranked: what long lists are made from."""
    query: Query | None = as_typed(text)
    found = _all_of(query) if query else 0
    if not found:
        query = best_match(text)
        found = _all_of(query) if query else 0
    if query is None or not ranked or found.bit_count() > EVERYWHERE:
        return Matches(found, 0, {})
    if found.bit_count() <= BROAD:
        return Matches(found, 0, _scores(query))
    named = _all_of(query, in_names=True)
    return Matches(found, named, _scores(query, in_names=True) if named.bit_count() <= BROAD else {})


def _scores(query: Query, *, in_names: bool = False) -> dict[int, int]:
    kind = index()
    asked = [kind.text_of(query, in_names=in_names)]
    with connection.cursor() as cursor:
        sql = f"SELECT {kind.KEY}, {kind.RELEVANCE} FROM {kind.TABLE} WHERE {kind.FOUND}"  # noqa: S608 - constants
        cursor.execute(sql, asked * (2 if kind.RELEVANCE_IS_ASKED else 1))
        return {product_id: max(2, round(score * 1_000_000)) for product_id, score in cursor.fetchall()}


def _all_of(query: Query, *, in_names: bool = False) -> bitmaps.Bits:
    kind = index()
    with connection.cursor() as cursor:
        # One text with all of them is had several times faster than as many rows.
        sql = f"SELECT {kind.LISTED} FROM {kind.TABLE} WHERE {kind.FOUND}"  # noqa: S608 - constants
        cursor.execute(sql, [kind.text_of(query, in_names=in_names)])
        listed: str | None = cursor.fetchone()[0]
    if not listed:
        return 0
    places = numpy.fromstring(listed, numpy.int64, sep=",")
    flags = numpy.zeros(int(places.max()) + 1, numpy.uint8)
    flags[places] = 1
    return int.from_bytes(numpy.packbits(flags, bitorder="little").tobytes(), "little")


def best_match(text: str) -> Query | None:
    """What to look for: all words as they are typed, else as they may have been meant, else any of them.

    None where nothing at all would be found.
    """
    terms = words.terms(text)
    if query := _found(as_typed(text)):
        return query
    typed = [any_of for term in terms if (any_of := _typed(term))]
    if len(typed) == len(terms) and (query := _found(typed)):
        return query
    meant = [any_of for term in terms if (any_of := _meant(term))]
    return _found(meant) or _found([[term for any_of in meant for term in any_of]])


def as_typed(text: str) -> Query:
    """What to look for where nothing is mistyped: that each word begins one of the product's. Empty without words."""
    return [[queries.beginning(term)] for term in words.terms(text)]


def _found(query: Query) -> Query | None:
    """The query itself, where it finds anything."""
    return query if any(query) and _any(query) else None


def _any(query: Query) -> bool:
    kind = index()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {kind.TABLE} WHERE {kind.FOUND} LIMIT 1", [kind.text_of(query)])  # noqa: S608
        return cursor.fetchone() is not None


def _typed(word: str) -> Sequence[Term]:
    """A word by its beginning, else by what it may have meant; empty where no product has either."""
    if _any([[queries.beginning(word)]]):
        return [queries.beginning(word)]
    return _any_of(Word.objects.beginning(word) or Word.objects.near(word))


def _meant(word: str) -> Sequence[Term]:
    """A word by its beginning or by any word that is near."""
    begun = [queries.beginning(word)] if _any([[queries.beginning(word)]]) else []
    likely = [*begun, *map(queries.exactly, Word.objects.near(word))]
    return likely if likely and _any([likely]) else []


def _any_of(alternatives: Iterable[str]) -> Sequence[Term]:
    terms = [queries.exactly(word) for word in alternatives]
    return terms if terms and _any([terms]) else []
