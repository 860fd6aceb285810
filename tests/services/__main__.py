"""Starts and stops Kafka, Cassandra and PostgreSQL: `python -m tests.services up`, or `make services`."""

import argparse
import sys
import time
from collections.abc import Callable, Collection

from tests import postgres
from tests.services import (
    FOLDER,
    cassandra,
    collector,
    java,
    kafka,
    kustomize,
    observing,
    postgresql,
    telegraf,
    victorialogs,
)
from tests.services.processes import Failed

SERVICES = ("postgresql", "kafka", "cassandra")


def up(names: Collection[str], brokers: int, nodes: int) -> None:
    """Start those of the services that do not run yet, and print where each is reached."""
    if "postgresql" in names:
        _start("PostgreSQL", postgresql.start, f"postgres://postgres@127.0.0.1:{postgresql.PORT}/postgres")
    if "kafka" in names:
        _start("Kafka", lambda: kafka.start(brokers), ",".join(kafka.bootstrap(brokers)))
    if "cassandra" in names:
        _start("Cassandra", lambda: cassandra.start(nodes), ",".join(map(cassandra.address, range(1, nodes + 1))))


def build() -> int:
    """Build what Go builds, if it is installed; return the exit code."""
    try:
        for is_installed, build_it in (
            (kustomize.is_installed, kustomize.command),
            (telegraf.is_installed, telegraf.build),
            (victorialogs.is_installed, victorialogs.build),
            (collector.is_installed, collector.build),
        ):
            if is_installed():
                build_it()
    except Failed as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


def down() -> None:
    """Stop what runs; what was stored stays."""
    for stop in (cassandra.stop, kafka.stop, postgresql.stop):
        stop()


def _start(name: str, start: Callable[[], None], address: str) -> None:
    began = time.monotonic()
    sys.stdout.write(f"{name:12}")
    sys.stdout.flush()
    start()
    sys.stdout.write(f"{address}  ({time.monotonic() - began:.1f} s)\n")


def main() -> int:
    """Run the command; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.services", description=f"The services keep their files in {FOLDER}."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    starting = commands.add_parser("up", help="start what does not run yet")
    starting.add_argument("--only", nargs="+", default=SERVICES, choices=SERVICES, help="start only these")
    starting.add_argument("--brokers", type=int, default=1, choices=[1, 3], help="of Kafka")
    starting.add_argument("--nodes", type=int, default=1, choices=[1, 3], help="of Cassandra")
    commands.add_parser("down", help="stop them; what they stored stays")
    commands.add_parser("build", help="build what Go builds, if it is installed: it takes some minutes, once")
    commands.add_parser(
        "observe", help="start what is available of what observes the shop: metrics, traces, log lines; and the shop"
    )
    arguments = parser.parse_args()
    if arguments.command in ("build", "observe"):
        return build() if arguments.command == "build" else observing.run()
    if not java.is_installed() or postgres.programs() is None:
        sys.stderr.write(f"{postgres.MISSING if java.is_installed() else java.MISSING}\n")
        return 1
    try:
        down() if arguments.command == "down" else up(arguments.only, arguments.brokers, arguments.nodes)
    except (Failed, RuntimeError) as problem:
        sys.stderr.write(f"\n{problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
