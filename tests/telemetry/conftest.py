"""A shop under load with Kafka, Telegraf, InfluxDB and Prometheus, for the tests of dashboards."""

import time
import uuid
from dataclasses import dataclass

import pytest

from tests import split
from tests.services import influxdb, prometheus, running, telegraf
from tests.serving import processes

KEYS = {"SERVICE_KEYS": "telemetry-service-key-" + "0" * 40, "VIEWER_KEYS": "telemetry-viewer-key-" + "0" * 40}
KAFKA = "thriftshop.events.feed.kafka.KafkaFeed"
CONTEXTS = ("catalog", "inventory", "cart", "orders", "users", "sessions", "recommender", "analytics", "experiments")
WAIT_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Observed:
    """The database in InfluxDB, and the address of the shop's gateway."""

    database: str
    gateway: str


@pytest.fixture(scope="module")
def observed(tmp_path_factory):
    """Two servers, one with the gateway and one with the other contexts, after a short load."""
    with running.lock("observing"):
        try:
            yield from observe(tmp_path_factory)
        finally:  # also of a load that failed: the next one has another database
            prometheus.stop()
            telegraf.stop()


def observe(tmp_path_factory):
    for is_installed, missing in (
        (telegraf.is_installed(), telegraf.MISSING),
        (prometheus.is_installed(), prometheus.MISSING),
    ):
        running.require(is_installed, missing)
    running.need_kafka()
    running.need_influxdb()
    name, folder = f"shop-{uuid.uuid4().hex[:8]}", tmp_path_factory.mktemp("observed")
    influxdb.query(f'CREATE DATABASE "{name}"', "")
    contexts, gateway = split.free_port(), split.free_port()
    shared = {**KEYS, "EVENT_FEED": KAFKA, "KAFKA_PREFIX": f"{name}.", "KAFKA_REPLICAS": "1", "KAFKA_MIN_IN_SYNC": "1"}
    shared |= {"METRICS_TOPIC": "metrics", "METRICS_SECONDS": "1", "KAFKA_PARTITIONS": "1", "WORKERS": "1"}
    services = " ".join(f"{context}=http://127.0.0.1:{contexts}" for context in CONTEXTS)
    inner = {**shared, "CONTEXTS": " ".join(CONTEXTS), "DATABASE_URL": f"sqlite:///{folder}/shop.sqlite3"}
    outer = {
        **shared,
        "CONTEXTS": "gateway",
        "SERVICES": services,
        "DATABASE_URL": f"sqlite:///{folder}/gateway.sqlite3",
    }
    finish(processes.manage("create_topics", **inner))
    telegraf.start(f"{name}.metrics", name)
    with processes.serving(contexts, "--migrate", **inner), processes.serving(gateway, "--migrate", **outer):
        prometheus.start([f"127.0.0.1:{contexts}", f"127.0.0.1:{gateway}"], seconds=2)
        address = f"http://127.0.0.1:{gateway}"
        driver = {
            **KEYS,
            "CONTEXTS": "demo",
            "SERVICES": services,
            "DATABASE_URL": f"sqlite:///{folder}/driver.sqlite3",
        }
        finish(
            processes.manage("shell", "-c", f"from tests.telemetry import traffic; traffic.run({address!r})", **driver)
        )
        wait_for_points(name)
        yield Observed(name, address)


def finish(process):
    """Wait for a command that must succeed."""
    code = process.wait(WAIT_SECONDS)
    assert code == 0, processes.output(process)
    processes.stop(process)


def wait_for_points(database):
    """Wait until what was sold has reached InfluxDB, and Prometheus."""
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        series = influxdb.query("SELECT sum(value) FROM thriftshop_orders_revenue_total", database)
        if series and series[0]["values"][0][1] > 0 and prometheus.query("sum(thriftshop_orders_revenue_total) > 0"):
            return
        time.sleep(0.5)
    raise AssertionError("No revenue was measured.")
