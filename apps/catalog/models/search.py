"""Looking for words in products: SQLite's FTS5, kept in step within the transaction that writes the products.

This is the one module that knows how search is done; another database's own search comes in here, behind
`Product.objects.search`. Databases that have none here yet are searched by the words of the name and the SKU.
"""

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, NamedTuple

import numpy
from django.db import connection, models
from django.db.models import Q, Value

from apps.catalog.domain import bitmaps, slugs, words
from apps.catalog.models.words import Word

if TYPE_CHECKING:
    from apps.catalog.models.products import ProductQuerySet

# How much a word counts in each column; negative in FTS5's own order, so that a higher relevance is better.
RELEVANCE = "-bm25(catalog_search, 10.0, 8.0, 4.0, 4.0, 1.0)"
BROAD = 3_000  # ranking more matches than that by bm25 would take longer than a page may
EVERYWHERE = 50_000  # what so many products have says nothing about any of them


class Entry(NamedTuple):
    """What is looked for in a product."""

    product_id: int
    name: str
    sku: str
    traits: str
    category: str
    description: str


class Matches(NamedTuple):
    """What a text finds. Where that is very much, only what bears the words in its name is told apart, and scored if it
    is not too much either: the others count as 1 in the names and 0 elsewhere. What is everywhere scores nothing."""

    everything: bitmaps.Bits
    in_names: bitmaps.Bits
    scores: dict[int, int]  # from 2 up, higher is better


def write(entries: Sequence[Entry]) -> None:
    """Brings the index in step with these products; within the transaction that writes them."""
    if connection.vendor != "sqlite":
        return
    rows: list[tuple[int | str, ...]] = [(one[0], *(slugs.folded(str(text)) for text in one[1:])) for one in entries]
    with connection.cursor() as cursor:
        cursor.executemany("DELETE FROM catalog_search WHERE rowid = %s", [(entry.product_id,) for entry in entries])
        cursor.executemany(
            "INSERT INTO catalog_search (rowid, name, sku, traits, category, description) VALUES (%s, %s, %s, %s, %s, %s)",
            rows,
        )
    Word.objects.learn(
        {
            word
            for entry in entries
            for text in (entry.name, entry.traits, entry.category)
            for word in words.all_words(text)
        }
    )


def matching(products: "ProductQuerySet", text: str) -> "ProductQuerySet":
    """The products that a text looks for, the best match first; see `ProductQuerySet.search`."""
    if connection.vendor != "sqlite":
        return _matching_names(products, text)
    match = best_match(text)
    if match is None:
        return products.none()
    found: ProductQuerySet = products.extra(  # type: ignore[assignment]  # noqa: S610 - the match is a parameter
        tables=["catalog_search"],
        where=["catalog_search MATCH %s", "catalog_search.rowid = catalog_product.id"],
        params=[match],
        select={"relevance": RELEVANCE},
    )
    ordered: ProductQuerySet = found.extra(order_by=["-relevance", "-id"])  # type: ignore[assignment]
    return ordered


def _matching_names(products: "ProductQuerySet", text: str) -> "ProductQuerySet":
    terms = words.terms(text)
    if not terms:
        return products.none()
    wanted = reduce(and_, (Q(sort_name__contains=term) | Q(sku__icontains=term) for term in terms))
    return products.filter(wanted).annotate(relevance=Value(0.0, models.FloatField())).order_by("sort_name", "id")


def found_by(products: "ProductQuerySet", text: str, *, ranked: bool) -> Matches:
    """The products that a text looks for as sets, with scores where they are to be ranked: what long lists are made from."""
    if connection.vendor != "sqlite":
        return Matches(bitmaps.of(list(matching(products, text).values_list("id", flat=True))), 0, {})
    match: str | None = as_typed(text)
    found = _all_of(match) if match else 0
    if not found:
        match = best_match(text)
        found = _all_of(match) if match else 0
    if match is None or not ranked or found.bit_count() > EVERYWHERE:
        return Matches(found, 0, {})
    if found.bit_count() <= BROAD:
        return Matches(found, 0, _scores(match))
    in_names = f"{{name sku}} : ({match})"
    named = _all_of(in_names)
    return Matches(found, named, _scores(in_names) if named.bit_count() <= BROAD else {})


def _scores(match: str) -> dict[int, int]:
    with connection.cursor() as cursor:
        sql = f"SELECT rowid, {RELEVANCE} FROM catalog_search WHERE catalog_search MATCH %s"  # noqa: S608 - constants
        cursor.execute(sql, [match])
        return {product_id: max(2, round(score * 1_000_000)) for product_id, score in cursor.fetchall()}


def _all_of(match: str) -> bitmaps.Bits:
    with connection.cursor() as cursor:
        # One text with all of them is had several times faster than as many rows.
        cursor.execute("SELECT group_concat(rowid) FROM catalog_search WHERE catalog_search MATCH %s", [match])
        listed: str | None = cursor.fetchone()[0]
    if not listed:
        return 0
    places = numpy.fromstring(listed, numpy.int64, sep=",")
    flags = numpy.zeros(int(places.max()) + 1, numpy.uint8)
    flags[places] = 1
    return int.from_bytes(numpy.packbits(flags, bitorder="little").tobytes(), "little")


def best_match(text: str) -> str | None:
    """What to ask FTS5 for: all words as they are typed, else as they may have been meant, else any of them.

    None where nothing at all would be found.
    """
    terms = words.terms(text)
    if match := _found(as_typed(text)):
        return match
    typed = [alternatives for term in terms if (alternatives := _typed(term))]
    if len(typed) == len(terms) and (match := _found(" AND ".join(typed))):
        return match
    meant = [alternatives for term in terms if (alternatives := _meant(term))]
    return _found(" AND ".join(meant)) or _found(" OR ".join(meant))


def as_typed(text: str) -> str:
    """What to ask FTS5 for where nothing is mistyped: that each word begins one of the product's. Empty without words."""
    return " AND ".join(map(_begun, words.terms(text)))


def _found(match: str) -> str | None:
    """The match itself, where it finds anything."""
    return match if match and _any(match) else None


def _any(match: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM catalog_search WHERE catalog_search MATCH %s LIMIT 1", [match])
        return cursor.fetchone() is not None


def _typed(term: str) -> str | None:
    """A term by its beginning, else by what it may have meant; None where no product has either."""
    return _found(_begun(term)) or _anyof(Word.objects.beginning(term) or Word.objects.near(term))


def _meant(term: str) -> str | None:
    """A term by its beginning or by any word that is near."""
    likely = [*([_begun(term)] if _any(_begun(term)) else []), *map(_exactly, Word.objects.near(term))]
    return _found(f"({' OR '.join(likely)})") if likely else None


def _anyof(alternatives: Iterable[str]) -> str | None:
    quoted = [_exactly(word) for word in alternatives]
    return _found(f"({' OR '.join(quoted)})") if quoted else None


def _begun(term: str) -> str:
    # A single letter begins too much to mean anything.
    return f'"{term}" *' if len(term) > 1 else f'"{term}"'


def _exactly(word: str) -> str:
    return f'"{word}"'
