"""Products as structs, as they were last read: valid for one version of the product, and until its prices change by time."""

import copy
import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from django.db.models import QuerySet

from apps.catalog.models import Product
from apps.catalog.models.products import structs
from idl import catalog
from thriftshop.database import prepared

MAX_PRODUCTS = 20_000


class Version(NamedTuple):
    """What changes whenever a product, its prices or its images are written."""

    id: int
    version: int
    updated_at: int


class _Entry(NamedTuple):
    version: Version
    read_at: int
    struct: catalog.Product


_lock = threading.Lock()
_entries: OrderedDict[int, _Entry] = OrderedDict()


def products(skus: Iterable[str], at: int) -> dict[str, catalog.Product]:
    """The products with these SKUs, in every status, with their prices at a moment. The structs may not be changed within."""
    versions = map(Version._make, _versions_by_sku(skus=dict.fromkeys(skus)))
    return {struct.sku: struct for struct in _current(versions, at).values()}


def products_by_id(ids: Iterable[int], at: int) -> dict[int, catalog.Product]:
    """As `products`, by the ids of their rows."""
    return _current(map(Version._make, _versions_by_id(ids=list(ids))), at)


def products_by_slug(slugs: Iterable[str], at: int) -> dict[str, catalog.Product]:
    """As `products`, by slug."""
    versions = map(Version._make, _versions_by_slug(slugs=dict.fromkeys(slugs)))
    return {struct.slug: struct for struct in _current(versions, at).values()}


def forget() -> None:
    """Forget all products, for instance after the tables were emptied."""
    with _lock:
        _entries.clear()


def _current(versions: Iterable[Version], at: int) -> dict[int, catalog.Product]:
    """The products with these versions, by id: those that are not remembered are read."""
    products, missing = dict[int, catalog.Product](), list[int]()
    with _lock:
        for version in versions:
            if (struct := _remembered(version, at)) is not None:
                products[version.id] = struct
            else:
                missing.append(version.id)
    return products | _read(missing, at) if missing else products


def _remembered(version: Version, at: int) -> catalog.Product | None:
    entry = _entries.get(version.id)
    if entry is None or entry.version != version or at < entry.read_at:
        return None
    valid_until = entry.struct.valid_until
    if valid_until is not None and at >= valid_until:
        return None
    _entries.move_to_end(version.id)
    return copy.copy(entry.struct)


def _read(ids: Sequence[int], at: int) -> dict[int, catalog.Product]:
    # The rows before their prices and images: what is written in between has a later version than the row.
    rows = _rows(ids=ids)
    read = dict(zip(rows, structs(rows, at), strict=True))
    with _lock:
        for row, struct in read.items():
            _entries[row.id] = _Entry(Version(row.id, row.version, row.updated_at), at, copy.copy(struct))
            _entries.move_to_end(row.id)
        while len(_entries) > MAX_PRODUCTS:
            _entries.popitem(last=False)
    return {row.id: struct for row, struct in read.items()}


@prepared.query
def _versions_by_sku(skus: Collection[str]) -> QuerySet[Product, tuple[int, int, int]]:
    return Product.objects.filter(sku__in=skus).values_list(*Version._fields)


@prepared.query
def _versions_by_slug(slugs: Collection[str]) -> QuerySet[Product, tuple[int, int, int]]:
    return Product.objects.filter(slug__in=slugs).values_list(*Version._fields)


@prepared.query
def _versions_by_id(ids: Collection[int]) -> QuerySet[Product, tuple[int, int, int]]:
    return Product.objects.filter(id__in=ids).values_list(*Version._fields)


@prepared.query
def _rows(ids: Collection[int]) -> QuerySet[Product]:
    return Product.objects.filter(id__in=ids)
