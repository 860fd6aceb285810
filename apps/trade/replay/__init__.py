"""The replay: a year, day by day, through the shop's contracts."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.utils import timezone

from apps.trade.domain import lines, planning, steps
from apps.trade.models import Replay
from apps.trade.replay import corrections, openings, sales
from apps.trade.replay.run import Halted, Run, wait_for_all

__all__ = ["Halted", "begin", "resume"]

Progress = Callable[[int], object]

PRAGMAS = {"synchronous": 1, "wal_autocheckpoint": 16_000}
"""SQLite's settings during a replay: NORMAL, and 64 MB of pages between checkpoints."""

GC_THRESHOLDS = (50_000, 20, 50)

LINES_PER_CATCH_UP = 3_000
"""How often, in lines, all consumers catch up: rarely enough for large batches."""


def begin(trade: lines.Trade, before: dict[str, int]) -> Replay:
    """The record of this year's replay: an existing one, or a new one with the shop's totals before it."""
    record, _ = Replay.objects.get_or_create(
        fingerprint=lines.fingerprint(trade),
        defaults={"name": trade.name[:255], "lines": len(trade), "before": before},
    )
    return record


def resume(trade: lines.Trade, plan: planning.Plan, record: Replay, progress: Progress) -> None:
    """Replay the rest of the year. `progress` is called with the number of lines of each completed day.

    Raises Halted, naming the document, if the shop refuses a command; the next start tries that day again.
    """
    if record.finished_at:
        return
    run = Run(record, plan)
    with _fast_commits(), _infrequent_gc():
        wait_for_all()
        openings.load_customers(run)
        _replay_days(run, trade, progress)
    record.finished_at = timezone.now()
    record.save(update_fields=["finished_at", "seconds"])


def _replay_days(run: Run, trade: lines.Trade, progress: Progress) -> None:
    started, pending = time.monotonic(), 0
    for day in steps.days(trade, run.plan):
        if run.record.next_day is not None and day.date < run.record.next_day:
            continue
        _replay(run, day)
        pending += day.lines
        if pending >= LINES_PER_CATCH_UP:
            wait_for_all()
            pending = 0
        started = _save_progress(run.record, day, started)
        progress(day.lines)
    wait_for_all()
    run.record.seconds += time.monotonic() - started


def _replay(run: Run, day: steps.Day) -> None:
    """Replay one day: the opening, the orders, then return, stock notes and adjustments."""
    openings.open_day(run, day)
    sales.sell(run, [step for step in day.steps if isinstance(step, steps.Order)])
    corrections.apply(run, [step for step in day.steps if not isinstance(step, steps.Order)])


@contextmanager
def _fast_commits() -> Iterator[None]:
    """Make SQLite not wait for the disk at each commit, with larger checkpoints.

    A power cut may lose the last commits, which the next start repeats: events and progress are in one file, and
    commits are lost from the end only.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        before = {name: _pragma(cursor, name) for name in PRAGMAS}
        for name, value in PRAGMAS.items():
            cursor.execute(f"PRAGMA {name}={value}")
        try:
            yield
        finally:
            for name, value in before.items():
                cursor.execute(f"PRAGMA {name}={value}")


@contextmanager
def _infrequent_gc() -> Iterator[None]:
    """Raise the thresholds of the garbage collector, which takes a quarter of the time by default.

    The year's plan lives until the end, and few other objects are cyclic.
    """
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _pragma(cursor: Any, name: str) -> int:
    cursor.execute(f"PRAGMA {name}")
    return int(cursor.fetchone()[0])


def _save_progress(record: Replay, day: steps.Day, started: float) -> float:
    """Save that a day is complete, and the seconds since `started`; return the start of the next day."""
    now = time.monotonic()
    record.next_day = day.date + steps.ONE_DAY
    record.lines_done += day.lines
    record.seconds += now - started
    record.save(update_fields=["next_day", "lines_done", "seconds"])
    return now
