"""The gauge of the lag of each consumer group, which is read when metrics are collected."""

import math
import time

from thriftshop import call_context
from thriftshop.events import feed, groups, progress
from thriftshop.telemetry import metrics

# The timeout for the topics of other processes, which may be unreachable.
TIMEOUT_SECONDS = 0.5


def update() -> None:
    """Update the lag of each group of this process; NaN for a topic that does not answer in time."""
    until = time.monotonic() + TIMEOUT_SECONDS
    with feed.asking_once():
        for group in groups.hosted():
            lag = metrics.CONSUMER_LAG.labels(group.name)
            try:
                with call_context.using(deadline=until):
                    lag.set(progress.lag(group))
            except Exception:
                lag.set(math.nan)
