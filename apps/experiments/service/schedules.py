"""When each flag ran, and when its weights were changed, from the events of flags."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from apps.experiments.domain.outcomes import Schedule
from apps.experiments.service.flags import STREAM
from idl import experiments
from thriftshop import events

Weights = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class History:
    """The times of a flag."""

    runs: tuple[tuple[int, int | None], ...] = ()
    weights: Weights = field(default_factory=dict)
    # The weights since the first start, each with the time from which they applied.
    periods: tuple[tuple[int, Weights], ...] = ()

    @property
    def schedule(self) -> Schedule:
        """When it ran, and when its weights were changed."""
        return Schedule(self.runs, tuple(at for at, _ in self.periods[1:]))


Histories = Mapping[str, History]


def _evolve(histories: Histories, event: Any) -> Histories:
    key = event.draft.key if hasattr(event, "draft") else event.key
    return {**histories, key: _after(histories.get(key, History()), event)}


def _after(history: History, event: Any) -> History:
    if isinstance(event, experiments.FlagCreated | experiments.FlagEdited):
        return replace(history, weights={variant.key: variant.weight for variant in event.draft.variants})
    if isinstance(event, experiments.WeightsSet):
        periods = (*history.periods, (event.at, event.weights)) if history.periods else ()
        return replace(history, weights=event.weights, periods=periods)
    if isinstance(event, experiments.FlagStarted):
        periods = history.periods or ((event.at, history.weights),)
        return replace(history, periods=periods, runs=(*history.runs, (event.at, None)))
    if isinstance(event, experiments.FlagStopped | experiments.FlagShipped) and history.runs:
        since, until = history.runs[-1]
        return replace(history, runs=(*history.runs[:-1], (since, event.at if until is None else until)))
    return history


_histories: events.Decider[Histories] = events.Decider("experiments", {}, _evolve)


def load() -> Histories:
    """The times of all flags."""
    return _histories.load(STREAM)[0]


def of(flag: str) -> History:
    """The times of a flag."""
    return load().get(flag, History())
