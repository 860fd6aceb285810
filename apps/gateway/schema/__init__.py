"""The public schema: every root field, put together from the parts of the shop."""

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
)
from thriftshop.graphql import schemas

PARTS = (
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
)
# What is the same for everybody, or sees to it itself: answered also where it cannot be found out who asks.
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
QUERIES = {name: field for part in PARTS for name, field in getattr(part, "QUERIES", {}).items()}
MUTATIONS = {name: field for part in PARTS for name, field in getattr(part, "MUTATIONS", {}).items()}

SCHEMA = schemas.build(QUERIES, MUTATIONS, PUBLIC)
