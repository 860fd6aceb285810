"""What gateways measured of the operations under a variant."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from apps.experiments import domain
from apps.experiments.domain import operations
from apps.experiments.service.flags import STREAM, flags
from idl import common, experiments
from thriftshop import events

MAX_SUMS = 500
MIN_KEY, MAX_KEY = 8, 100


def _unchanged(state: None, event: Any) -> None:
    return None


def _decision(measured: list[Any], state: None) -> list[Any]:
    return measured


_measured: events.Decider[None] = events.Decider("experiments", None, _unchanged)


def measure(key: str, sums: Sequence[experiments.OperationSums]) -> int:
    """Record operations of running flags; returns the number of new sums. Raises InvalidInput for a bad key or too many."""
    if not MIN_KEY <= len(key) <= MAX_KEY:
        raise common.InvalidInput(message=f"A key has {MIN_KEY} to {MAX_KEY} characters.", field="key")
    if len(sums) > MAX_SUMS:
        raise common.InvalidInput(message=f"At most {MAX_SUMS} sums at a time.", field="sums")
    known, _ = flags.load(STREAM)
    new: dict[str, list[Any]] = {}
    for each in sums:
        if _is_valid(each, known):
            new.setdefault(f"operations/{each.flag}", []).append(experiments.OperationsMeasured(sums=each))
    if not new:
        return 0
    decided = _measured.decide_many({stream: partial(_decision, measured) for stream, measured in new.items()}, key)
    return sum(len(each.recorded) for each in decided.values() if not each.repeated)


def _is_valid(sums: experiments.OperationSums, known: domain.Flags) -> bool:
    flag = known.get(sums.flag)
    is_running = flag is not None and flag.state == domain.STATE.RUNNING and sums.variant in flag.weights
    return is_running and operations.is_possible(sums)
