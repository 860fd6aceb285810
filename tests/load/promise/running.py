"""A run: prepares a shop or copies a prepared one, starts it, loads it, stops it, and compares what is left."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from settings.variables import ROOT
from tests.load.promise import (
    books,
    costs,
    generator,
    mix,
    observing,
    preparation,
    processes,
    profiling,
    progress,
    services,
    shop,
    summary,
)
from tests.load.promise.generator import Recording
from tests.load.promise.preparation import Size
from tests.load.promise.prepared import Prepared
from tests.load.promise.shop import Shop
from tests.load.promise.workload import Workload
from thriftshop.processes.real import Real

RESULTS = ROOT / "var" / "promise"
# Preparing is no measurement: its calls may take their time.
PATIENT = {"DEADLINE_FACTOR": "20"}
PRIORITY = -20
# These reads come in addition to the offered rate; where times are not judged, every write is read back.
READ_BACK_EVERY = 5
# What a prepared shop depends on; the gateway only passes its calls on.
SOURCES = (
    "apps/[!g]*/**/*.py",
    "idl/*.thrift",
    "thriftshop/event*/**/*.py",
    "tests/load/promise/prepar*.py",
    "tests/load/promise/popularity.py",
)


@dataclass(frozen=True, slots=True)
class Options:
    """What to run."""

    rate: float
    seconds: float
    warm_up: float
    shape: str
    backbone: Real | None
    workers: int
    gateways: int
    size: Size
    reuse: bool
    profile: bool
    timed: bool
    variables: dict[str, str]


def run(options: Options, folder: Path, console: Console) -> dict[str, Any]:
    """The figures of a run in this empty folder."""
    shop_before = _prepared_for(options, folder, console)
    running = _shop(options, folder, options.variables)
    with _logs_shown_on_failure(running, console):
        try:
            running.start()
            console.print(
                f"Load: {options.rate:,.0f} requests/s for {options.seconds:g} s, after {options.warm_up:g} s"
            )
            result = _load(options, running, shop_before, folder, console)
            console.print("Comparing the projections with their rebuild")
            result["rebuilds"] = running.check_rebuilds(PATIENT)
        finally:
            running.stop()
    result["books"].append(_rebuilt(result["rebuilds"]))
    return result


def measure_costs(options: Options, folder: Path, console: Console) -> dict[str, Any]:
    """What each kind of request costs the shop, in this empty folder; printed and as figures."""
    shop_before = _prepared_for(options, folder, console)
    running = _shop(options, folder, PATIENT | options.variables)
    with _logs_shown_on_failure(running, console):
        try:
            running.start()
            workload = Workload(generator.Generator(*running.addresses), shop_before, sys.maxsize)
            profiling_of = (running.pids(), folder) if options.profile else None
            pids = _pids(options, running)
            measured = costs.measure(pids, workload, options.seconds, options.warm_up, profiling_of)
        finally:
            running.stop()
    costs.show(console, measured)
    figures = {name: cost._asdict() | {"total": cost.total} for name, cost in measured.items()}
    shape = {"shape": options.shape, "backbone": "real" if options.backbone else "embedded"}
    return {**shape, "load_average": os.getloadavg()[0], "costs": figures}


def _shop(options: Options, folder: Path, variables: dict[str, str]) -> Shop:
    own = options.backbone.variables() if options.backbone else {}
    running = Shop(options.shape, folder, options.workers, options.gateways, **{**own, **variables})
    if options.backbone:
        services.prepare(options.backbone, running.processes)
    return running


def _pids(options: Options, running: Shop) -> dict[str, processes.Pids]:
    return {**running.pids(), **(services.pids() if options.backbone else {})}


def _prepared_for(options: Options, folder: Path, console: Console) -> Prepared:
    """The shop before the load: a copy, or prepared where it runs, since databases of services are not copied."""
    if not options.backbone:
        return prepared(options.shape, options.size, folder, console, options.reuse)
    empty = _shop(options, folder, PATIENT)
    with _logs_shown_on_failure(empty, console):
        try:
            empty.start()
            return preparation.prepare(empty.address, options.size, lambda step: console.print(f"Preparing {step}"))
        finally:
            empty.stop()


@contextlib.contextmanager
def _logs_shown_on_failure(running: Shop, console: Console) -> Iterator[None]:
    try:
        yield
    except BaseException:
        console.print(running.tail(), markup=False)
        raise


def _load(options: Options, running: Shop, prepared: Prepared, folder: Path, console: Console) -> dict[str, Any]:
    """Send the load and give its figures, then those of the books."""
    sender = generator.Generator(*running.addresses)
    workload = Workload(sender, prepared, READ_BACK_EVERY if options.timed else 1)
    times = generator.arrivals(options.rate, options.seconds, options.warm_up).tolist()
    kinds = mix.sequence(len(times))
    observer = observing.Observer(folder / "progress.jsonl")
    projections = progress.projections()
    groups: dict[str, processes.Pids] = {**_pids(options, running), "observer": [observer.process.pid]}
    profiler = profiling.Profiler(running.pids(), folder, len(times) / options.rate) if options.profile else None
    _prefer_this_process()
    since, before = int(time.time() * 1000), _usages(groups)
    recording = sender.run(times, kinds, workload.make)
    usage = processes.shares(before, _usages(groups), recording.seconds)
    result = _figures(options, recording, workload)
    result["projections"] = summary.projections(
        observer.stop(), projections, recording.seconds / observing.INTERVAL_SECONDS
    )
    result["usage"] = _with_generator(usage, recording)
    result["profile"] = profiler.result() if profiler else {}
    console.print("Comparing stock, orders, carts and books")
    results = books.check(running.address, workload.ledger, since)
    result["books"] = [
        {**comparison.check._asdict(), "holds": comparison.check.holds, "examples": comparison.examples}
        for comparison in results
    ]
    return result


def _figures(options: Options, recording: Recording, workload: Workload) -> dict[str, Any]:
    return {
        "shape": options.shape,
        "backbone": "real" if options.backbone else "embedded",
        "workers": options.workers,
        "seconds": options.seconds,
        "load_average": os.getloadavg()[0],
        "latency": summary.latency(recording, workload.outcomes, options.rate, options.seconds, options.warm_up),
        "codes": summary.codes(recording, workload.outcomes),
        "examples": workload.outcomes.examples,
        "substituted": workload.substituted,
        "connections": recording.connections,
        "most_in_flight": recording.most_in_flight,
        "freshness": summary.freshness(workload.freshness.ages, workload.freshness.stale),
        "by_second": summary.by_second(recording),
    }


def _with_generator(usage: dict[str, dict[str, float]], recording: Recording) -> dict[str, dict[str, float]]:
    """The usage with a row for this process, and divided by all answered requests."""
    usage["load generator"] = {
        "cores": recording.cpu_seconds / recording.seconds,
        "cpu_seconds": recording.cpu_seconds,
        "megabytes": processes.usage([os.getpid()]).most_resident / 1e6,
    }
    for row in usage.values():
        row["us_per_request"] = row["cpu_seconds"] / len(recording.dones) * 1e6
    return usage


def _usages(groups: dict[str, processes.Pids]) -> dict[str, processes.Usage]:
    return {name: processes.usage(pids) for name, pids in groups.items()}


def _rebuilt(problems: list[str]) -> dict[str, Any]:
    check = {"name": "projections.equal_rebuild", "expected": 0, "found": len(problems), "parts": 0}
    return {**check, "holds": not problems, "examples": problems[:5]}


def _prefer_this_process() -> None:
    """The generator must not wait for the shop's processes: a higher priority, where this user may set it."""
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, PRIORITY)


def prepared(shape: str, size: Size, folder: Path, console: Console, reuse: bool = False) -> Prepared:
    """The shop before the load, copied from an earlier run's preparation if nothing it depends on has changed.

    With `reuse` it is the last one of this shape and size, whatever has changed; its databases are migrated.
    """
    name = f"prepared-{shape}-{size.products}"
    cached = RESULTS / f"{name}-{_digest(shape, size)}"
    last = max(RESULTS.glob(f"{name}-*/prepared.json"), key=lambda file: file.stat().st_mtime, default=None)
    if reuse and last is not None:
        cached = last.parent
    if not (cached / "prepared.json").exists():
        _prepare(shape, size, cached, console)
    shop.copy(cached, folder)
    return Prepared.load(cached / "prepared.json")


def _prepare(shape: str, size: Size, cached: Path, console: Console) -> None:
    with tempfile.TemporaryDirectory(prefix="promise-prepared-") as temporary:
        folder, began = Path(temporary), time.monotonic()
        empty = Shop(shape, folder, **PATIENT)
        with _logs_shown_on_failure(empty, console):
            try:
                empty.start()
                holders = preparation.prepare(empty.address, size, lambda step: console.print(f"Preparing {step}"))
            finally:
                empty.stop()
        _cache(folder, holders, cached)
        console.print(f"Prepared in {time.monotonic() - began:.0f} s")


def _cache(folder: Path, prepared: Prepared, cached: Path) -> None:
    """Cache a prepared shop for later runs, in place of earlier ones of its shape and size."""
    unfinished = cached.with_suffix(f".{os.getpid()}")
    shop.copy(folder, unfinished)
    prepared.save(unfinished / "prepared.json")
    for earlier in cached.parent.glob(f"{cached.name.rpartition('-')[0]}-*"):
        if earlier != unfinished:
            shutil.rmtree(earlier, ignore_errors=True)
    unfinished.rename(cached)


def _digest(shape: str, size: Size) -> str:
    """A digest of everything that a prepared shop depends on."""
    digest = hashlib.sha256(repr((shape, size)).encode())
    for pattern in SOURCES:
        for file in sorted(ROOT.glob(pattern)):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
