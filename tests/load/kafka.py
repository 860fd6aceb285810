"""Kafka: `python -m tests.load.kafka`; needs `python -m tests.services up --only kafka`.

The first figure is how many events a relay publishes a second, from the database to the acknowledgement of all replicas. The
second is freshness: a writer appends at a rate and relays; another process follows the topic. Both give CPU times.
"""

import argparse
import multiprocessing
import os
import threading
import time
import uuid
from typing import Any

from tests.load import scratch

STREAMS = 1_000
WARM_SECONDS = 3.0
JOIN_SECONDS = 60.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=20_000, help="to relay (default: %(default)s)")
    parser.add_argument("--rate", type=int, default=400, help="appends per second (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=15.0, help="of appends (default: %(default)s)")
    parser.add_argument("--client", nargs="+", default=["kafka-python", "confluent-kafka"])
    options = parser.parse_args()
    os.environ |= {
        "EVENT_FEEDS": "inventory=thriftshop.events.feed.kafka.KafkaFeed",
        "KAFKA_REPLICAS": "1",
        "KAFKA_MIN_IN_SYNC": "1",
        "LOG_LEVEL": "ERROR",
    }
    for client in options.client:
        os.environ |= {"KAFKA_CLIENT": client, "KAFKA_PREFIX": f"{uuid.uuid4().hex}."}
        measured = multiprocessing.get_context("spawn").Process(target=measure, args=(client, options))
        measured.start()
        measured.join()


def measure(client: str, options: argparse.Namespace) -> None:
    """Both figures with one client."""
    with scratch.database():
        from thriftshop.events.feed.kafka import topics

        for plan in topics.plans("inventory"):
            topics.create(plan)
        try:
            _measure_relay(client, options.events)
            _measure_freshness(client, options.rate, options.seconds)
        finally:
            topics.delete([plan.name for plan in topics.plans("inventory")])


def _measure_relay(client: str, count: int) -> None:
    from idl import inventory
    from thriftshop.events import processor, streams
    from thriftshop.events.streams import Write

    for start in range(0, count, STREAMS):
        version, made = start // STREAMS, [inventory.StockReceived(quantity=1)]
        streams.of("inventory").append([Write(f"SKU-{number}", version, made) for number in range(STREAMS)])
    began, used, left = time.monotonic(), time.process_time(), count
    while left > 0:
        left -= processor.process(_relay())
    wall, used = time.monotonic() - began, time.process_time() - used
    print(f"{client:16} {count / wall:8,.0f} events relayed/s, {1e6 * used / count:,.0f} us of CPU each")  # noqa: T201


def _relay() -> Any:
    from thriftshop.events import relay

    return relay.relays()[[found.name for found in relay.relays()].index("inventory.relay")]


def _measure_freshness(client: str, rate: int, seconds: float) -> None:
    from thriftshop.events import workers

    context = multiprocessing.get_context("spawn")
    queue: multiprocessing.Queue[Any] = context.Queue()
    follower = context.Process(target=follow, args=(queue, int(rate * seconds)))
    follower.start()
    queue.get(timeout=JOIN_SECONDS)
    runner = workers.Supervisor([_relay()], is_server=False)
    runner.start()
    time.sleep(WARM_SECONDS)
    used = time.process_time()
    _append(rate, seconds)
    used = time.process_time() - used
    ages, consumed = queue.get(timeout=JOIN_SECONDS)
    runner.stop()
    follower.join()
    ages.sort()
    p50, p99 = ages[len(ages) // 2], ages[int(len(ages) * 0.99)]
    print(  # noqa: T201
        f"{client:16} {rate}/s: projected after {p50} ms at p50, {p99} ms at p99, {ages[-1]} ms at most;"
        f" CPU of a core: writer {100 * used / seconds:.0f} %, consumer {100 * consumed / seconds:.0f} %"
    )


def _append(rate: int, seconds: float) -> None:
    from idl import inventory
    from thriftshop.events import streams, wakeups
    from thriftshop.events.streams import Write

    began = time.monotonic()
    for number in range(int(rate * seconds)):
        time.sleep(max(0.0, began + number / rate - time.monotonic()))
        made = [inventory.StockReceived(quantity=1)]
        streams.of("inventory").append([Write(f"NEW-{number % STREAMS}", number // STREAMS, made)])
        wakeups.notify("inventory")


def follow(queue: Any, count: int) -> None:
    """Project new events in a process of its own, with a database of its own; report their ages."""
    os.environ["CONTEXTS"] = "recommender"
    ages: list[int] = []
    with scratch.database():
        from thriftshop import clock
        from thriftshop.event_store.models import Checkpoint
        from thriftshop.events import feed, workers
        from thriftshop.events.groups import Projection

        def apply(records: Any) -> None:
            ages.extend(clock.now() - record.recorded_at for record in records)

        kinds = frozenset({"StockReceived"})
        group = Projection("recommender.freshness", "inventory", apply, (), kinds)
        ends = feed.of("inventory").ends()
        Checkpoint.objects.bulk_create(
            Checkpoint(group=group.name, topic="inventory", partition=number, cursor=end)
            for number, end in ends.items()
        )
        runner = workers.Supervisor([group], is_server=False)
        runner.start()
        threading.Event().wait(WARM_SECONDS)
        queue.put("ready")
        began, used = time.monotonic(), time.process_time()
        while len(ages) < count and time.monotonic() - began < JOIN_SECONDS + count / 50:
            time.sleep(0.1)
        queue.put((ages, time.process_time() - used))
        time.sleep(0.5)
        runner.stop()


if __name__ == "__main__":
    main()
