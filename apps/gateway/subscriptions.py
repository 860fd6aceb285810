"""What the gateway follows: changes of products, categories and stock levels, for its cache."""

from apps.gateway import cache
from thriftshop.events.broadcast import Subscription

PRODUCT_KINDS = frozenset({"ProductWritten", "ProductPublished", "ProductArchived", "PriceChanged"})
CATEGORY_KINDS = frozenset({"CategoryWritten", "CategoryRemoved"})

SUBSCRIPTIONS = [
    Subscription("gateway.products", "catalog", cache.drop_product, PRODUCT_KINDS),
    Subscription("gateway.categories", "catalog", cache.drop_categories, CATEGORY_KINDS),
    Subscription("gateway.levels", "inventory", cache.drop_level),
]
