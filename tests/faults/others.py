"""Faults of clocks, consumer groups and topics."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests import split
from tests.faults.scene import Fault, Scene
from tests.faults.shop import environment_of

CLOCKS = Path(__file__).parent / "clocks"
CONSUMERS, CONSUMER_SECONDS = 2, 30.0
TOPICS = ("orders", "cart", "inventory")


def storm_of_rebalances(scene: Scene) -> None:
    """Let consumers join the group of orders and kill each, so that partitions are assigned again and again."""
    with contextlib.ExitStack() as stack:
        joined = [stack.enter_context(_consumer(scene, number)) for number in range(CONSUMERS)]
        for log in joined:
            scene.wait_for(partial(_has_partitions, log), CONSUMER_SECONDS)
            scene.wait(scene.rng.uniform(0.1, 0.5))
    scene.shop.deaths += CONSUMERS


def _has_partitions(log: Path) -> bool:
    """Whether the consumer with this log takes part."""
    return "partitions assigned" in log.read_text()


@contextlib.contextmanager
def _consumer(scene: Scene, number: int) -> Iterator[Path]:
    """A consumer of orders, which is killed in the end; gives its log."""
    log = scene.shop.folder / f"consumer-{time.monotonic_ns()}-{number}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "consume", "orders"],
            cwd=split.ROOT,
            env=environment_of(scene.shop.services[0]),
            stdout=output,
            stderr=output,
        )
    try:
        yield log
    finally:
        process.kill()
        process.wait()


def clock_an_hour_off(scene: Scene) -> None:
    """Restart a service with a clock that is an hour ahead or behind, and later with the right one."""
    process, offset = scene.rng.choice(scene.shop.services), scene.rng.choice(["+3600", "-3600"])
    scene.details.append(f"{offset} s")
    right = process.variables
    process.variables = right | {"CLOCK_OFFSET_SECONDS": offset, "PYTHONPATH": str(CLOCKS)}
    scene.shop.kill(process)
    scene.shop.restart(process)
    scene.wait()
    process.variables = right
    scene.shop.kill(process)
    scene.shop.restart(process)


def recreate_topic(scene: Scene) -> None:
    """Delete a topic while its consumers are stopped, and fill it again from the streams."""
    topic = scene.rng.choice(TOPICS)
    scene.details.append(topic)
    for process in scene.shop.services:
        process.stop()
    scene.shop.observer.ask(f"recreate {topic}")
    scene.shop.restart(*scene.shop.services)


# A command is not repeated if a part does not answer.
COMMAND = frozenset({"services", "kafka", "cassandra", "postgresql", "network"})
FAULTS = [
    Fault("a storm of rebalances", storm_of_rebalances, frozenset({"kafka", "postgresql"})),
    Fault("a clock is an hour off", clock_an_hour_off, frozenset({"services"})),
    Fault("a topic is deleted and recreated", recreate_topic, COMMAND),
]
