"""Kafka's feed when brokers, relays and consumers die: nothing is lost, nothing takes effect twice, streams keep their order."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from django.db import connection

from idl import inventory
from tests import split
from tests.services import java, kafka, processes, running
from thriftshop import rpc
from thriftshop.event_store.models import Event
from thriftshop.events import envelope, feed, processor, relay, streams
from thriftshop.events.feed import START
from thriftshop.events.feed.kafka import KafkaFeed, history, publisher, topics
from thriftshop.events.streams import Write

WAIT_SECONDS = 120
OUTAGE_SECONDS = float(os.environ.get("KAFKA_OUTAGE_SECONDS", "3"))
FEED = "thriftshop.events.feed.kafka.KafkaFeed"


@pytest.fixture
def source(kafka_topics, settings):
    """The inventory at Kafka, relayed by processes of the test."""
    settings.EVENT_FEEDS = settings.EVENT_FEEDS | {"inventory": FEED}
    feed.of.cache_clear()
    for plan in topics.plans("inventory"):
        topics.create(plan)
    return feed.of("inventory")


def started(settings, *arguments: object) -> subprocess.Popen:
    """A process of tests.events.relays on the database of this test."""
    name = connection.settings_dict["NAME"]
    database = f"sqlite:///{name}"
    if connection.vendor == "postgresql":
        database = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"
    command = [sys.executable, "-m", "tests.events.relays", settings.KAFKA_PREFIX, *map(str, arguments)]
    return subprocess.Popen(command, env=os.environ | {"DATABASE_URL": database})  # noqa: S603 - our own command


def append(stream: str, count: int) -> None:
    for _ in range(count):
        version = Event.objects.filter(topic="inventory", stream=stream).count()
        streams.of("inventory").append([Write(stream, version, [inventory.StockReceived(quantity=1)])])


def read_all(source) -> dict[str, list[int]]:
    """The versions of each stream, in the order in which they are read."""
    found: dict[str, list[int]] = {}
    for partition in source.ends():
        cursor = START
        while (batch := source.read(partition, cursor, 100)).messages:
            for message in batch.messages:
                found.setdefault(message.key, []).append(envelope.peek(message.payload).version)
            cursor = batch.cursor
    return found


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_what_a_killed_relay_has_not_noted_is_published_by_another_without_waiting_for_its_lease(
    source, settings, moment
):
    append("MUG", 5)
    process = started(settings, "crash", moment)
    assert process.wait(WAIT_SECONDS) == -signal.SIGKILL
    append("MUG", 2)
    group = relay.Relay("inventory.relay", "inventory.log", publisher.publish)
    began = time.monotonic()
    while not processor.process(group):
        assert time.monotonic() - began < WAIT_SECONDS
        time.sleep(0.02)
    assert read_all(source) == {"MUG": [1, 2, 3, 4, 5, 6, 7]}
    published = history.shared().bounds(source.name, [0])[0].end
    assert published == (7 if moment == "before" else 12)


@pytest.mark.django_db(transaction=True)
def test_two_relays_at_once_publish_twice_and_readers_see_each_event_once_and_in_order(source, settings):
    names = [f"SKU-{number}" for number in range(5)]
    racing = [started(settings, "race", 200) for _ in range(2)]
    for _ in range(40):
        for name in names:
            append(name, 1)
    assert [process.wait(WAIT_SECONDS) for process in racing] == [0, 0]
    assert read_all(source) == {name: list(range(1, 41)) for name in names}


def variables(folder, prefix: str, server: str, **others: str) -> dict[str, str]:
    kafka_variables = {"EVENT_FEEDS": f"inventory={FEED}", "KAFKA_SERVERS": server, "KAFKA_PREFIX": prefix}
    sizes = {"KAFKA_REPLICAS": "1", "KAFKA_MIN_IN_SYNC": "1", "KAFKA_PARTITIONS": "4"}
    return split.Split(folder)._variables() | kafka_variables | sizes | {"EVENT_PARTITIONS": "1"} | others


def deliver(number: int, skus: list[str]) -> None:
    with rpc.using(caller="demo"):
        lines = [inventory.StockLine(sku=sku, quantity=1) for sku in skus]
        rpc.connect(inventory.InventoryService).receive(f"delivery {number}", lines, None, None)


def reach(settings, process) -> None:
    """Call the process from here."""
    settings.CONTEXTS, settings.RPC_TRANSPORT, settings.DEADLINE_FACTOR = ["recommender"], "http", 10
    settings.SERVICES = {"inventory": [process.address]}
    streams.of.cache_clear()
    feed.of.cache_clear()


def wait_until_equal_to_rebuild(process) -> None:
    """Wait until the projections have everything, and compare them with a rebuild from the events."""
    until = time.monotonic() + WAIT_SECONDS
    while "inventory.ledger" not in (lag := process.manage("lag", "--here").stdout) or any(
        line.split()[2] != "0" for line in lag.splitlines()[1:]
    ):
        assert time.monotonic() < until, f"{lag}{process.tail(40)}"
        time.sleep(0.1)
    compared = process.manage("rebuild", "--check")
    assert compared.returncode == 0, f"{compared.stdout}{compared.stderr}"


@pytest.fixture
def broker_apart():
    """A broker that the test may kill."""
    if not java.is_installed():
        running.need_kafka()
    with running.lock():
        own = kafka.start_apart()
    yield own
    processes.stop(own, signal.SIGKILL)


@pytest.mark.slow
def test_commands_succeed_without_a_broker_and_the_backlog_is_published_in_order(broker_apart, tmp_path, settings):
    server = f"{kafka.address(kafka.APART)}:9092"
    prefix = f"{time.time_ns()}."
    process = split.Process("inventory", tmp_path, variables(tmp_path, prefix, server))
    skus = ["MUG", "CUP", "POT"]
    try:
        assert process.manage("create_topics").returncode == 0
        process.start()
        process.wait()
        reach(settings, process)
        deliver(0, skus)
        processes.stop(broker_apart, signal.SIGKILL)
        began, count = time.monotonic(), 1
        while time.monotonic() - began < OUTAGE_SECONDS:
            deliver(count, skus)
            count += 1
        assert kafka.start_apart() == broker_apart
        deliver(count, skus)
        wait_until_equal_to_rebuild(process)
        settings.KAFKA_SERVERS, settings.KAFKA_PREFIX = [server], prefix
        history.forget()
        topics.forget()
        settings.CONTEXTS = ["inventory"]
        source = KafkaFeed("inventory")
        assert read_all(source) == {sku: list(range(1, count + 2)) for sku in skus}
        source.close()
    finally:
        process.stop()
        settings.KAFKA_SERVERS = ["127.0.0.1:9092"]
        history.forget()
        topics.forget()


@pytest.mark.slow
def test_consumers_that_join_and_die_in_mid_batch_apply_each_event_once(kafka_broker, tmp_path, settings):
    own = variables(tmp_path, f"{time.time_ns()}.", "127.0.0.1:9092", CONSUMERS="apart")
    process = split.Process("inventory", tmp_path, own)
    consumers = []

    def consume() -> None:
        with (tmp_path / f"consumer-{len(consumers)}.log").open("wb") as log:
            command = [sys.executable, "manage.py", "consume", "inventory"]
            environment = process._environment()
            consumers.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log))  # noqa: S603

    try:
        assert process.manage("create_topics").returncode == 0
        process.start()
        process.wait()
        reach(settings, process)
        consume()
        skus = [f"SKU-{number}" for number in range(20)]
        writing = threading.Thread(target=lambda: [deliver(number, skus) for number in range(100)])
        writing.start()
        for _ in range(2):
            time.sleep(2)
            consume()
            time.sleep(2)
            consumers[-2].kill()
        writing.join(WAIT_SECONDS)
        wait_until_equal_to_rebuild(process)
        with rpc.using(caller="demo"):
            levels = rpc.connect(inventory.InventoryService).get_levels(skus)
        assert [level.on_hand for level in levels] == [100] * 20
    finally:
        for consumer in consumers:
            consumer.kill()
            consumer.wait()
        process.stop()
