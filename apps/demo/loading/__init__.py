"""Loads the demo shop through the contracts, day by day, each step at its own date."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from apps.demo import planning, reading
from apps.demo.loading import adjustments, customers, run, sales, shelves, trials
from apps.demo.loading.run import Halted
from apps.demo.models import Loading

__all__ = ["Day", "Halted", "days", "load"]


@dataclass(slots=True)
class Day:
    """The steps of one day."""

    date: dt.date
    people: list[reading.Person] = field(default_factory=list)
    arrivals: list[reading.Item] = field(default_factory=list)
    deliveries: list[tuple[reading.Item, int]] = field(default_factory=list)
    prices: list[tuple[reading.Item, int]] = field(default_factory=list)
    losses: list[reading.StockIncident] = field(default_factory=list)
    counts: list[reading.StockIncident] = field(default_factory=list)
    begun: list[reading.Experiment] = field(default_factory=list)
    visits: list[tuple[reading.Experiment, list[planning.Visit]]] = field(default_factory=list)
    shipped: list[reading.Experiment] = field(default_factory=list)
    steps: list[planning.Step] = field(default_factory=list)

    def __len__(self) -> int:
        """The number of steps."""
        goods = len(self.arrivals) + len(self.deliveries) + len(self.prices) + len(self.losses) + len(self.counts)
        return len(self.people) + goods + len(self.steps) + len(self.begun) + len(self.visits) + len(self.shipped)


def days(content: reading.Content, now: dt.datetime) -> list[Day]:
    """Every day with steps until `now`, in order."""
    days_by_date: dict[dt.date, Day] = {}

    def of(date: dt.date) -> Day:
        return days_by_date.setdefault(date, Day(date))

    for person in content.people:
        of(run.date_of(now, person.since)).people.append(person)
    for item in content.items:
        of(run.date_of(now, item.listed)).arrivals.append(item)
        for ago, quantity in item.deliveries:
            of(run.date_of(now, ago)).deliveries.append((item, quantity))
        for ago, pence in item.prices[1:]:
            of(run.date_of(now, ago)).prices.append((item, pence))
    for loss in content.losses:
        of(run.date_of(now, loss.days)).losses.append(loss)
    for count in content.counts:
        of(run.date_of(now, count.days)).counts.append(count)
    for experiment in content.experiments:
        _add_experiment(experiment, now, of)
    for step in planning.plan(content, now):
        of(step.at.astimezone(planning.ZONE).date()).steps.append(step)
    return [days_by_date[date] for date in sorted(days_by_date)]


def _add_experiment(experiment: reading.Experiment, now: dt.datetime, of: Callable[[dt.date], Day]) -> None:
    of(run.date_of(now, experiment.begins)).begun.append(experiment)
    for date, visits in itertools.groupby(
        planning.visits(experiment, now), lambda visit: visit.at.astimezone(planning.ZONE).date()
    ):
        of(date).visits.append((experiment, list(visits)))
    if experiment.ships:
        of(run.date_of(now, experiment.begins - experiment.days)).shipped.append(experiment)


def load(content: reading.Content, record: Loading, progress: Callable[[int], object]) -> None:
    """Load the remaining days. `progress` is called with the number of steps of each day.

    Raises Halted, naming the step, if the shop refuses it; the next start tries that day again.
    """
    state = run.Run(record, content)
    state.wait()
    shelves.create_categories(state)
    customers.restore(state)
    for day in days(content, record.now):
        if record.next_day is None or day.date >= record.next_day:
            _load_day(state, day)
            record.day_done(day.date, len(day))  # the next start waits for pending reactions
            progress(len(day))
    shelves.schedule_prices(state)
    state.wait()
    record.finish()


def _load_day(state: run.Run, day: Day) -> None:
    """Load one day: customers, products, deliveries, prices, experiments, orders and stock adjustments."""
    customers.import_people(state, day.date, day.people)
    shelves.add_products(state, day.date, day.arrivals)
    shelves.receive(state, day.date, day.deliveries)
    shelves.reprice(state, day.date, day.prices)
    for experiment in day.begun:
        trials.begin(state, day.date, experiment)
    for experiment, visits in day.visits:
        trials.show(state, day.date, experiment, visits)
    for step in day.steps:
        sales.apply(state, step)
    adjustments.write_off(state, day.date, day.losses)
    adjustments.count(state, day.date, day.counts)
    for experiment in day.shipped:
        trials.ship(state, day.date, experiment)
