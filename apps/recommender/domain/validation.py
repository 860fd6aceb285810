"""Validation of the recommender's input."""

from collections.abc import Sequence

from idl import common
from thriftshop import skus as rules

MAX_LIMIT = 100
MAX_SKUS = 1000
MAX_ID_LENGTH = 64


def check_limit(limit: int) -> None:
    """Raise InvalidInput for a limit out of range."""
    if not 1 <= limit <= MAX_LIMIT:
        raise common.InvalidInput(message=f"The limit is 1 to {MAX_LIMIT} recommendations, not {limit}.", field="limit")


def check_skus(skus: Sequence[str], field: str) -> None:
    """Raise InvalidInput for too many or invalid SKUs. Unknown SKUs are accepted."""
    if len(skus) > MAX_SKUS:
        raise common.InvalidInput(message=f"Send at most {MAX_SKUS} SKUs, not {len(skus)}.", field=field)
    for sku in skus:
        rules.check(sku, field)


def check_category(category_id: str) -> None:
    """Raise InvalidInput for an invalid category id."""
    if not 1 <= len(category_id) <= MAX_ID_LENGTH or not category_id.isprintable():
        raise common.InvalidInput(
            message=f"A category id has 1 to {MAX_ID_LENGTH} printable characters; the catalog lists the categories.",
            field="category_id",
        )
