"""The measures of the hosted contexts: totals are counted with each recorded event, levels are read at intervals."""

import logging
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db import close_old_connections

from thriftshop import contexts
from thriftshop.database import migrating
from thriftshop.telemetry import repeats, sampling
from thriftshop.telemetry.measures import Level, Total, totals_by_kind

LEVEL_SECONDS = 15.0

failures = repeats.Repeats(logging.getLogger("thriftshop.events"))


def count(event: Any) -> None:
    """Add an event, which is recorded already, to the totals that are declared for its kind. Raises nothing."""
    for total in _totals().get(type(event), ()):
        try:
            total.count(event)
        except Exception as error:
            failures.report(logging.ERROR, "event not counted", total.name, error, {"measure": total.name})


def sample() -> None:
    """Read the levels, once the database is migrated."""
    try:
        if levels() and not migrating.missing():
            for level in levels():
                sampling.run(level.name, level.sample)
    finally:
        close_old_connections()


def forget() -> None:
    """Read the measures of the hosted contexts again, after the settings have changed."""
    levels.cache_clear()
    _totals.cache_clear()


@lru_cache(maxsize=1)
def levels() -> Sequence[Level]:
    """The levels of the hosted contexts."""
    return [measure for config in contexts.hosted() for measure in config.measures if isinstance(measure, Level)]


@lru_cache(maxsize=1)
def _totals() -> Mapping[type, Sequence[Total]]:
    return totals_by_kind(measure for config in contexts.hosted() for measure in config.measures)
