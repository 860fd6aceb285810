"""Putting products on sale and taking them off."""

from dataclasses import replace

from apps.catalog.service import putting, writing
from idl import catalog, common
from thriftshop import identity

MOST = 10_000


def publish_products(skus: list[str]) -> None:
    """Puts the products on sale, all or none. See the contract."""
    _set_status(skus, catalog.ProductStatus.PUBLISHED)


def archive_products(skus: list[str]) -> None:
    """Takes the products off sale, all or none. See the contract."""
    _set_status(skus, catalog.ProductStatus.ARCHIVED)


def _set_status(skus: list[str], status: int) -> None:
    identity.require_staff()
    if len(skus) > MOST:
        raise common.InvalidInput(message=f"Name up to {MOST} products at a time, not {len(skus)}.", field="skus")
    with writing.writing() as moment:
        changes = [change for change in writing.changes_of(writing.found(skus)) if change.product.status != status]
        for change in changes:
            change.after = replace(change.after, status=status)
            putting.check_on_sale(change, moment.at)
        putting.write(changes, moment)
