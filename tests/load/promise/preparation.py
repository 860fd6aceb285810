"""The shop before the load: products, stock, customers, sessions, carts and past orders, made by the shop's own calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from apps.demo import reading, stocking
from apps.demo.loading import customers as demo_customers
from apps.demo.loading import run
from apps.demo.models import Loading
from idl import inventory, orders, users
from tests.load.promise import closed, documents, popularity
from tests.load.promise.prepared import PASSWORD, Holder, Prepared
from thriftshop import call_context, rpc

SEED = 1911
THREADS = 4
# Units delivered beside the demo's few of each product, by popularity; some products get a part of their demand, and sell out.
UNITS_PER_PRODUCT = 12
SHARES_OF_DEMAND = (0.05, 0.5, 1.0, 2.0, 4.0)
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Size:
    """How large the shop is."""

    products: int
    customers: int
    guests: int
    orders: int


FULL = Size(products=10_000, customers=300, guests=2_700, orders=300)
SHORT = Size(products=1_000, customers=30, guests=100, orders=30)


def prepare(address: tuple[str, int], size: Size, say: Callable[[str], object]) -> Prepared:
    """Fill an empty shop that is running at this address."""
    rng = np.random.default_rng(SEED)
    content = reading.content()
    say(f"{size.products:,} products")
    record = Loading.begun("stock")
    stocking.stock_up(content, record, size.products, lambda _: None)
    products = [stocking.item(content, number) for number in rng.permutation(size.products).tolist()]
    skus = [product.sku for product in products]
    _deliver(skus, rng)
    say(f"{size.customers:,} customers, each with a session and a cart")
    customers = _customers(content, size.customers)
    _in_threads(lambda customer: _log_in(closed.Client(address), customer), customers)
    say(f"{size.guests:,} guests' carts")
    guests = [Holder() for _ in range(size.guests)]
    _in_threads(lambda guest: _open_cart(closed.Client(address), guest), guests)
    draws = popularity.draws(skus, rng)
    for holder in (*customers, *guests):
        holder.lines = {next(draws): int(rng.integers(1, 3)) for _ in range(int(rng.integers(1, 5)))}
    _in_threads(lambda holder: _fill(closed.Client(address), holder), [*customers, *guests])
    say(f"{size.orders:,} past orders")
    _order(content, customers, draws, rng, size.orders)
    run.Run(record, content).wait()
    words = sorted({word for product in products for word in product.name.split() if word.isalpha() and len(word) > 3})
    return Prepared(skus, words, customers, guests)


def _deliver(skus: list[str], rng: np.random.Generator) -> None:
    """Receive stock by popularity, more or less than the demand."""
    units = popularity.weights(len(skus)) * len(skus) * UNITS_PER_PRODUCT
    units = np.ceil(units * rng.choice(SHARES_OF_DEMAND, len(skus))).astype(int)
    goods = [inventory.StockLine(sku=sku, quantity=int(count)) for sku, count in zip(skus, units, strict=True)]
    with call_context.using(caller=run.CALLER):
        for number, lines in enumerate(run.batches(goods, 500)):
            rpc.connect(inventory.InventoryService).receive(f"promise-{number}", list(lines), "Before the load", None)


def _customers(content: reading.Content, count: int) -> list[Holder]:
    """Import customers, each with an address and a password."""
    address = demo_customers.address(content.people[0])
    customers = [Holder(email=f"customer-{number}@shop.example") for number in range(count)]
    imports = [
        users.UserImport(email=customer.email, name=f"Customer {number}", password=PASSWORD, addresses=[address])
        for number, customer in enumerate(customers)
    ]

    def send(batch: list[users.UserImport]) -> list[str]:
        with call_context.using(caller=run.CALLER):
            return list(rpc.connect(users.UsersService).import_users(batch))

    with ThreadPoolExecutor(2) as pool:
        ids = [user_id for batch in pool.map(send, map(list, run.batches(imports, 25))) for user_id in batch]
    for customer, user_id in zip(customers, ids, strict=True):
        customer.id = user_id
    return customers


def _log_in(client: closed.Client, holder: Holder) -> None:
    values = {"email": holder.email, "password": PASSWORD, "device": "Firefox on Linux"}
    holder.token = client.mutate("logIn", documents.LOG_IN, "", values)["token"]


def _open_cart(client: closed.Client, holder: Holder) -> None:
    holder.cart_token = client.mutate("openCart", documents.OPEN_CART, "", {"currency": run.CURRENCY})["token"]


def _fill(client: closed.Client, holder: Holder) -> None:
    items = [{"sku": sku, "quantity": quantity} for sku, quantity in holder.lines.items()]
    values = {"items": items, **({"cartToken": holder.cart_token} if holder.cart_token else {})}
    left_out = client.mutate("addItemsToCart", documents.ADD_ITEMS, holder.token, values)["leftOut"]
    if left_out:
        raise closed.Unexpected(f"Not added to a cart: {left_out}")


def _order(
    content: reading.Content, customers: list[Holder], draws: Iterable[str], rng: np.random.Generator, count: int
) -> None:
    """Places past orders, so that there are recommendations. Products that are sold out are left out."""
    address, drawn = demo_customers.address(content.people[0]), iter(draws)
    for number in range(count):
        customer = customers[number % len(customers)]
        lines = [orders.NewLine(sku=sku, quantity=1) for sku in {next(drawn) for _ in range(int(rng.integers(1, 5)))}]
        order = orders.PlaceOrder(
            idempotency_key=f"promise-{number:06d}",
            shipping_address=address,
            email=customer.email,
            payment=orders.PaymentMethod(provider="invoice"),
            lines=lines,
            customer_id=customer.id,
            currency=run.CURRENCY,
        )
        with call_context.using(caller=run.CALLER):
            rpc.connect(orders.OrdersService).place(order)


def _in_threads(work: Callable[[T], R], items: list[T]) -> list[R]:
    """Do the work with a few threads."""
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, items))
