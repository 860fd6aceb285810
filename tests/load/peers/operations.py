"""The same operations for each shop, as its own schema has them: a list, a product page, a search, a line added to a cart."""

import itertools
import json
import random
from typing import Any

from tests.load import requests as own
from tests.load.peers import measuring
from tests.load.peers.measuring import Request

CARTS = 200
LINES_PER_CART = 5
PAGES = 500
Operations = dict[str, list[Request]]

STOCK_PRODUCT = "id sku name slug description price currency category { name } stock { available }"
STOCK_LIST = (
    f"{{ products(first: 20) {{ edges {{ node {{ {STOCK_PRODUCT} }} }} pageInfo {{ hasNextPage endCursor }} }} }}"
)
STOCK_PAGE = f"""query Page($sku: String!) {{ product(sku: $sku) {{ {STOCK_PRODUCT}
 boughtTogether(first: 5) {{ edges {{ node {{ sku name }} }} }} }} }}"""
STOCK_SEARCH = (
    "query Search($query: String!) { products(first: 10, name_Icontains: $query) { edges { node { sku name } } } }"
)
STOCK_OPEN = "mutation Open($token: String!) { openCart(token: $token) { cart { token } } }"
STOCK_ADD = """mutation Add($token: String!, $sku: String!) { addToCart(token: $token, sku: $sku, quantity: 1)
 { cart { itemCount } } }"""

VENDURE_PRODUCT = "id name slug description facetValues { name } variants { sku price currencyCode stockLevel }"
VENDURE_LIST = f"{{ products(options: {{take: 20}}) {{ items {{ {VENDURE_PRODUCT} }} totalItems }} }}"
VENDURE_INDEXED = """{ search(input: {take: 20, groupByProduct: true}) { items { productId sku productName slug description
 price { ... on SinglePrice { value } ... on PriceRange { min max } } currencyCode inStock } totalItems } }"""
VENDURE_PAGE = f"query Page($slug: String!) {{ product(slug: $slug) {{ {VENDURE_PRODUCT} }} }}"
VENDURE_SEARCH = """query Search($query: String!) { search(input: {term: $query, take: 10, groupByProduct: true})
 { items { sku productName } } }"""
VENDURE_VARIANTS = (
    "query Variants($skip: Int!) { products(options: {take: 100, skip: $skip}) { items { variants { id sku } } } }"
)
VENDURE_ADD = """mutation Add($id: ID!) { addItemToOrder(productVariantId: $id, quantity: 1)
 { ... on Order { totalQuantity } ... on ErrorResult { errorCode message } } }"""


def request(document: str, token: str = "", /, **variables: Any) -> Request:
    """A request with these variables."""
    return Request(json.dumps({"query": document, "variables": variables}).encode(), token)


def ours(products: list[dict[str, Any]], carts: list[str]) -> Operations:
    """The shop's own."""
    return {
        "list of 20": [request(own.LIST)],
        "product page": [request(own.PAGE, sku=product["sku"]) for product in pages(products)],
        "search": [request(own.SEARCH, query=word) for word in words(products)],
        "cart line": [request(own.ADD, token=cart, sku=product["sku"]) for cart, product in lines(carts, products)],
    }


def stock(products: list[dict[str, Any]], port: int) -> Operations:
    """Those of the shop on stock graphene-django, with new carts."""
    carts = [f"cart-{random.getrandbits(128):x}" for _ in range(CARTS)]
    for cart in carts:
        measuring.send(request(STOCK_OPEN, token=cart), port)
    return {
        "list of 20": [request(STOCK_LIST)],
        "product page": [request(STOCK_PAGE, sku=product["sku"]) for product in pages(products)],
        "search": [request(STOCK_SEARCH, query=word) for word in words(products)],
        "cart line": [request(STOCK_ADD, token=cart, sku=product["sku"]) for cart, product in lines(carts, products)],
    }


def vendure(products: list[dict[str, Any]], port: int) -> Operations:
    """Those of Vendure, with new carts; its search index answers lists without category and stock level at a lower price."""
    variants = _variants(len(products), port)
    first = request(VENDURE_ADD, id=next(iter(variants.values())))
    carts = [str(measuring.send(first, port)[1]["vendure-auth-token"]) for _ in range(CARTS)]
    return {
        "list of 20": [request(VENDURE_LIST)],
        "list of 20 from the index": [request(VENDURE_INDEXED)],
        "product page": [request(VENDURE_PAGE, slug=product["slug"]) for product in pages(products)],
        "search": [request(VENDURE_SEARCH, query=word) for word in words(products)],
        "cart line": [request(VENDURE_ADD, cart, id=variants[item["sku"]]) for cart, item in lines(carts, products)],
    }


def _variants(count: int, port: int) -> dict[str, str]:
    """The ids of variants by SKU."""
    found: dict[str, str] = {}
    for skip in range(0, count, 100):
        body, _ = measuring.send(request(VENDURE_VARIANTS, skip=skip), port)
        for item in json.loads(body)["data"]["products"]["items"]:
            found |= {variant["sku"]: variant["id"] for variant in item["variants"]}
    return found


def pages(products: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The products that are looked at, the same for each shop."""
    return random.Random(1).sample(products, min(PAGES, len(products)))


def words(products: list[dict[str, Any]]) -> list[str]:
    """Words of products' names."""
    found = sorted(
        {word for product in products for word in product["name"].split() if word.isalpha() and len(word) > 3}
    )
    return random.Random(2).sample(found, len(found))


def lines(carts: list[str], products: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    """A few products for each cart; neighbours are of different carts, because requests run side by side."""
    chosen = itertools.cycle(pages(products))
    return [(cart, next(chosen)) for _ in range(LINES_PER_CART) for cart in carts]
