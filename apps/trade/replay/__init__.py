"""The replay: a year's days, one after the other, through the contracts of the shop."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db import connection
from django.utils import timezone

from apps.trade.domain import lines, planning, steps
from apps.trade.models import Replay
from apps.trade.replay import aftermath, openings, sales
from apps.trade.replay.run import Halted, Run, settle

__all__ = ["Halted", "begin", "go_on"]

Progress = Callable[[int], object]

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
    _commit_without_waiting()
    settle()
    unsettled = 0
    openings.know_customers(run)
    for day in steps.days(trade, plan):
        if record.next_day is None or day.date >= record.next_day:
            started = time.monotonic()
            _replay(run, day)
            unsettled += day.lines
            if unsettled >= SETTLE_LINES:
                settle()
                unsettled = 0
            _note(record, day, time.monotonic() - started)
            progress(day.lines)
    settle()
    record.finished_at = timezone.now()
    record.save(update_fields=["finished_at"])


def _replay(run: Run, day: steps.Day) -> None:
    """One day: the door opens, everything is sold and shipped, then whatever came back or was found is dealt with."""
    openings.open_day(run, day)
    sales.sell(run, [step for step in day.steps if isinstance(step, steps.Order)])
    aftermath.deal_with(run, [step for step in day.steps if not isinstance(step, steps.Order)])


def _commit_without_waiting() -> None:
    """SQLite need not wait for the disk at each commit: what a power cut takes back is done again at the next start.

    The log and the note of how far it came are one file, whose commits are lost from the end, never from between.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=NORMAL")


def _note(record: Replay, day: steps.Day, seconds: float) -> None:
    record.next_day = day.date + steps.ONE_DAY
    record.lines_done += day.lines
    record.seconds += seconds
    record.save(update_fields=["next_day", "lines_done", "seconds"])
