"""Metrics through Kafka and Telegraf into InfluxDB: nothing is lost while InfluxDB or Kafka is unavailable.

METRICS_OUTAGE_SECONDS=600 runs the long form: ten minutes without InfluxDB.
"""

import gc
import os
import signal
import socket
import time
import uuid

import pytest
from prometheus_client import REGISTRY, Counter

from tests.services import influxdb, running, telegraf
from tests.telemetry import samples
from thriftshop.events.feed.kafka import clients, metric_points, topics
from thriftshop.processes import metric_points as publishing
from thriftshop.processes.metric_points import Publisher
from thriftshop.telemetry import exposition

OUTAGE_SECONDS = float(os.environ.get("METRICS_OUTAGE_SECONDS", "4"))
WAIT_SECONDS = 120.0
# Collecting closes a connection of its thread that has become too old.
pytestmark = pytest.mark.django_db
SOLD = Counter("thriftshop_test_sold_total", "A test.", ["shelf"])


@pytest.fixture(scope="module")
def services():
    """Kafka, InfluxDB and Telegraf with a topic and a database of their own."""
    running.require(telegraf.is_installed(), telegraf.MISSING)
    running.need_kafka()
    with running.lock("observing"):
        running.need_influxdb()
        name = f"metrics-{uuid.uuid4().hex[:8]}"
        influxdb.query(f'CREATE DATABASE "{name}"', "")
        yield name


@pytest.fixture
def database(services, settings, monkeypatch):
    settings.METRICS_TOPIC, settings.KAFKA_REPLICAS, settings.KAFKA_MIN_IN_SYNC = services, 1, 1
    settings.METRICS_PARTITIONS = 1
    monkeypatch.setattr("thriftshop.events.lags.update", lambda: None)
    topics.create(metric_points.plan())
    telegraf.start(services, services)
    yield services
    telegraf.stop()


class Shop:
    """Sells from a shelf of its own, and publishes each sale."""

    def __init__(self, database):
        self.database, self.shelf, self.publisher = database, uuid.uuid4().hex, Publisher()

    def sell(self, count):
        for _ in range(count):
            SOLD.labels(self.shelf).inc()
            self.publisher.collect_and_publish()
            time.sleep(0.01)

    def written(self):
        statement = f"SELECT sum(value) FROM thriftshop_test_sold_total WHERE shelf = '{self.shelf}'"  # noqa: S608
        series = influxdb.query(statement, self.database)
        return series[0]["values"][0][1] if series else 0

    def wait_until_all_is_written(self):
        expected = samples.value("thriftshop_test_sold_total", shelf=self.shelf)
        written, until = 0, time.monotonic() + WAIT_SECONDS
        while written < expected and time.monotonic() < until:
            time.sleep(0.2)
            before, written = written, self.written() if influxdb.is_running() else 0
            if written > before:
                until = time.monotonic() + WAIT_SECONDS
        assert written == expected > 0


def test_points_reach_influxdb_and_none_is_lost_while_it_is_away(database):
    shop = Shop(database)
    shop.sell(5)
    shop.wait_until_all_is_written()
    influxdb.stop()
    until = time.monotonic() + OUTAGE_SECONDS
    while time.monotonic() < until:
        shop.sell(10)
    influxdb.start()
    shop.wait_until_all_is_written()


def test_no_point_is_lost_or_counted_twice_when_telegraf_is_killed(database):
    shop = Shop(database)
    shop.sell(20)
    telegraf.stop(signal.SIGKILL)
    shop.sell(20)
    telegraf.start(database, database)
    shop.wait_until_all_is_written()


# kafka-python leaves the sockets of a client that could not connect to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_points_wait_in_memory_while_kafka_does_not_answer(database, settings, monkeypatch):
    monkeypatch.setattr(publishing, "RETRY_SECONDS", 0.5)
    settings.KAFKA_TIMEOUT_SECONDS = 1.0
    shop, servers = Shop(database), settings.KAFKA_SERVERS
    shop.sell(2)
    metric_points._producer.cache_clear()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.KAFKA_SERVERS = [f"127.0.0.1:{silent.getsockname()[1]}"]
        shop.sell(3)
        assert shop.publisher._waiting
    settings.KAFKA_SERVERS = servers
    until = time.monotonic() + WAIT_SECONDS
    while shop.publisher._waiting and time.monotonic() < until:
        shop.publisher.collect_and_publish()
        time.sleep(0.1)
    shop.wait_until_all_is_written()
    gc.collect()


def test_after_a_failure_points_are_not_sent_again_at_once(monkeypatch):
    monkeypatch.setattr("thriftshop.events.lags.update", lambda: None)
    attempts = []

    def send(payloads):
        attempts.append(len(payloads))
        raise clients.unavailable("it is away")

    publisher = Publisher(send)
    for _ in range(3):
        publisher.collect_and_publish()
    assert len(attempts) == 1
    publisher._retry_at = time.monotonic()
    publisher.collect_and_publish()
    assert len(attempts) == 2


def test_a_worker_that_takes_over_does_not_send_again_what_was_sent(tmp_path, monkeypatch):
    sent = []
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    monkeypatch.setattr("thriftshop.events.lags.update", lambda: None)
    monkeypatch.setattr(exposition, "families", REGISTRY.collect)
    first, second = Publisher(sent.extend), Publisher(sent.extend)
    SOLD.labels("shared").inc(5)
    first.collect_and_publish()
    second.collect_and_publish()
    SOLD.labels("shared").inc(2)
    first._lock.close()
    second.collect_and_publish()
    SOLD.labels("shared").inc(3)
    second.collect_and_publish()
    second._lock.close()
    lines = [line for payload in sent for line in payload.decode().splitlines() if "shelf=shared" in line]
    assert [line.split(" ")[1] for line in lines] == ["value=5.0", "value=3.0"]


def test_the_oldest_points_are_dropped_and_counted_when_too_many_wait(settings):
    settings.METRICS_MAX_POINTS = 3

    def send(payloads):
        raise clients.unavailable("it is away")

    publisher, dropped = Publisher(send), samples.value("thriftshop_metric_points_dropped_total")
    for number in range(5):
        publisher._add([b"point %d" % number])
    assert [lines[0] for lines in publisher._waiting] == [b"point 2", b"point 3", b"point 4"]
    assert samples.value("thriftshop_metric_points_dropped_total") == dropped + 2


def test_a_process_without_a_topic_publishes_nothing(settings):
    assert settings.METRICS_TOPIC == ""
    assert publishing.start() is None
