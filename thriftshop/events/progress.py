"""Progress of consumer groups: how far they are behind, and waiting until they have caught up, here and in every process."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from idl import platform
from thriftshop import contexts, rpc
from thriftshop.event_store.models import Checkpoint
from thriftshop.events import broadcast, checkpoints, feed, groups, processor, streams
from thriftshop.events.broadcast import Subscription
from thriftshop.events.feed import Cursor
from thriftshop.events.groups import Group

CHECK_SECONDS = 0.02
Ends = dict[str, dict[int, Cursor]]  # by topic and partition


class Progress(NamedTuple):
    """How far a group is in one partition. `behind` is None if the topic's process does not answer."""

    group: Group | Subscription
    partition: int
    cursor: Cursor
    behind: int | None
    waiting_for: str


def of(group: Group) -> list[Progress]:
    """A group's progress in each partition; never fails because another process is unreachable."""
    rows = Checkpoint.objects.filter(group=group.name, topic=group.topic).order_by("partition")
    saved = [(row.partition, checkpoints.current(row.pk, row.cursor), row.waiting_for) for row in rows]
    saved = saved or [(number, feed.START, "") for number in _partitions(group)]
    return [Progress(group, number, cursor, _lag(group, number, cursor), text) for number, cursor, text in saved]


def _partitions(group: Group) -> Sequence[int]:
    try:
        with groups.as_caller(group.name):
            return feed.of(group.topic).partitions
    except (rpc.Unavailable, rpc.DeadlineExceeded):
        return [0]


def of_subscriptions() -> list[Progress]:
    """How far the running subscriptions of this process are, for each partition."""
    return [
        Progress(subscription, partition, cursor, _lag(subscription, partition, cursor), "")
        for subscription, cursors in broadcast.cursors().values()
        for partition, cursor in cursors.items()
    ]


def _lag(group: Group | Subscription, partition: int, cursor: Cursor) -> int | None:
    try:
        with groups.as_caller(group.name):
            return feed.of(group.topic).count(partition, cursor, group.kinds)
    except (rpc.Unavailable, rpc.DeadlineExceeded):
        return None


def lag(group: Group) -> int:
    """How many events a group has yet to process; each partition is counted up to feed.COUNTED."""
    saved = checkpoints.cursors([group]).get(group.name, {})
    with groups.as_caller(group.name):
        source = feed.of(group.topic)
        return sum(
            source.count(partition, saved.get(partition, feed.START), group.kinds) for partition in source.partitions
        )


def ends_of(among: Iterable[Group]) -> Ends:
    """Where the topics of these groups end."""
    ends: Ends = {}
    for group in among:
        if group.topic not in ends:
            with groups.as_caller(group.name):
                ends[group.topic] = feed.of(group.topic).ends()
    return ends


def behind(among: Sequence[Group], ends: Ends | None = None) -> list[Group]:
    """The groups whose checkpoints are not at the ends of their topics."""
    if not among:
        return []
    ends = ends_of(among) if ends is None else ends
    saved = checkpoints.cursors(among)
    return [group for group in among if not is_at(saved.get(group.name, {}), ends[group.topic])]


def is_at(saved: Mapping[int, Cursor], ends: Mapping[int, Cursor]) -> bool:
    """Whether these cursors are the ends; a partition without a cursor is at its start."""
    return all(saved.get(partition, feed.START) == end for partition, end in ends.items())


def catch_up(timeout: float = 60.0, of: Sequence[Group] | None = None) -> int:
    """Process all events with the groups hosted here, or with those of `of`, including the events that follow from them.

    Returns how many events were processed. Raises TimeoutError, naming the groups that are behind.
    """
    until, processed = time.monotonic() + timeout, 0
    while late := behind(groups.hosted() if of is None else of):
        count = sum(processor.process(group) for group in late)
        processed += count
        if count == 0:
            still = [group.name for group in late if lag(group)]
            if not still:
                return processed
            if time.monotonic() > until:
                raise TimeoutError(f"Still behind after {timeout:g} s: {', '.join(still)}.")
            time.sleep(CHECK_SECONDS)
    return processed


def catch_up_with_now(group: Group) -> None:
    """Let a group process the events that there are now, unless another process holds its lease.

    It ends while further events keep arriving. Raises rpc.Unavailable if the topic's process does not answer.
    """
    ahead = lag(group)
    while ahead > 0 and (processed := processor.process(group)):
        ahead = lag(group) if ahead >= feed.COUNTED else ahead - processed


def catch_up_everywhere(timeout: float = 60.0) -> None:
    """As `catch_up`, and waits for the groups of all other processes. The call context must name a `caller`.

    Raises TimeoutError, naming the groups that are behind, and rpc.Unavailable for a process that does not answer.
    """
    until = time.monotonic() + timeout
    catch_up(timeout)
    hosted = contexts.hosted()
    others = [config.label for config in contexts.all_contexts() if config not in hosted and config.consumes_events]
    while others and (late := _late(others)):
        if time.monotonic() > until:
            raise TimeoutError(f"Still behind after {timeout:g} s: {', '.join(late)}.")
        time.sleep(CHECK_SECONDS)
        catch_up(max(0.0, until - time.monotonic()))


def _late(others: Sequence[str]) -> list[str]:
    """The groups that are behind; empty only if nothing was recorded during the check."""
    before = _all_ends()
    late = sorted(
        {_named(progress) for context in others for progress in _at(context).get_progress() if progress.behind != 0}
    )
    late += [group.name for group in groups.hosted() if lag(group)]
    late += [progress.group.name for progress in of_subscriptions() if progress.behind]
    changed = [topic for topic, ends in _all_ends().items() if ends != before[topic]]
    return late or [f"what follows from the last events of {topic}" for topic in changed]


def _named(late: platform.GroupProgress) -> str:
    by = f"{late.behind} events" if late.behind is not None else "by how much is unknown"
    return f"{late.group} in {late.topic}/{late.partition} ({by})"


def _all_ends() -> dict[str, Mapping[int, str]]:
    return {
        topic: feed.of(topic).ends() if streams.is_hosted(topic) else _at(topic).get_ends(topic)
        for topic in contexts.topics()
    }


def _at(context: str) -> platform.PlatformService:
    return rpc.connect(platform.PlatformService, at=context)
