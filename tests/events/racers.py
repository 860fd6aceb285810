"""A process that appends to streams in Cassandra: `python -m tests.events.racers PREFIX COMMAND ARGUMENTS`.

It prints a line for each acknowledged event: stream, version and id.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable

import django


def main() -> None:
    """Run the command."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "settings.test"
    django.setup()
    from django.conf import settings

    from thriftshop.events.streams.cassandra import CassandraStreams

    prefix, command, *arguments = sys.argv[1:]
    settings.CASSANDRA_KEYSPACE, settings.CASSANDRA_PREFIX = "tests", prefix
    settings.CASSANDRA_SHARDS = 1
    store = CassandraStreams("inventory")
    commands: dict[str, Callable[..., None]] = {"race": race, "crash": crash, "go_on": go_on}
    commands[command](store, *arguments)


def race(store, name: str, count: str) -> None:
    """Append events to a stream that others append to as well, and to one of its own beside it."""
    threads = [
        threading.Thread(target=_append, args=(store, stream, int(count), name)) for stream in ("MUG", f"{name}-own")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def crash(store, name: str, count: str) -> None:
    """Append, and end by SIGKILL before anything is in the index."""
    store._indexer.wake = lambda: None
    _append(store, "MUG", int(count), name)
    os.kill(os.getpid(), signal.SIGKILL)


def go_on(store, name: str) -> None:
    """Append until killed."""
    _append(store, "MUG", 1_000_000, name)


def _append(store, stream: str, count: int, name: str) -> None:
    from idl import inventory
    from thriftshop.events.streams import Write, Written

    version = len(store.read({stream: 0})[stream])
    for number in range(count):
        event = inventory.StockReceived(quantity=1, reference=name)
        while True:
            (outcome,) = store.append([Write(stream, version, [event], f"{name}-{number}")])
            if isinstance(outcome, Written):
                break
            version += len(store.read({stream: version})[stream])
        version += 1
        sys.stdout.write(f"{stream} {version} {outcome.recorded[0].id}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
