"""Compiled operations against graphql-core's `execute` and a dictionary written by hand: `python -m tests.load.compiled`.

All three produce the same page of 20 products from the same objects in memory, in alternating rounds in one process.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import graphene
from graphql import ExecutionResult, execute, parse

from thriftshop.graphql.compiler.plans import Plan, definitions

PAGE = """{ products(first: 20) { edges { node { id name slug description price { amount currency }
 category { name } inventory { available } } } pageInfo { hasNextPage endCursor } } }"""


@dataclass
class Price:
    """A price in minor units."""

    amount: int
    currency: str


@dataclass
class Category:
    """A category."""

    name: str


@dataclass
class Stock:
    """The stock of a product."""

    available: int


@dataclass
class Product:
    """A product with all that the page shows."""

    id: str
    name: str
    slug: str
    description: str
    price: Price
    category: Category
    inventory: Stock


@dataclass
class Edge:
    """An item of a page."""

    node: Product


@dataclass
class PageInfo:
    """The position of a page."""

    has_next_page: bool
    end_cursor: str


@dataclass
class Products:
    """A page of products."""

    edges: list[Edge]
    page_info: PageInfo


def _object(kind: type, **fields: Any) -> Any:
    return type(
        f"{kind.__name__}Type", (graphene.ObjectType,), {**fields, "Meta": type("Meta", (), {"name": kind.__name__})}
    )


def schema(products: Products) -> Any:
    """The schema, with graphene's default resolvers and one resolver of the page."""
    text = graphene.String(required=True)
    price = _object(Price, amount=graphene.Int(required=True), currency=text)
    product = _object(
        Product,
        id=graphene.ID(required=True),
        name=text,
        slug=text,
        description=text,
        price=graphene.Field(price),
        category=graphene.Field(_object(Category, name=text)),
        inventory=graphene.Field(_object(Stock, available=graphene.Int(required=True))),
    )
    edge = _object(Edge, node=graphene.Field(product))
    info = _object(PageInfo, has_next_page=graphene.Boolean(required=True), end_cursor=graphene.String())
    connection = _object(
        Products,
        edges=graphene.List(graphene.NonNull(edge), required=True),
        page_info=graphene.Field(info, required=True),
    )
    listed = graphene.Field(connection, first=graphene.Int(), resolver=lambda _root, _info, first: products)
    query = type("Query", (graphene.ObjectType,), {"products": listed})
    return graphene.Schema(query=query).graphql_schema


def page(size: int) -> Products:
    """Products in memory, with descriptions of 200 characters."""
    edges = [
        Edge(
            Product(
                f"product-{number}",
                f"Product {number}",
                f"product-{number}",
                "A teapot of stoneware. " * 9,
                Price(1000 + number, "GBP"),
                Category("Kitchen"),
                Stock(number),
            )
        )
        for number in range(size)
    ]
    return Products(edges, PageInfo(True, "cursor"))


def by_hand(products: Products) -> dict[str, Any]:
    """The same answer, written by hand."""
    return {
        "products": {
            "edges": [
                {
                    "node": {
                        "id": edge.node.id,
                        "name": edge.node.name,
                        "slug": edge.node.slug,
                        "description": edge.node.description,
                        "price": {"amount": edge.node.price.amount, "currency": edge.node.price.currency},
                        "category": {"name": edge.node.category.name},
                        "inventory": {"available": edge.node.inventory.available},
                    }
                }
                for edge in products.edges
            ],
            "pageInfo": {"hasNextPage": products.page_info.has_next_page, "endCursor": products.page_info.end_cursor},
        }
    }


def per_run(function: Callable[[], Any], seconds: float) -> float:
    """Microseconds of CPU a run."""
    runs, until = 0, time.perf_counter() + seconds
    started = time.process_time()
    while time.perf_counter() < until:
        function()
        runs += 1
    return (time.process_time() - started) / runs * 1e6


async def measure(rounds: int, seconds: float) -> None:
    """Print the table."""
    products, document = page(20), parse(PAGE)
    graphql_schema = schema(products)
    fragments, operations = definitions(document)
    plan = Plan(graphql_schema, fragments, operations[0])
    variants: dict[str, Callable[[], Any]] = {
        "graphql-core's execute": lambda: execute(graphql_schema, document),
        "compiled": lambda: plan.execute(None, None, {}),
        "by hand": lambda: by_hand(products),
    }
    answers = [variants["graphql-core's execute"](), variants["compiled"]()]
    assert all(isinstance(one, ExecutionResult) and one.data == by_hand(products) for one in answers)
    times: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(rounds):
        for name, function in variants.items():
            times[name].append(per_run(function, seconds))
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, median in medians.items():
        core, hand = medians["graphql-core's execute"] / median, median / medians["by hand"]
        print(f"{name:24} {median:8.1f} us   {core:6.1f} times core's speed   {hand:5.2f} times by hand")  # noqa: T201


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.5)
    arguments = parser.parse_args()
    asyncio.run(measure(arguments.rounds, arguments.seconds))
