"""Served shops for the tests of subscriptions: one process with everything, reached by WebSockets, HTTP and calls."""

import asyncio
import re
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

from idl import cart, catalog, common, inventory, users
from tests import acting, conftest, split
from tests.journeys import shop as shops
from tests.live.websocket import WebSocket
from thriftshop import rpc
from thriftshop.rpc.http import sync_connections

PRODUCTS = (
    "subscription ($skus: [String!]!) { products(skus: $skus) { sku price { amount } stock { available version } } }"
)
CART = "subscription ($token: String, $after: Long) { myCart(token: $token, after: $after) { version itemCount } }"
ORDER = "subscription ($id: ID!, $after: Long) { myOrder(id: $id, after: $after) { version status } }"


class Live:
    """A served shop."""

    def __init__(self, port: int, door: shops.Door) -> None:
        self.port = port
        self.shop = shops.Shop(door)

    # -- WebSockets
    async def socket(self, token: str = "", **options: Any) -> WebSocket:
        """An initialised WebSocket."""
        socket = await WebSocket.open(self.port, **options)
        await socket.initialise(**({"authorization": f"Bearer {token}"} if token else {}))
        return socket

    # -- what changes
    def stock(self, sku: str, quantity: int = 0, *, price: int = 1_000, description: str = "") -> str:
        """Put a new product of this journey on sale, so many of it; return its SKU."""
        sku = f"{sku}-{self.shop.mark.upper()}"
        product = catalog.ProductInput(
            sku=sku,
            name=f"Lamp {sku}",
            description=description,
            prices=[common.Money(amount=price, currency="GBP")],
            status=catalog.ProductStatus.PUBLISHED,
        )
        with acting.as_service("demo"):
            rpc.connect(catalog.CatalogService).put_products([product], False)
        if quantity:
            self.receive(quantity, sku)
        return sku

    def receive(self, quantity: int, *skus: str) -> None:
        """Receive so many of each of these."""
        self.deliveries = getattr(self, "deliveries", 0) + 1
        lines = [inventory.StockLine(sku=sku, quantity=quantity) for sku in skus]
        with acting.as_service("demo"):
            key = f"{self.shop.mark}-{self.deliveries}"
            rpc.connect(inventory.InventoryService).receive(key, lines, None, None)

    def write_off(self, quantity: int, sku: str) -> None:
        """Write off so many."""
        self.deliveries = getattr(self, "deliveries", 0) + 1
        with acting.as_service("demo"):
            key = f"{self.shop.mark}-off-{self.deliveries}"
            lines = [inventory.StockLine(sku=sku, quantity=quantity)]
            rpc.connect(inventory.InventoryService).write_off(key, lines, "broken", None)

    def set_price(self, sku: str, amount: int, until: int | None = None) -> None:
        """Set a product's price, until a moment or for good."""
        price = catalog.PriceInput(sku=sku, money=common.Money(amount=amount, currency="GBP"), valid_until=until)
        with acting.as_service("demo"):
            rpc.connect(catalog.CatalogService).set_prices([price])

    def publish(self, sku: str) -> None:
        """Put a product on sale again."""
        with acting.as_staff("catalog"):
            rpc.connect(catalog.CatalogService).publish_products([sku])

    def archive(self, sku: str) -> None:
        """Take a product off sale."""
        with acting.as_staff("catalog"):
            rpc.connect(catalog.CatalogService).archive_products([sku])

    def staff(self, name: str) -> shops.Person:
        """A member of staff, logged in."""
        brought = users.UserImport(
            email=self.shop.email(name), name=name, password=shops.PASSWORD, role=common.Role.STAFF
        )
        with acting.as_service("demo"):
            rpc.connect(users.UsersService).import_users([brought])
        return self.shop.logged_in(name)

    def add(self, person: shops.Person, sku: str, quantity: int = 1) -> int:
        """Add to a customer's cart; return the cart's version."""
        with acting.as_customer(person.id, person.session_id):
            item = cart.CartItem(sku=sku, quantity=quantity)
            return rpc.connect(cart.CartService).add_item(cart.CartRef(), item, None).version

    def place(self, person: shops.Person, sku: str, key: str = "an order") -> dict[str, Any]:
        """Places a customer's order for one of these."""
        self.add(person, sku)
        found: dict[str, Any] = self.shop.act(
            "placeOrder",
            shops.order_input(f"{key} {self.shop.mark} {person.id}"),
            "... on PlaceOrderSuccess { order { id version number } }",
            person.token,
        )
        return dict(found["order"])

    # -- metrics
    def metric(self, name: str, **labels: str) -> float:
        """The sum of a metric's series with these labels."""
        text = urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics").read().decode()
        total = 0.0
        for line in text.splitlines():
            found = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line)
            if found and found[1] == name:
                present = dict(re.findall(r'(\w+)="([^"]*)"', found[2] or ""))
                total += float(found[3]) if labels.items() <= present.items() else 0.0
        return total


async def until(condition: Callable[[], Any], seconds: float = 60.0) -> Any:
    """Wait until a condition, evaluated in a thread, is met; return its value."""
    async with asyncio.timeout(seconds):
        while not (value := await asyncio.to_thread(condition)):
            await asyncio.sleep(0.05)
    return value


def monolith(folder: Path, name: str, **variables: str) -> split.Process:
    """One process with everything, as in development."""
    common_variables = {
        "DJANGO_SETTINGS_MODULE": "settings.development",
        "SECRET_KEY": settings.SECRET_KEY,
        "VIEWER_KEYS": settings.VIEWER_KEYS[0],
        "SERVICE_KEYS": settings.SERVICE_KEYS[0],
        "EMAIL_FILE_PATH": str(folder / "mail"),
        "DRAIN_GRACE_SECONDS": "0",
    }
    own = folder / name
    own.mkdir()
    return split.Process("", own, common_variables | variables, name=name)


@contextmanager
def running(process: split.Process) -> Iterator[split.Process]:
    """Serve for the block."""
    process.start()
    try:
        process.wait()
        yield process
    finally:
        sync_connections.close()
        process.stop()


def connected(settings: Any, process: split.Process) -> Live:
    """The shop that a process serves; this process calls its contexts."""
    settings.CONTEXTS = []
    settings.SERVICES = {name: [process.address] for name in settings.ALL_CONTEXTS}
    conftest.forget()
    return Live(process.port, shops.Separate(process.port, process.folder / "mail"))
