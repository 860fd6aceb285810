"""Sets of products: one for each status, category, value of a trait, and binary digit of a price.

The sets (apps/catalog/domain/bitmaps.py) are changed in the transaction that changes the products, so that filters and
facets need only a few rows and are always current, in any process and on any database.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy
from django.db import models
from django.db.models import Sum

from apps.catalog.domain import bitmaps, prices, products
from thriftshop.database import prepared

PRICED = "priced"  # the set of the products with a price, beside the sets of the digits
DIGITS = prices.MAX_AMOUNT.bit_length()
MAX_COUNTED = 500  # values of a trait that are counted, and traits: the most common in the whole catalog
COLUMNS = ("kind", "code", "value", "block", "bits")


class Key(NamedTuple):
    """The key of a set: ("status", "", "2"), ("category", "", id), ("code", "colour", ""), ("trait", "colour", "Red"),
    ("price", "GBP", "priced") and, for binary digits, ("price", "GBP", "7")."""

    kind: str
    code: str
    value: str


def keys_of(details: products.Details, amounts: Mapping[str, int]) -> set[Key]:
    """The sets that contain a product with these details and current prices by currency."""
    keys = {Key("status", "", str(details.status))}
    if details.category_id:
        keys.add(Key("category", "", details.category_id))
    for trait in details.traits:
        keys |= {Key("code", trait.code, ""), Key("trait", trait.code, trait.value)}
    return keys.union(*(price_keys(currency, amount) for currency, amount in amounts.items()))


def price_keys(currency: str, amount: int) -> set[Key]:
    """The sets that contain a product with this price."""
    return {
        Key("price", currency, PRICED),
        *(Key("price", currency, str(digit)) for digit in bitmaps.digits(amount)),
    }


Row = tuple[str, str, str, int, bytes]
"""Kind, code and value of a set, and one of its blocks with its number."""


def sets(keys: Iterable[Key]) -> dict[Key, bitmaps.Bits]:
    """The sets of these keys; empty ones are left out."""
    return joined(rows_of(keys))


def joined(rows: Iterable[Row]) -> dict[Key, bitmaps.Bits]:
    """The sets of which these are all blocks."""
    blocks_by_key: dict[Key, list[tuple[int, bitmaps.Bits]]] = defaultdict(list)
    for kind, code, value, block, bits in rows:
        blocks_by_key[Key(kind, code, value)].append((block, bitmaps.decode_block(bytes(bits))))
    return {key: bitmaps.join(blocks) for key, blocks in blocks_by_key.items()}


def counts(rows: Iterable[Row], candidates: bitmaps.Bits) -> dict[Key, int]:
    """For each set, how many of its products are among the candidates."""
    counts: dict[Key, int] = defaultdict(int)
    stored: dict[int, list[tuple[Key, bytes]]] = defaultdict(list)
    for kind, code, value, block, bits in rows:
        stored[block].append((Key(kind, code, value), bytes(bits)))
    candidate_blocks = dict(bitmaps.split(candidates))
    for block, blocks in stored.items():
        sizes = intersection_sizes([bits for _, bits in blocks], candidate_blocks.get(block, 0))
        for (key, _), size in zip(blocks, sizes, strict=True):
            counts[key] += size
    return counts


def rows_of(keys: Iterable[Key]) -> Iterator[Row]:
    """The blocks of these sets."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key in keys:
        groups[key[:2]].append(key.value)
    for (kind, code), values in groups.items():
        yield from _rows_with_values(kind=kind, code=code, values=values)


def rows_of_codes(kind: str, codes: Collection[str]) -> list[Row]:
    """The blocks of all sets of a kind with these codes."""
    return _rows_with_codes(kind=kind, codes=codes)


def largest_values(code: str) -> list[str]:
    """The most common values of a trait, up to MAX_COUNTED."""
    return [value for value, _ in _largest_values(code=code)]


def largest_codes() -> list[str]:
    """The codes of the most common traits, up to MAX_COUNTED."""
    return [code for code, _ in _largest_codes()]


class MembersQuerySet(models.QuerySet["Members"]):
    """Queries on sets."""

    def change(self, added: Mapping[Key, Collection[int]], removed: Mapping[Key, Collection[int]]) -> None:
        """Add products to sets and remove them from others, in the transaction that changes the products."""
        changes: dict[tuple[Key, int], list[bitmaps.Bits]] = defaultdict(lambda: [0, 0])
        for side, sets in enumerate((added, removed)):
            for key, places in sets.items():
                for block, bits in bitmaps.split(bitmaps.of(places)):
                    changes[key, block][side] = bits
        rows = rows_of({key for key, _ in changes})
        before = {(Key(*row[:3]), row[3]): bitmaps.decode_block(bytes(row[4])) for row in rows}
        changed = [
            _row(key, block, (before.get((key, block), 0) | added_bits) & ~removed_bits)
            for (key, block), (added_bits, removed_bits) in changes.items()
        ]
        self.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["kind", "code", "value", "block"],
            update_fields=["size", "bits"],
        )


def intersection_sizes(stored: list[bytes], candidates: bitmaps.Bits) -> list[int]:
    """The size of each stored block's intersection with the candidates; vectorised, because there are hundreds."""
    other = bitmaps.as_bytes(candidates).ljust(bitmaps.BLOCK // 8, b"\0")
    sizes = numpy.zeros(len(stored), numpy.int64)
    dense = [index for index, block in enumerate(stored) if block[:1] == bitmaps.BITMAP]
    if dense:
        sizes[dense] = _bitmap_intersections([stored[index] for index in dense], other)
    arrays = [index for index, block in enumerate(stored) if block[:1] == bitmaps.ARRAY and len(block) > 1]
    if arrays:
        sizes[arrays] = _array_intersections([stored[index][1:] for index in arrays], other)
    result: list[int] = sizes.tolist()
    return result


def _bitmap_intersections(blocks: list[bytes], candidates: bytes) -> Any:
    # Each block keeps its first byte, the type; the mask is zero there.
    width = bitmaps.BLOCK // 8 + 8
    rows = numpy.frombuffer(b"".join([block.ljust(width, b"\0") for block in blocks]), numpy.uint64).reshape(
        len(blocks), -1
    )
    mask = numpy.frombuffer((b"\0" + candidates).ljust(width, b"\0"), numpy.uint64)
    return numpy.bitwise_count(rows & mask).sum(axis=1, dtype=numpy.int64)


def _array_intersections(blocks: list[bytes], candidates: bytes) -> Any:
    flags = numpy.unpackbits(numpy.frombuffer(candidates, numpy.uint8), bitorder="little")
    offsets = numpy.frombuffer(b"".join(blocks), numpy.dtype("<u2"))
    starts = numpy.cumsum([0, *(len(block) // 2 for block in blocks[:-1])])
    return numpy.add.reduceat(flags[offsets], starts, dtype=numpy.int64)


def _row(key: Key, block: int, bits: bitmaps.Bits) -> "Members":
    return Members(**key._asdict(), block=block, size=bits.bit_count(), bits=bitmaps.encode_block(bits))


class Members(models.Model):
    """One block of one set."""

    kind = models.CharField(max_length=10)
    code = models.CharField(max_length=50)
    value = models.CharField(max_length=200)
    block = models.IntegerField()
    size = models.IntegerField()
    bits = models.BinaryField()

    objects = MembersQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "members"
        constraints = [
            models.UniqueConstraint(fields=["kind", "code", "value", "block"], name="catalog_members_once"),
        ]
        indexes = [models.Index(fields=["kind", "code", "value", "size"], name="catalog_members_size")]

    def __str__(self) -> str:
        return f"{self.kind} {self.code} {self.value}: {self.size}"


@prepared.query
def _rows_with_values(kind: str, code: str, values: Collection[str]) -> models.QuerySet[Members, Row]:
    return Members.objects.filter(kind=kind, code=code, value__in=values).values_list(*COLUMNS)


@prepared.query
def _rows_with_codes(kind: str, codes: Collection[str]) -> models.QuerySet[Members, Row]:
    return Members.objects.filter(kind=kind, code__in=codes).values_list(*COLUMNS)


@prepared.query
def _largest_values(code: str) -> models.QuerySet[Members, tuple[str, int]]:
    totals = Members.objects.filter(kind="trait", code=code).values_list("value").annotate(total=Sum("size"))
    return totals.order_by("-total", "value")[:MAX_COUNTED]


@prepared.query
def _largest_codes() -> models.QuerySet[Members, tuple[str, int]]:
    totals = Members.objects.filter(kind="code").values_list("code").annotate(total=Sum("size"))
    return totals.order_by("-total", "code")[:MAX_COUNTED]
