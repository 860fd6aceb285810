"""Experiments: a flag is started, visitors see its variants, and in the end one of them is shipped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from apps.demo import planning, reading
from apps.demo.loading import run
from idl import experiments
from thriftshop import clock, rpc

FIRST_VISITOR = dt.time(8, 45)
BATCH = 500
ALL = 10_000


def begin(state: run.Run, date: dt.date, experiment: reading.Experiment) -> None:
    """Create and start a flag in the morning."""
    service = rpc.connect(experiments.ExperimentsService)
    with run.at_time(state.at(date, FIRST_VISITOR), f"Experiment {experiment.key}"):
        flag = service.create_flag(_draft(experiment))
        if flag.state == experiments.FlagState.DRAFT:
            service.start_flag(flag.key)


def show(state: run.Run, date: dt.date, experiment: reading.Experiment, visits: Sequence[planning.Visit]) -> None:
    """Visitors see their variants, and their operations are measured."""
    service = rpc.connect(experiments.ExperimentsService)
    seen = [
        experiments.Exposure(unit=visit.unit, flag=experiment.key, variant=visit.variant, at=clock.moment(visit.at))
        for visit in visits
    ]
    with run.at_time(state.at(date, run.CLOSING), f"Visitors of {experiment.key}"):
        for batch in run.batches(seen, BATCH):
            service.expose(list(batch))
        by_variant = {
            variant.key: [visit for visit in visits if visit.variant == variant.key] for variant in experiment.variants
        }
        sums = [_sums(experiment.key, variant, own) for variant, own in by_variant.items() if own]
        service.measure(f"demo:{experiment.key}:{date.isoformat()}", sums)


def ship(state: run.Run, date: dt.date, experiment: reading.Experiment) -> None:
    """Ship the variant that won."""
    variant, reason = experiment.ships
    with run.at_time(state.at(date, run.CLOSING), f"Shipping of {experiment.key}"):
        rpc.connect(experiments.ExperimentsService).ship_variant(experiment.key, variant, reason)


def _draft(experiment: reading.Experiment) -> experiments.FlagDraft:
    return experiments.FlagDraft(
        key=experiment.key,
        title=experiment.title,
        description=experiment.description,
        variants=[
            experiments.Variant(key=variant.key, weight=1, value=variant.value, description=variant.description)
            for variant in experiment.variants
        ],
        default_variant=experiment.default,
        audience=experiments.Audience(),
        share=ALL,
        is_public=True,
        plan=experiments.Plan(
            goal=experiments.Goal._NAMES_TO_VALUES[experiment.goal.upper()],
            min_lift=experiment.min_lift * 100,
            visitors=experiment.visitors,
        ),
    )


def _sums(flag: str, variant: str, visits: Iterable[planning.Visit]) -> experiments.OperationSums:
    """The sums of the operations of visitors."""
    rows = [(len(visit.operations), visit.failed, sum(visit.operations)) for visit in visits]
    operations, failed, duration = (list(column) for column in zip(*rows, strict=True))

    def product(first: Sequence[int], second: Sequence[int]) -> int:
        return sum(one * other for one, other in zip(first, second, strict=True))

    return experiments.OperationSums(
        flag=flag,
        variant=variant,
        at=max(clock.moment(visit.at) for visit in visits),
        visitors=len(rows),
        operations=sum(operations),
        failed=sum(failed),
        duration=sum(duration),
        operations_squared=product(operations, operations),
        failed_squared=product(failed, failed),
        duration_squared=product(duration, duration),
        operations_failed=product(operations, failed),
        operations_duration=product(operations, duration),
        failed_duration=product(failed, duration),
    )
