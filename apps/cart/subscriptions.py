"""The topics that carts follow: changes of products and stock levels, which are cached."""

from apps.cart.service import offers
from thriftshop.events import Recorded
from thriftshop.events.broadcast import Subscription

PRODUCT_KINDS = frozenset({"ProductWritten", "ProductPublished", "ProductArchived", "PriceChanged"})


def product_changed(record: Recorded) -> None:
    """Drop a product from the cache."""
    offers.PRODUCTS.drop(record.stream)


def level_changed(record: Recorded) -> None:
    """Drop a stock level from the cache."""
    offers.LEVELS.drop(record.stream)


SUBSCRIPTIONS = [
    Subscription("cart.products", "catalog", product_changed, PRODUCT_KINDS),
    Subscription("cart.levels", "inventory", level_changed),
]
