"""Publishing and archiving products."""

from dataclasses import replace

from apps.catalog.service import bulk_writes, writing
from idl import catalog, common
from thriftshop import identity

MAX_PRODUCTS = 10_000


def publish_products(skus: list[str]) -> None:
    """Put the products on sale, all or none. See the contract."""
    _set_status(skus, catalog.ProductStatus.PUBLISHED)


def archive_products(skus: list[str]) -> None:
    """Take the products off sale, all or none. See the contract."""
    _set_status(skus, catalog.ProductStatus.ARCHIVED)


def _set_status(skus: list[str], status: int) -> None:
    identity.require_staff()
    if len(skus) > MAX_PRODUCTS:
        raise common.InvalidInput(
            message=f"Name up to {MAX_PRODUCTS} products at a time, not {len(skus)}.", field="skus"
        )
    with writing.transaction() as moment:
        changes = [
            change for change in writing.changes_of(writing.require_products(skus)) if change.product.status != status
        ]
        for change in changes:
            change.after = replace(change.after, status=status)
            bulk_writes.check_on_sale(change, moment.at)
        bulk_writes.write(changes, moment)
