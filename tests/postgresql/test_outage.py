"""The database server restarts under the running shop, which reports it, loses no acknowledged write, and needs no restart."""

import threading

import psycopg
import pytest

from idl import inventory
from tests import acting, postgres
from tests.postgresql.conftest import require_postgresql
from tests.postgresql.health import TIMEOUT_SECONDS, readiness, wait_for
from thriftshop import rpc


class Receiver(threading.Thread):
    """Receives deliveries of one mug each; records which were acknowledged, and the errors."""

    def __init__(self):
        super().__init__(daemon=True)
        self.stopping = threading.Event()
        self.acknowledged: list[str] = []
        self.refused: list[Exception] = []

    def run(self):
        """Receive until stopped."""
        service, number = rpc.connect(inventory.InventoryService), 0
        while not self.stopping.wait(0.01):
            number += 1
            try:
                with acting.as_service("trade"):
                    service.receive(f"delivery-{number}", [inventory.StockLine(sku="MUG", quantity=1)], "", None)
                self.acknowledged.append(f"delivery-{number}")
            except Exception as error:
                self.refused.append(error)


@pytest.fixture(scope="module")
def server():
    """A server of its own, as it is stopped. It commits in earnest: a crash loses nothing that was acknowledged."""
    require_postgresql()
    with postgres.server(synchronous_commit="on") as one:
        yield one


def test_a_server_that_stops_and_starts_costs_no_acknowledged_delivery(server, serve):
    shop = serve(server.create("shop"))
    receiver = Receiver()
    receiver.start()
    for mode in ("fast", "immediate"):
        before = len(receiver.acknowledged)
        wait_for(lambda: len(receiver.acknowledged) > before + 20, f"nothing is received: {receiver.refused[-3:]}")  # noqa: B023
        server.stop(mode)
        wait_for(lambda: readiness(shop)[0] == 503, "it is ready without a database")
        assert "does not answer" in readiness(shop)[1]["database"]
        refused = len(receiver.refused)
        wait_for(lambda: len(receiver.refused) > refused, "nothing is refused without a database")  # noqa: B023
        server.start()
        wait_for(lambda: readiness(shop)[0] == 200, f"it does not recover: {readiness(shop)}")
    before = len(receiver.acknowledged)
    wait_for(lambda: len(receiver.acknowledged) > before + 20, f"nothing is received: {receiver.refused[-3:]}")
    receiver.stopping.set()
    receiver.join(TIMEOUT_SECONDS)

    assert [one for one in receiver.refused if not isinstance(one, rpc.Unavailable | rpc.DeadlineExceeded)] == []
    with psycopg.connect(server.url("shop")) as database:
        recorded = {key for (key,) in database.execute("SELECT key FROM events_event WHERE key IS NOT NULL")}
    assert {f"receive:{key}" for key in receiver.acknowledged} - recorded == set()
    with acting.as_service("trade"):
        service = rpc.connect(inventory.InventoryService)
        wait_for(lambda: service.get_levels(["MUG"])[0].available == len(recorded), "the projection is behind")
    assert shop.running.poll() is None
