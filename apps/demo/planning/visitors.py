"""Plans the visitors of experiments: who saw which variant when, and what some of them bought as guests."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from apps.demo.planning import trade
from apps.demo.reading import Content, Experiment, Person, Variant
from thriftshop.flags import evaluation

SEED = 1897
MINUTES = range(9 * 60, 22 * 60)
MAX_MINUTES_TO_BUY = 90


@dataclass(frozen=True, slots=True)
class Visit:
    """A visitor sees a variant. `operations` are the durations of their requests in tenths of a millisecond."""

    at: dt.datetime
    unit: str
    variant: str
    operations: tuple[int, ...]
    failed: int
    buys: bool


def visits(experiment: Experiment, now: dt.datetime) -> list[Visit]:
    """The visitors of an experiment until `now`, in chronological order. Deterministic."""
    rng = random.Random(f"{SEED} {experiment.key}")
    found = []
    for day in range(experiment.days):
        for _ in range(round(experiment.daily * rng.uniform(0.8, 1.2))):
            visit = _visit(experiment, trade.local(now, experiment.begins - day, rng.choice(MINUTES)), rng)
            if visit.at <= now - dt.timedelta(minutes=MAX_MINUTES_TO_BUY):
                found.append(visit)
        if day == experiment.begins:
            break
    return sorted(found, key=lambda visit: visit.at)


def _visit(experiment: Experiment, at: dt.datetime, rng: random.Random) -> Visit:
    unit = f"{rng.getrandbits(128):032x}"
    variant = variant_of(experiment, unit)
    operations = tuple(round(rng.lognormvariate(5.6, 0.5)) for _ in range(rng.choice((2, 3, 3, 4, 6, 9))))
    return Visit(at, unit, variant.key, operations, int(rng.random() < 0.01), rng.random() < variant.rate / 1000)


def variant_of(experiment: Experiment, unit: str) -> Variant:
    """The variant that the shop gives to a visitor of a new experiment: all variants have the same weight."""
    place = evaluation.bucket(f"variant/{experiment.key}", unit)
    return experiment.variants[place * len(experiment.variants) // evaluation.BUCKETS]


def plan(content: Content, now: dt.datetime, before: Sequence[trade.Step]) -> list[trade.Step]:
    """The orders of visitors, of what is left of the stock after what was bought `before`."""
    rng = random.Random(SEED)
    sold = dict.fromkeys((item.sku for item in content.items), 0)
    for incident in (*content.losses, *content.counts):
        sold[incident.sku] += abs(incident.quantity)
    for step in before:
        for line in step.lines if isinstance(step, trade.Place) else ():
            sold[line.sku] += line.quantity
    number = max((step.order for step in before), default=0)
    steps: list[trade.Step] = []
    for experiment, visit in _buyers(content, now):
        guest = _guest(content, number, rng)
        at = visit.at + dt.timedelta(minutes=rng.randint(2, MAX_MINUTES_TO_BUY - 1))
        lines = tuple(trade.basket(content, guest, (now - at).days + 1, sold, rng))[: rng.choice((1, 1, 2))]
        if lines:
            number += 1
            steps += [
                _of_visitor(step, experiment, visit) if isinstance(step, trade.Place) else step
                for step in trade.order_steps(number, at, guest, lines, now, rng)
            ]
    return steps


def _of_visitor(placed: trade.Place, experiment: Experiment, visit: Visit) -> trade.Place:
    return dataclasses.replace(placed, visitor=visit.unit, flag=experiment.key, variant=visit.variant)


def _buyers(content: Content, now: dt.datetime) -> Iterator[tuple[Experiment, Visit]]:
    for experiment in content.experiments:
        yield from ((experiment, visit) for visit in visits(experiment, now) if visit.buys)


def _guest(content: Content, number: int, rng: random.Random) -> Person:
    """Somebody without an account: their names and addresses are those of customers, put together anew."""
    first, last, home, taste = (rng.choice(content.people) for _ in range(4))
    name = f"{first.name.split()[0]} {last.name.split()[-1]}"
    email = f"guest-{number + 1}@example.org"
    return dataclasses.replace(home, name=name, email=email, likes=tuple(sorted({*taste.likes, *home.likes})))
