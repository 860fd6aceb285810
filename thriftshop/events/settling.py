"""Waiting until all that was recorded has been taken, and all that followed from it: here and in every other process."""

import time
from collections.abc import Sequence

from idl import platform
from thriftshop import contexts, rpc
from thriftshop.events import bus, stores

LOOK_SECONDS = 0.03


def settle(timeout: float = 60.0) -> None:
    """Waits until no consumer group of any process is behind. Whoever calls needs a name (`caller`) to ask the others with.

    In one process that is `bus.drain`; what other processes host takes what is theirs by itself. Raises TimeoutError,
    naming the groups that are behind, where that takes longer than `timeout` seconds; rpc.Unavailable for who is away.
    """
    until = time.monotonic() + timeout
    bus.drain(timeout)
    hosted = contexts.hosted()
    away = [one.label for one in contexts.all_contexts() if one not in hosted and one.consumes_events]
    while away and (late := _late(away)):
        if time.monotonic() > until:
            raise TimeoutError(f"Still behind after {timeout:g} s: {', '.join(late)}.")
        time.sleep(LOOK_SECONDS)
        bus.drain(max(0.0, until - time.monotonic()))


def _late(away: Sequence[str]) -> list[str]:
    """The groups that are behind; nothing only if nobody recorded anything while all were asked."""
    before = _heads()
    late = sorted({lag.group for context in away for lag in _at(context).get_lags() if lag.behind != 0})
    late += [one.name for one in bus.groups() if bus.lag(one)]
    moved = [topic for topic, head in _heads().items() if head != before[topic]]
    return late or [f"what follows from the last of {topic}" for topic in moved]


def _heads() -> dict[str, int]:
    return {
        topic: stores.store(topic).head() if stores.is_kept_here(topic) else _at(topic).get_head(topic)
        for topic in contexts.topics()
    }


def _at(context: str) -> platform.PlatformService:
    return rpc.connect(platform.PlatformService, at=context)
