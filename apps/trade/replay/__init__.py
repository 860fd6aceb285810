"""The replay: a year's days, one after the other, through the contracts of the shop."""

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
from apps.trade.replay import aftermath, openings, sales
from apps.trade.replay.run import Halted, Run, settle

__all__ = ["Halted", "begin", "go_on"]

Progress = Callable[[int], object]

PRAGMAS = {"synchronous": 1, "wal_autocheckpoint": 16_000}
"""SQLite's settings during a replay: NORMAL, and 64 MB of pages between one checkpoint and the next."""

COLLECTION = (50_000, 20, 50)
"""After how many new objects garbage is looked for among the youngest, and how seldom among the older ones."""

SETTLE_LINES = 3_000
"""After so many lines, what is shown is brought up to date: rarely enough to be done in large batches."""


def begin(trade: lines.Trade, before: dict[str, int]) -> Replay:
    """The record of this year's replay: the one that was begun earlier, or a new one with what the shop held before."""
    record, _ = Replay.objects.get_or_create(
        fingerprint=lines.fingerprint(trade),
        defaults={"name": trade.name[:255], "lines": len(trade), "before": before},
    )
    return record


def go_on(trade: lines.Trade, plan: planning.Plan, record: Replay, progress: Progress) -> None:
    """Replays what is left of the year. `progress` is called with the lines of each day done.

    Raises Halted, naming the document, when the shop refuses what the year says; a second start tries that day again.
    """
    if record.finished_at:
        return
    run = Run(record, plan)
    with _committing_without_waiting(), _collecting_rarely():
        settle()
        openings.know_customers(run)
        _replay_days(run, trade, progress)
    record.finished_at = timezone.now()
    record.save(update_fields=["finished_at", "seconds"])


def _replay_days(run: Run, trade: lines.Trade, progress: Progress) -> None:
    started, unsettled = time.monotonic(), 0
    for day in steps.days(trade, run.plan):
        if run.record.next_day is not None and day.date < run.record.next_day:
            continue
        _replay(run, day)
        unsettled += day.lines
        if unsettled >= SETTLE_LINES:
            settle()
            unsettled = 0
        started = _note(run.record, day, started)
        progress(day.lines)
    settle()
    run.record.seconds += time.monotonic() - started


def _replay(run: Run, day: steps.Day) -> None:
    """One day: the door opens, everything is sold and shipped, then whatever came back or was found is dealt with."""
    openings.open_day(run, day)
    sales.sell(run, [step for step in day.steps if isinstance(step, steps.Order)])
    aftermath.deal_with(run, [step for step in day.steps if not isinstance(step, steps.Order)])


@contextmanager
def _committing_without_waiting() -> Iterator[None]:
    """SQLite need not wait for the disk at each commit, and may move what it wrote into its file in larger portions.

    What a power cut takes back is done again at the next start: the log and the note of how far the replay came are
    one file, whose commits are lost from the end, never from between.
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
def _collecting_rarely() -> Iterator[None]:
    """The year's plan stays until the end, and almost nothing made on the way is cyclic: looking for garbage as often
    as Python does by itself takes a quarter of the time.
    """
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTION)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _pragma(cursor: Any, name: str) -> int:
    cursor.execute(f"PRAGMA {name}")
    return int(cursor.fetchone()[0])


def _note(record: Replay, day: steps.Day, started: float) -> float:
    """Notes that a day is done, and the seconds since `started`; gives the moment from which the next counts."""
    now = time.monotonic()
    record.next_day = day.date + steps.ONE_DAY
    record.lines_done += day.lines
    record.seconds += now - started
    record.save(update_fields=["next_day", "lines_done", "seconds"])
    return now
