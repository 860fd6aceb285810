"""Every process is restarted, a few contexts at a time, while people shop: with two replicas of each no request fails."""

import contextlib
import http.client
import itertools
import signal
import threading
import time

import pytest

from idl import common, inventory, orders
from tests import acting, split
from tests.journeys.conftest import go_abroad
from tests.journeys.shop import TIMEOUT_SECONDS, Person, Separate, Shop, order_input
from thriftshop import rpc
from thriftshop.rpc.http import sync_connections

SHOPPERS = 2
CONTEXTS_AT_ONCE = 4
PAUSE_SECONDS = 0.25
STOCK = 100_000


class Balanced(Separate):
    """A load balancer for several gateways: uses those that are ready, and the next one if one refuses."""

    def __init__(self, ports, mails):
        super().__init__(ports[0], mails)
        self._ports = ports
        self._turn = itertools.count()

    def send(self, body, token):
        """POST to a gateway that takes it. What one has begun is never sent to another."""
        headers = {"content-type": "application/json", "accept": "application/json"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        until = time.monotonic() + TIMEOUT_SECONDS
        while time.monotonic() < until:
            port = self._ports[next(self._turn) % len(self._ports)]
            if self._is_ready(port):
                with contextlib.suppress(ConnectionRefusedError):
                    status, answer = self._ask(port, "POST", "/graphql", body, headers)
                    if status != 503:
                        return answer
            time.sleep(0.01)
        raise AssertionError("No gateway took the request.")

    def _is_ready(self, port):
        try:
            return self._ask(port, "GET", "/readyz")[0] == 200
        except OSError:
            return False

    @staticmethod
    def _ask(port, method, path, body=None, headers=()):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
        with contextlib.closing(connection):
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.read()


class Shopper(threading.Thread):
    """A customer who browses, fills the cart and buys, repeatedly; failures are collected in `failures`."""

    def __init__(self, shop: Shop, person: Person, stopping: threading.Event) -> None:
        super().__init__(daemon=True)
        self.shop, self.person, self.stopping = shop, person, stopping
        self.done, self.bought = 0, 0
        self.failures: list[str] = []

    def run(self) -> None:
        """Shops until stopped."""
        while not self.stopping.is_set():
            for act in (self.look, self.fill, self.buy):
                try:
                    act()
                    self.done += 1
                except Exception as error:
                    self.failures.append(f"{act.__name__}: {error!r}"[:600])
                time.sleep(PAUSE_SECONDS)

    def look(self) -> None:
        """Look at a product."""
        query = (
            "query ($sku: String!) { product(sku: $sku) { price { amount } stock { available } category { name } } }"
        )
        assert self.shop.data(query, self.person.token, sku=self.shop.sku(0))["product"]["stock"]["available"] > 0

    def fill(self) -> None:
        """Put one into the cart."""
        added = self.shop.act("addToCart", {"sku": self.shop.sku(0), "quantity": 1}, "", self.person.token)
        assert added["__typename"] == "AddToCartSuccess", added

    def buy(self) -> None:
        """Orders the cart: the lines of the previous order may not have been removed yet."""
        order_arguments = order_input(f"{self.person.id} {self.bought}", payment={"provider": "invoice"})
        placed = self.shop.act(
            "placeOrder", order_arguments, "... on PlaceOrderSuccess { order { number } }", self.person.token
        )
        assert placed["__typename"] in ("PlaceOrderSuccess", "EmptyCart"), placed
        self.bought += placed["__typename"] == "PlaceOrderSuccess"


@pytest.fixture
def doubled(tmp_path):
    """Two replicas of every process."""
    running = split.Split(tmp_path, replicas=2, DRAIN_GRACE_SECONDS="1")
    try:
        running.start()
        yield running
    finally:
        sync_connections.close()
        running.stop()


@pytest.mark.slow
def test_a_rolling_restart_under_load_fails_no_request(doubled, settings, db):
    go_abroad(settings, doubled)
    shop = Shop(Balanced([process.port for process in doubled.of("gateway")], doubled.mails))
    shop.stock_up(1, STOCK)
    stopping = threading.Event()
    shoppers = [Shopper(shop, shop.person(f"shopper{number}"), stopping) for number in range(SHOPPERS)]
    for shopper in shoppers:
        shopper.start()
    for processes in a_few_at_a_time(doubled):
        restart(processes)
    stopping.set()
    for shopper in shoppers:
        shopper.join()
    assert [failure for shopper in shoppers for failure in shopper.failures] == [], doubled.logs()
    assert all(shopper.bought for shopper in shoppers)
    shop.catch_up()
    check_books(shop, shoppers)


def a_few_at_a_time(doubled):
    """The first replicas of some contexts, of the next ones, ..., then the second replicas."""
    for replica in (0, 1):
        processes = [doubled.of(context)[replica] for context in doubled.services()]
        yield from (processes[start : start + CONTEXTS_AT_ONCE] for start in range(0, len(processes), CONTEXTS_AT_ONCE))


def restart(processes):
    """Stop processes gracefully, and start them again."""
    for process in processes:
        process.send(signal.SIGTERM)
    for process in processes:
        process.stop()
        process.start()
    for process in processes:
        process.wait()


def check_books(shop, shoppers):
    """Every acknowledged order exists, and the stock was reduced by exactly their quantities."""
    held = 0
    for shopper in shoppers:
        with acting.as_staff():
            mine = orders.OrderFilter(customer_id=shopper.person.id)
            page = rpc.connect(orders.OrdersService).find_orders(mine, common.Page(first=100))
        assert page.page_info.total == shopper.bought
        assert {order.status for order in page.orders} == {orders.OrderStatus.CONFIRMED}
        held += pieces(mine)
    with acting.as_staff():
        (level,) = rpc.connect(inventory.InventoryService).get_levels([shop.sku(0)])
    assert (level.on_hand, level.reserved) == (STOCK, held)


def pieces(order_filter):
    """How many pieces all of these orders hold."""
    found, after = 0, None
    while True:
        with acting.as_staff():
            page = rpc.connect(orders.OrdersService).find_orders(order_filter, common.Page(first=100, after=after))
        found += sum(line.quantity for order in page.orders for line in order.lines)
        if not page.page_info.has_next_page:
            return found
        after = page.page_info.end_cursor
