"""Looking for words in products: SQLite's FTS5, kept in step within the transaction that writes the products.

This is the one module that knows how search is done; another database's own search comes in here, behind
`Product.objects.search`. Databases that have none here yet are searched by the words of the name and the SKU.
"""

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection, models
from django.db.models import Q, Value

from apps.catalog.domain import slugs, words
from apps.catalog.models.words import Word

if TYPE_CHECKING:
    from apps.catalog.models.products import ProductQuerySet

# How much a word counts in each column; negative in FTS5's own order, so that a higher relevance is better.
RELEVANCE = "-bm25(catalog_search, 10.0, 8.0, 4.0, 4.0, 1.0)"
BROAD = 6_000  # ranking so many matches by bm25 would take longer than a page may


class Entry(NamedTuple):
    """What is looked for in a product."""

    product_id: int
    name: str
    sku: str
    traits: str
    category: str
    description: str


def write(entries: Sequence[Entry]) -> None:
    """Brings the index in step with these products; within the transaction that writes them."""
    if connection.vendor != "sqlite":
        return
    rows = [(entry.product_id, *map(slugs.folded, entry[1:])) for entry in entries]
    with connection.cursor() as cursor:
        cursor.executemany("DELETE FROM catalog_search WHERE rowid = %s", [(entry.product_id,) for entry in entries])
        cursor.executemany(
            "INSERT INTO catalog_search (rowid, name, sku, traits, category, description) VALUES (%s, %s, %s, %s, %s, %s)",
            rows,
        )
    Word.objects.learn(
        {word for entry in entries for text in (entry.name, entry.traits, entry.category) for word in words.all_words(text)}
    )


def matching(products: "ProductQuerySet", text: str) -> "ProductQuerySet":
    """The products that a text looks for, the best match first; see `ProductQuerySet.search`."""
    if connection.vendor != "sqlite":
        return _matching_names(products, text)
    match = best_match(text)
    if match is None:
        return products.none()
    found = products.extra(  # noqa: S610 - the match is a parameter
        tables=["catalog_search"],
        where=["catalog_search MATCH %s", "catalog_search.rowid = catalog_product.id"],
        params=[match],
        select={"relevance": RELEVANCE},
    )
    return found.extra(order_by=["-relevance", "-id"])  # noqa: S610 - as above


def _matching_names(products: "ProductQuerySet", text: str) -> "ProductQuerySet":
    terms = words.terms(text)
    if not terms:
        return products.none()
    wanted = reduce(and_, (Q(sort_name__contains=term) | Q(sku__icontains=term) for term in terms))
    return products.filter(wanted).annotate(relevance=Value(0.0, models.FloatField())).order_by("sort_name", "id")


def ranked(products: "ProductQuerySet", text: str) -> list[tuple[int, int]]:
    """The ids of the products that a text looks for and how well they match, in no order; higher is better.

    Where very many match, only those that bear the words in their names are told apart from the others.
    """
    match = best_match(text) if connection.vendor == "sqlite" else None
    if match is None:
        return [(product_id, 0) for product_id in matching(products, text).values_list("id", flat=True)]
    if _count(match) <= BROAD:
        return _scored(match)
    in_names = f"{{name sku}} : ({match})"
    known = dict(_scored(in_names)) if _count(in_names) <= BROAD else {}
    return [(product_id, known.get(product_id, 0)) for (product_id,) in _rows("rowid", match)]


def _scored(match: str) -> list[tuple[int, int]]:
    return [(product_id, round(score * 1_000_000)) for product_id, score in _rows(f"rowid, {RELEVANCE}", match)]


def _count(match: str) -> int:
    count: int = _rows("count(*)", match)[0][0]
    return count


def _rows(columns: str, match: str) -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM catalog_search WHERE catalog_search MATCH %s", [match])  # noqa: S608 - constants
        return cursor.fetchall()


def best_match(text: str) -> str | None:
    """What to ask FTS5 for: all words as they are typed, else as they may have been meant, else any of them.

    None where nothing at all would be found.
    """
    terms = words.terms(text)
    if match := _found(" AND ".join(map(_begun, terms))):
        return match
    typed = [alternatives for term in terms if (alternatives := _typed(term))]
    if len(typed) == len(terms) and (match := _found(" AND ".join(typed))):
        return match
    meant = [alternatives for term in terms if (alternatives := _meant(term))]
    return _found(" AND ".join(meant)) or _found(" OR ".join(meant))


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
