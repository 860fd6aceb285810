"""Loads the demo shop through the contracts, day by day, each thing at the moment it happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import reset_queries

from apps.demo import planning, reading
from apps.demo.loading import customers, errands, run, sales, shelves
from apps.demo.loading.run import Halted
from apps.demo.models import Loading

__all__ = ["Day", "Halted", "days", "load"]


@dataclass(slots=True)
class Day:
    """What one day brings."""

    date: dt.date
    people: list[reading.Person] = field(default_factory=list)
    arrivals: list[reading.Thing] = field(default_factory=list)
    deliveries: list[tuple[reading.Thing, int]] = field(default_factory=list)
    prices: list[tuple[reading.Thing, int]] = field(default_factory=list)
    losses: list[reading.Doing] = field(default_factory=list)
    counts: list[reading.Doing] = field(default_factory=list)
    steps: list[planning.Step] = field(default_factory=list)

    def __len__(self) -> int:
        """How many things happen."""
        goods = len(self.arrivals) + len(self.deliveries) + len(self.prices) + len(self.losses) + len(self.counts)
        return len(self.people) + goods + len(self.steps)


def days(content: reading.Content, now: dt.datetime) -> list[Day]:
    """Every day on which something happens until `now`, the first one first."""
    found: dict[dt.date, Day] = {}

    def of(date: dt.date) -> Day:
        return found.setdefault(date, Day(date))

    for person in content.people:
        of(run.date_of(now, person.since)).people.append(person)
    for thing in content.things:
        of(run.date_of(now, thing.listed)).arrivals.append(thing)
        for ago, quantity in thing.deliveries:
            of(run.date_of(now, ago)).deliveries.append((thing, quantity))
        for ago, pence in thing.prices[1:]:
            of(run.date_of(now, ago)).prices.append((thing, pence))
    for loss in content.losses:
        of(run.date_of(now, loss.days)).losses.append(loss)
    for count in content.counts:
        of(run.date_of(now, count.days)).counts.append(count)
    for step in planning.plan(content, now):
        of(step.at.astimezone(planning.ZONE).date()).steps.append(step)
    return [found[date] for date in sorted(found)]


def load(content: reading.Content, record: Loading, progress: Callable[[int], object]) -> None:
    """Loads what is left. `progress` is called with how much of it each day brought.

    Raises Halted, saying where, when the shop refuses; a second start tries that day again.
    """
    under_way = run.Run(record, content)
    under_way.settle()
    shelves.build(under_way)
    customers.remember(under_way)
    for day in days(content, record.now):
        if record.next_day is None or day.date >= record.next_day:
            _live(under_way, day)
            record.day_done(day.date, len(day))  # what is still to follow is followed up at the next start
            progress(len(day))
            reset_queries()  # in development Django keeps the text of the last 9,000
    shelves.plan_prices(under_way)
    under_way.settle()
    record.finish()


def _live(under_way: run.Run, day: Day) -> None:
    """One day: the shelves are filled, the door opens, orders take their course, and the stock is seen to."""
    customers.welcome(under_way, day.date, day.people)
    shelves.fill(under_way, day.date, day.arrivals)
    shelves.receive(under_way, day.date, day.deliveries)
    shelves.reprice(under_way, day.date, day.prices)
    for step in day.steps:
        sales.take(under_way, step)
    errands.write_off(under_way, day.date, day.losses)
    errands.count(under_way, day.date, day.counts)
