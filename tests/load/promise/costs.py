"""What each kind of request costs: `make promise COSTS=1`.

A few requests of one kind are in flight at a time, one kind after the other. Then every consumer group catches up. The CPU time
that the shop used beyond what it uses when idle, divided by the requests, is the cost of one with all that follows from it.
A busy machine changes these costs less than any latency.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from tests.load.promise import mix, processes, profiling, progress, table
from tests.load.promise.generator import TIMEOUT_SECONDS, now
from tests.load.promise.promised import PROMISED
from tests.load.promise.workload import Workload

CLIENTS = 8
# What a shop does after its start is not part of its idle time.
SETTLE_SECONDS = 5.0
IDLE_SECONDS = 10.0
CATCH_UP_SECONDS = 120.0
MAX_REQUESTS = 1_000_000
# Kinds that use up what the prepared shop has, such as customers' carts, or that are slow.
MAX_REQUESTS_OF = {"order placed": 150, "order cancelled": 100, "log in": 60, "log out": 30, "profile changed": 150}
# These need what others leave: carts, orders to cancel, sessions to end.
LAST = ("order placed", "order cancelled", "log in", "log out")
Pids = Mapping[str, processes.Pids]
Profile = dict[str, list[dict[str, Any]]]


class Cost(NamedTuple):
    """Microseconds of CPU time per request by process; how many requests were answered, and how many with errors."""

    by_process: dict[str, float]
    answered: int
    errors: int
    profile: Profile

    @property
    def total(self) -> float:
        """Of all processes."""
        return sum(self.by_process.values())


def measure(
    pids: Pids,
    workload: Workload,
    seconds: float,
    warm_up: float,
    profiling_of: tuple[Mapping[str, Sequence[int]], Path] | None,
) -> dict[str, Cost]:
    """The cost of each kind of request, by name; with a folder for profiles of some processes, also where its time goes."""
    workload.generator.recording.started = now()
    places, kinds = progress.places(), progress.kinds()
    catch_up(places, kinds)
    time.sleep(SETTLE_SECONDS)
    before = _used(pids)
    time.sleep(IDLE_SECONDS)
    idle = {name: (used - before[name]) / IDLE_SECONDS for name, used in _used(pids).items()}
    costs = {}
    for name in [*(kind.name for kind in mix.SENT if kind.name not in LAST), *LAST]:
        most = _most(workload, name)
        send(workload, name, warm_up, most // 4)
        catch_up(places, kinds)
        profiler = profiling.Profiler(*profiling_of, seconds) if profiling_of else None
        before, began = _used(pids), now()
        outcomes = send(workload, name, seconds, most)
        catch_up(places, kinds)
        elapsed, after = now() - began, _used(pids)
        used = {process: after[process] - before[process] - idle[process] * elapsed for process in after}
        count = max(1, len(outcomes))
        errors = sum(map(workload.outcomes.is_error, outcomes))
        by_process = {process: seconds_ / count * 1e6 for process, seconds_ in used.items()}
        costs[name] = Cost(by_process, len(outcomes), errors, profiler.result() if profiler else {})
    return costs


def _most(workload: Workload, name: str) -> int:
    """How many requests of a kind can be measured, after a quarter as many that are not."""
    most = MAX_REQUESTS_OF.get(name, MAX_REQUESTS)
    if name == "order placed":  # each takes a customer's whole cart
        return min(most, len(workload.prepared.customers) * 2 // 3)
    if name == "order cancelled":
        return min(most, len(workload.ledger.cancellable) * 3 // 4)
    return most


def send(workload: Workload, name: str, seconds: float, most: int) -> list[int]:
    """Keep requests of a kind in flight for some seconds; the outcomes."""
    pool, recording = workload.generator.pool, workload.generator.recording
    first, until, sent = len(recording.outcomes), now() + seconds, 0
    substituted = workload.substituted
    while now() < until and sent < most and workload.substituted == substituted:
        while pool.in_flight < CLIENTS and sent < most:
            request = workload.make(mix.NUMBERS[name])
            request.due = now()
            pool.send(request)
            sent += 1
        pool.poll(0.05)
    while pool.in_flight:
        pool.poll(0.05)
        pool.abandon(now() - TIMEOUT_SECONDS)
    pairs = zip(recording.kinds[first:], recording.outcomes[first:], strict=True)
    return [outcome for kind, outcome in pairs if kind == mix.NUMBERS[name]]


def catch_up(places: Sequence[str], kinds: progress.Kinds) -> None:
    """Wait until every consumer group has processed all events. Raises TimeoutError."""
    until = now() + CATCH_UP_SECONDS
    while any(progress.ages(places, kinds).values()):
        if now() > until:
            raise TimeoutError("The consumer groups do not catch up.")
        time.sleep(0.2)


def show(console: Console, costs: Mapping[str, Cost]) -> None:
    """Print the costs, and what the mix costs by these."""
    mixed = sum(costs[kind.name].total * kind.share / 100 for kind in mix.SENT)
    rows = Table(
        "request", "share", "answered", "errors", "us of CPU", "share of the CPU", title="Cost by kind of request"
    )
    for kind in mix.SENT:
        cost = costs[kind.name]
        of_mix = cost.total * kind.share / mixed
        numbers = f"{kind.share:g} %", f"{cost.answered:,}", f"{cost.errors:,}", f"{cost.total:,.0f}", f"{of_mix:.1f} %"
        rows.add_row(kind.name, *numbers)
    for kind in mix.SENT:
        for name, parts in costs[kind.name].profile.items():
            console.print(table.profile(parts, f"{kind.name}: {table.PROFILES[name]}"))
    console.print(rows)
    console.print(f"The mix: {mixed:,.0f} us per request, {1e6 / mixed:,.0f} requests/s per core")
    names = next(iter(costs.values())).by_process
    if len(names) > 1:
        for name in names:
            own = sum(costs[kind.name].by_process[name] * kind.share / 100 for kind in mix.SENT)
            cores = own * PROMISED.rate / 1e6
            console.print(
                f"{name:12} {own:8,.0f} us per request of the mix, {cores:.2f} cores at {PROMISED.rate:,.0f}/s"
            )


def _used(pids: Pids) -> dict[str, float]:
    return {name: processes.usage(several).cpu_seconds for name, several in pids.items()}
