"""Appends and projections of the embedded store: `python -m tests.load.events --events 20000`.

Two figures, each beside a ceiling of the same run: decisions that append one event each, beside the same rows inserted and
committed by sqlite3 alone; and events through the inventory's own projection, beside reading and decoding them. Times are
CPU seconds of this process, so that a busy machine disturbs them less.
"""

import argparse
import sqlite3
import time
from pathlib import Path

from tests.load import scratch

STREAMS = 1_000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=20_000, help="how many events (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="the best of how many rounds (default: %(default)s)")
    options = parser.parse_args()
    with scratch.database() as folder:
        rounds = [measure(options.events, folder, number) for number in range(options.rounds)]
    names = ("appends", "ceiling of appends", "projected", "ceiling of projected")
    best = {name: max(round_[name] for round_ in rounds) for name in names}
    for name in names:
        print(f"{name:>22}  {best[name]:9,.0f}/s")  # noqa: T201
    for name in ("appends", "projected"):
        print(f"{name:>22}  {best[name] / best[f'ceiling of {name}']:9.3f} of its ceiling")  # noqa: T201


def measure(count: int, folder: Path, number: int) -> dict[str, float]:
    """Events per CPU second of each part."""
    return {
        "ceiling of appends": rate(count, lambda: insert_rows(count, folder / f"rows-{number}.sqlite3")),
        "appends": rate(count, lambda: append(count, number)),
        "ceiling of projected": rate(count, lambda: decode(count)),
        "projected": rate(count, project),
    }


def rate(count: int, work) -> float:
    """How often per CPU second."""
    started = time.process_time()
    work()
    return count / (time.process_time() - started)


def insert_rows(count: int, file: Path) -> None:
    """Commit a row of the events table at a time."""
    with sqlite3.connect(file, isolation_level=None) as rows:
        rows.execute("PRAGMA journal_mode=WAL")
        rows.execute("CREATE TABLE event (position integer PRIMARY KEY, stream text, version int, payload blob)")
        rows.execute("CREATE UNIQUE INDEX once ON event (stream, version)")
        for number in range(count):
            row = (f"SKU-{number % STREAMS}", number, bytes(220))
            rows.execute("INSERT INTO event (stream, version, payload) VALUES (?, ?, ?)", row)


def append(count: int, number: int) -> None:
    """Decide and append an event at a time."""
    from apps.inventory.service import ledger
    from idl import inventory
    from thriftshop import call_context

    def receive(_: object) -> list[inventory.StockReceived]:
        return [inventory.StockReceived(quantity=1)]

    with call_context.using(caller="trade"):
        for one in range(count):
            ledger.stock.decide(f"SKU-{one % STREAMS}", receive, f"{number}:{one}")


def decode(count: int) -> None:
    """Read and decode as many events as the projection does."""
    from thriftshop.events import envelope, feed

    cursor, left = feed.START, count
    while left > 0 and (batch := feed.of("inventory").read(0, cursor, 500)).messages:
        for message in batch.messages:
            envelope.decode(message.payload)
        cursor, left = batch.cursor, left - len(batch.messages)


def project() -> None:
    """Let the inventory's own projection catch up."""
    from thriftshop.events import envelope, groups, progress

    envelope.forget()
    progress.catch_up(of=[groups.get("inventory.ledger")])


if __name__ == "__main__":
    main()
