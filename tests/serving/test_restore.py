"""A shop that has lost every store is restored from backups that were made while it served, as docs/operations.md says."""

import os
import uuid

import pytest

from apps.trade.reconciliation import books
from idl import common, orders
from tests import conftest
from tests.journeys.customer import PLACED
from tests.journeys.shop import Separate, Shop, order_input
from tests.services import cassandra, dumps, postgresql, running
from tests.services.cassandra import snapshots
from tests.serving.real import RECORDING, RealShop
from thriftshop import call_context, rpc
from thriftshop.processes import real as backbone
from thriftshop.rpc.http import sync_connections

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("RESTORE" not in os.environ, reason="takes minutes: set RESTORE=1"),
]


@pytest.fixture
def real(tmp_path, cassandra_node, kafka_broker, settings, db):
    """A shop with a keyspace of its own; this process hosts nothing."""
    running.need_postgresql()
    shop = RealShop(tmp_path / "real", keyspace=f"r{uuid.uuid4().hex[:8]}")
    shop.start()
    settings.CONTEXTS, settings.SERVICES = [], shop.services()
    conftest.forget()
    yield shop
    sync_connections.close()
    shop.remove()
    lose_keyspace(shop)


def keyspace(real):
    return real.variables["CASSANDRA_KEYSPACE"]


def lose_keyspace(real):
    with cassandra.cluster().connect(1) as connections:
        connections.connect().execute(f"DROP KEYSPACE IF EXISTS {keyspace(real)}", timeout=60)


def buy(shop, person, number):
    shop.act("addToCart", {"sku": shop.sku(0), "quantity": 1}, token=person.token)
    placed = shop.act("placeOrder", order_input(f"{shop.mark} {number}"), PLACED, person.token)
    assert placed["__typename"] == "PlaceOrderSuccess"
    shop.catch_up()


def figures():
    """Every order, and the totals of money and goods."""
    with call_context.using(caller="trade"):
        service = rpc.connect(orders.OrdersService)
        page = service.find_orders(orders.OrderFilter(), common.Page(first=100))
        revenue = service.get_revenue("GBP", None, None)
        totals = books.ledger_totals() | books.level_totals()
    placed = sorted((order.number, order.status, order.total.amount) for order in page.orders)
    return placed, (revenue.orders, revenue.goods.amount, revenue.net.amount), totals


def back_up(real, folder, meanwhile):
    """Databases first: what streams have beyond them is projected again."""
    for process in real.layout:
        dumps.back_up(f"{real.name}_{process.context}", folder / f"{process.context}.dump")
    meanwhile()
    snapshots.back_up(cassandra.cluster(), keyspace(real), folder / "streams")


def restore(real, folder):
    """Empty stores, as for a new shop; then what the backups have; then topics, which are filled from the logs."""
    own = backbone.Real(real.name, postgresql.ADDRESS)
    for process in real.layout:
        own._create(own._database(process.context))
        dumps.restore(own._database(process.context), folder / f"{process.context}.dump")
    for context in RECORDING:
        done = real.run(context, "migrate_streams")
        assert done.returncode == 0, done.stderr
    snapshots.restore(keyspace(real), folder / "streams")
    real.start()
    for context in RECORDING:
        done = real.run(context, "publish", context, "--again")
        assert done.returncode == 0, done.stderr


def test_a_shop_that_has_lost_every_store_is_restored_to_the_penny(real, tmp_path):
    shop = Shop(Separate(real.port, real.folder / "mail"))
    shop.stock_up(2, quantity=9)
    ann = shop.person("ann")
    for number in range(3):
        buy(shop, ann, number)
    back_up(real, tmp_path, meanwhile=lambda: buy(shop, ann, "meanwhile"))
    expected = figures()
    buy(shop, ann, "too late for the backup")
    assert figures() != expected
    real.stop()
    real.lose_databases()
    real.lose_topics()
    lose_keyspace(real)

    restore(real, tmp_path)
    conftest.forget()
    shop.catch_up()
    assert figures() == expected
    for context in ("inventory", "orders"):
        done = real.run(context, "rebuild", context, "--check")
        assert done.returncode == 0, done.stderr
    buy(shop, ann, "after the restore")
    assert len(figures()[0]) == len(expected[0]) + 1
