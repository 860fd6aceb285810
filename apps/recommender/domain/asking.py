"""What may be asked of the recommender; anything else is refused, with the reason."""

from collections.abc import Sequence

from idl import common
from thriftshop import skus as rules

MOST_WANTED = 100
MOST_SKUS = 1000
LONGEST_ID = 64


def check_limit(limit: int) -> None:
    """Raises InvalidInput unless so many recommendations may be asked for."""
    if not 1 <= limit <= MOST_WANTED:
        raise common.InvalidInput(
            message=f"Between 1 and {MOST_WANTED} recommendations can be had, not {limit}.", field="limit"
        )


def check_skus(skus: Sequence[str], field: str) -> None:
    """Raises InvalidInput for too many SKUs, or for what cannot be one. An unknown SKU is no mistake."""
    if len(skus) > MOST_SKUS:
        raise common.InvalidInput(message=f"At most {MOST_SKUS} SKUs can be given, not {len(skus)}.", field=field)
    for sku in skus:
        rules.check(sku, field)


def check_category(category_id: str) -> None:
    """Raises InvalidInput for what cannot be a category's id."""
    if not 1 <= len(category_id) <= LONGEST_ID or not category_id.isprintable():
        raise common.InvalidInput(
            message=f"A category's id is 1 to {LONGEST_ID} characters; ask the catalog for those there are.",
            field="category_id",
        )
