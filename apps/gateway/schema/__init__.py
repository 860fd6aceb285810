"""The public schema: the root fields of all modules."""

from apps.gateway.schema import (
    carts,
    categories,
    guests,
    images,
    nodes,
    orders,
    people,
    products,
    recommendations,
    reordering,
    sessions,
    subscriptions,
    tracking,
)
from thriftshop.graphql import schemas
from thriftshop.graphql.compiler import markers

MODULES = (
    images,
    products,
    categories,
    recommendations,
    carts,
    orders,
    reordering,
    guests,
    people,
    sessions,
    nodes,
    tracking,
)
# Fields with the same answer for every viewer, or with their own check: available even if sessions do not answer.
PUBLIC = frozenset(
    {
        "product",
        "products",
        "category",
        "categories",
        "popular",
        "cart",
        "guest_order",
        "guest_order_by_link",
        "node",
        "nodes",
    }
)
QUERIES = {name: field for module in MODULES for name, field in getattr(module, "QUERIES", {}).items()}
MUTATIONS = {name: field for module in MODULES for name, field in getattr(module, "MUTATIONS", {}).items()}

SCHEMA = schemas.build(QUERIES, MUTATIONS, PUBLIC, subscriptions.SUBSCRIPTIONS)
markers.encoded_once(SCHEMA, products.ENCODED_ONCE)
