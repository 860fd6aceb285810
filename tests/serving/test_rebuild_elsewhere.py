"""`manage.py rebuild` of projections whose topics another process hosts, while events keep arriving."""

import threading
import time

import pytest

from idl import inventory
from tests import split
from thriftshop import rpc

pytestmark = pytest.mark.slow

TIMEOUT_SECONDS = 120.0
SKUS = [f"SKU-{number}" for number in range(20)]


class Deliveries(threading.Thread):
    """Receives stock continuously until stopped, and counts the calls."""

    def __init__(self):
        super().__init__(daemon=True)
        self.count = 0
        self.problem = None
        self.stopping = threading.Event()

    def run(self):
        try:
            while not self.stopping.is_set():
                deliver(f"delivery {self.count}")
                self.count += 1
        except Exception as error:
            self.problem = error

    def stop(self):
        self.stopping.set()
        self.join(TIMEOUT_SECONDS)
        assert self.problem is None


def deliver(key):
    with rpc.using(caller="demo"):
        lines = [inventory.StockLine(sku=sku, quantity=1) for sku in SKUS]
        rpc.connect(inventory.InventoryService).receive(key, lines, None, None)


@pytest.fixture(params=[1, 4])
def processes(request, tmp_path, settings):
    """The recommender, and the process that hosts all of its topics."""
    variables = split.Split(tmp_path)._variables() | {"EVENT_PARTITIONS": str(request.param)}
    topics = split.Process("analytics,catalog,inventory,orders", tmp_path, variables)
    recommender = split.Process("recommender", tmp_path, variables)
    variables["SERVICES"] = " ".join(f"{context}={topics.address}" for context in topics.contexts.split(","))
    settings.CONTEXTS, settings.RPC_TRANSPORT, settings.DEADLINE_FACTOR = [], "http", 100
    settings.SERVICES = {"inventory": [topics.address]}
    try:
        for process in (topics, recommender):
            process.start()
        for process in (topics, recommender):
            process.wait()
        yield topics, recommender
    finally:
        recommender.stop()
        topics.stop()


def run(process, *command):
    done = process.manage(*command)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_rebuild_ends_and_is_correct_while_events_arrive(processes):
    topics, recommender = processes
    deliveries = Deliveries()
    deliveries.start()
    try:
        assert "recommender.stock" in run(recommender, "rebuild", "recommender")
        assert run(recommender, "rebuild", "recommender", "--check").startswith("Equal to their rebuild")
        before = deliveries.count
        time.sleep(1.0)
        assert deliveries.count > before > 0
    finally:
        deliveries.stop()
    expected = deliveries.count * len(SKUS)
    limit = time.monotonic() + TIMEOUT_SECONDS
    while recommender.query("SELECT sum(available) FROM recommender_stock") != expected:
        assert time.monotonic() < limit, recommender.tail(20)
        time.sleep(0.1)
    assert topics.query("SELECT count(*) FROM events_event WHERE topic = 'inventory'") == expected
    assert recommender.query("SELECT count(*) FROM events_deadletter") == 0
    assert run(recommender, "rebuild", "recommender", "--check").startswith("Equal to their rebuild")
