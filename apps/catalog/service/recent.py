"""Products as structs, as they were last read: valid for one version of the product, and until its prices change by time."""

import copy
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection

from apps.catalog.models import Product
from apps.catalog.models.products import structs
from idl import catalog
from thriftshop.database import prepared

MAX_PRODUCTS = 5_000


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
_entries: OrderedDict[str, _Entry] = OrderedDict()


def products(skus: Sequence[str], at: int) -> dict[str, catalog.Product]:
    """The products with these SKUs, in every status, with their prices at a moment. The structs may not be changed within."""
    return _current(_versions(list(dict.fromkeys(skus)), "sku"), at)


def _current(versions: Mapping[str, Version], at: int) -> dict[str, catalog.Product]:
    current = {sku: struct for sku, version in versions.items() if (struct := _valid(sku, version, at)) is not None}
    missing = [sku for sku in versions if sku not in current]
    return current | _read(missing, at) if missing else current


def products_by_id(ids: Sequence[int], at: int) -> dict[int, catalog.Product]:
    """As `products`, by the ids of the rows."""
    versions = _versions(list(dict.fromkeys(ids)), "id")
    structs_by_sku = _current(versions, at)
    return {version.id: structs_by_sku[sku] for sku, version in versions.items() if sku in structs_by_sku}


def forget() -> None:
    """Forget all products, for instance after the tables were emptied."""
    with _lock:
        _entries.clear()


def _valid(sku: str, version: Version, at: int) -> catalog.Product | None:
    entry = _entries.get(sku)
    if entry is None or entry.version != version or at < entry.read_at:
        return None
    valid_until = entry.struct.valid_until
    return copy.copy(entry.struct) if valid_until is None or at < valid_until else None


def _versions(keys: Sequence[str] | Sequence[int], column: str) -> Mapping[str, Version]:
    if not keys:
        return {}
    # Every change of a cart asks for products: plain SQL, without building a query.
    statement = (
        f"SELECT sku, id, version, updated_at FROM catalog_product WHERE {column} IN ({', '.join(['%s'] * len(keys))})"  # noqa: S608
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, keys)
        return {row[0]: Version(*row[1:]) for row in cursor.fetchall()}


@prepared.query
def _rows(*, skus: Sequence[str]) -> Any:
    return Product.objects.filter(sku__in=skus)


def _read(skus: Sequence[str], at: int) -> dict[str, catalog.Product]:
    # The rows before their prices and images: what is written in between has a later version than the row.
    rows = _rows(skus=skus)
    read = {
        row.sku: (Version(row.id, row.version, row.updated_at), struct)
        for row, struct in zip(rows, structs(rows, at), strict=True)
    }
    with _lock:
        for sku, (version, struct) in read.items():
            _entries[sku] = _Entry(version, at, copy.copy(struct))
            _entries.move_to_end(sku)
        while len(_entries) > MAX_PRODUCTS:
            _entries.popitem(last=False)
    return {sku: struct for sku, (_, struct) in read.items()}
