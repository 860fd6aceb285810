"""Processes that are killed, frozen or restarted: the shop's own, the broker, the node and the database server."""

from __future__ import annotations

import signal
import time

from tests import split
from tests.faults.backbone import Part
from tests.faults.recorder import Outcome
from tests.faults.scene import Fault, Scene

# Until every client has noticed that a part does not answer, and what was on its way has ended.
NOTICED_SECONDS = 1.0
EXPECTED_SECONDS = 15.0


def kill_gateway(scene: Scene) -> None:
    """Kill the gateway; customers are cut off until it runs again."""
    _kill(scene, scene.shop.gateway)


def kill_service(scene: Scene) -> None:
    """Kill one of the processes that host the services; the gateway uses the other."""
    process, began = scene.rng.choice(scene.shop.services), time.monotonic()
    scene.shop.kill(process)
    is_served = scene.wait_for(lambda: bool(scene.acknowledged_since(began)), EXPECTED_SECONDS)
    scene.expect(is_served, f"nothing is acknowledged without {process.name}")
    scene.shop.restart(process)


def kill_relay(scene: Scene) -> None:
    """Kill the process that relays the orders' events; the other takes over."""
    _kill(scene, scene.shop.holder_of_relay())


def kill_all_services(scene: Scene) -> None:
    """Kill all processes that host the services at the same moment."""
    _kill(scene, *scene.shop.services)


def freeze_relay(scene: Scene) -> None:
    """Freeze the process that relays, until the other has taken over, and let it go on: then both relay."""
    process = scene.shop.holder_of_relay()
    process.send(signal.SIGSTOP)
    scene.wait(scene.freeze_seconds)
    process.send(signal.SIGCONT)


def _kill(scene: Scene, *processes: split.Process) -> None:
    for process in processes:
        scene.shop.kill(process)
    scene.wait()
    scene.shop.restart(*processes)


def kill_broker(scene: Scene) -> None:
    """Kill the broker of Kafka: commands succeed without it, and wait in the log."""
    began = time.monotonic()
    scene.shop.backbone.kafka.stop(signal.SIGKILL)
    scene.wait(scene.kafka_seconds)
    during = scene.within(began, time.monotonic())
    acknowledged = [operation for operation in during if operation.outcome is Outcome.ACKNOWLEDGED]
    unknown = [operation for operation in during if operation.outcome is Outcome.UNKNOWN]
    scene.expect(acknowledged, "no command succeeds without Kafka")
    scene.expect(not unknown, f"commands do not succeed without Kafka: {unknown[:3]}")
    scene.details.append(f"{scene.kafka_seconds:g} s, {len(acknowledged)} commands meanwhile")
    scene.shop.backbone.kafka.start()


def kill_node(scene: Scene) -> None:
    """Kill the node of Cassandra: writes are refused clearly, and what needs no streams goes on."""
    scene.shop.backbone.cassandra.stop(signal.SIGKILL)
    scene.wait(NOTICED_SECONDS)
    began = time.monotonic()
    scene.wait_for(lambda: bool(scene.acknowledged_since(began, ["read"])), EXPECTED_SECONDS)
    during = scene.within(began, time.monotonic())
    scene.expect(scene.acknowledged_since(began, ["read"]), "no product can be read without Cassandra")
    acknowledged = [operation for operation in during if operation.outcome is Outcome.ACKNOWLEDGED]
    scene.expect(not acknowledged, f"acknowledged without Cassandra: {acknowledged[:3]}")
    scene.shop.backbone.cassandra.start()


def restart_database(scene: Scene) -> None:
    """Restart PostgreSQL, properly or after a crash."""
    sent = scene.rng.choice([signal.SIGTERM, signal.SIGKILL])
    scene.details.append("crash" if sent == signal.SIGKILL else "restart")
    scene.shop.backbone.postgresql.stop(sent)
    scene.wait()
    scene.shop.backbone.postgresql.start()


def _full_disk(name: str) -> Fault:
    """The disk of a part becomes full, and has room again; then the part is restarted."""

    def part(scene: Scene) -> Part:
        return next(part for part in scene.shop.backbone.parts if part.name == name)

    def happen(scene: Scene) -> None:
        part(scene).fill_disk()
        scene.wait()
        part(scene).free_disk()
        part(scene).restart()

    return Fault(
        f"the disk of {TITLES[name]} is full", happen, frozenset({name}), needs=lambda scene: part(scene).has_own_disk
    )


TITLES = {"kafka": "Kafka", "cassandra": "Cassandra", "postgresql": "PostgreSQL"}
GATEWAY, SERVICES = frozenset({"gateway"}), frozenset({"services"})
FAULTS = [
    Fault("the gateway is killed", kill_gateway, GATEWAY),
    Fault("a service is killed", kill_service, SERVICES, is_alone=True),
    Fault("the relay is killed", kill_relay, SERVICES),
    Fault("all services are killed", kill_all_services, SERVICES),
    Fault("the relay is frozen and runs twice", freeze_relay, SERVICES),
    Fault("Kafka's broker is killed and stays down", kill_broker, frozenset({"kafka"}), is_alone=True),
    Fault("Cassandra's node is killed and stays down", kill_node, frozenset({"cassandra"}), is_alone=True),
    Fault("PostgreSQL is restarted", restart_database, frozenset({"postgresql"})),
    *map(_full_disk, TITLES),
]
