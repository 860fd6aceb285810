"""The products of a running shop: written for its peers, as JSON and as Vendure's CSV."""

import csv
import json
from pathlib import Path
from typing import Any

from tests.load.promise.closed import Client
from tests.load.promise.http1 import Document

PRODUCTS = Document(
    """query Products($after: String) { products(first: 100, after: $after, sort: NAME) { pageInfo { hasNextPage endCursor }
    nodes { sku name slug description price { amount currency } category { name } stock { available }
    boughtTogether(first: 5) { nodes { sku } } } } }"""
)
# Every shop has enough for a whole run.
AVAILABLE = 1_000_000
# Vendure requires every column.
VENDURE_EMPTY = dict.fromkeys(("assets", "optionGroups", "optionValues", "variantAssets", "variantFacets"), "")
VENDURE_COLUMNS = (
    "name",
    "slug",
    "description",
    "facets",
    "sku",
    "price",
    "taxCategory",
    "stockOnHand",
    "trackInventory",
)


def read(address: tuple[str, int]) -> list[dict[str, Any]]:
    """All products that have a price."""
    client, found, after = Client(address), [], None
    while True:
        page = client.send(PRODUCTS, "", after=after)["products"]
        found += [product(node) for node in page["nodes"] if node["price"] and node["category"]]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def product(node: dict[str, Any]) -> dict[str, Any]:
    """A product as its peers store it."""
    values = {name: node[name] for name in ("sku", "name", "slug", "description")}
    return values | {
        "price": node["price"]["amount"],
        "currency": node["price"]["currency"],
        "category": node["category"]["name"],
        "available": AVAILABLE,
        "bought_together": [other["sku"] for other in node["boughtTogether"]["nodes"]],
    }


def write(products: list[dict[str, Any]], folder: Path) -> None:
    """Write products.json and products.csv."""
    (folder / "products.json").write_text(json.dumps(products))
    with (folder / "products.csv").open("w", newline="") as file:
        rows = csv.DictWriter(file, [*VENDURE_COLUMNS, *VENDURE_EMPTY], extrasaction="ignore")
        rows.writeheader()
        rows.writerows(map(vendure_row, products))


def vendure_row(item: dict[str, Any]) -> dict[str, Any]:
    """A product with one variant. Vendure reads prices with a decimal point."""
    return {
        **item,
        **VENDURE_EMPTY,
        "price": f"{item['price'] / 100:.2f}",
        "facets": f"category:{item['category']}",
        "taxCategory": "standard",
        "stockOnHand": item["available"],
        "trackInventory": "true",
    }
