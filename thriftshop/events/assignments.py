"""Who works on a partition: the process to which the broker's group protocol has assigned it, else the holder of its lease."""

from collections.abc import Callable, Sequence
from typing import Protocol

from django.utils.module_loading import import_string

from thriftshop.events import feed, groups, leases, relay
from thriftshop.events.groups import Group
from thriftshop.events.relay import Relay


class Membership(Protocol):
    """The part of this process in the groups of a broker."""

    def holds(self, group: Group, partition: int) -> bool:
        """Whether this process works on a partition, and has looked at its checkpoint since it was assigned."""

    def take(self, group: Group, partition: int) -> bool:
        """Begin to work on a partition; False if it is not assigned to this process."""

    def stop(self) -> None:
        """Leave the groups, so that others get the partitions at once."""


_memberships: dict[str, Membership] = {}  # by the feed's class


def start(members: Sequence[Group]) -> Callable[[], None]:
    """Take part in the groups of the brokers that these groups follow; return a function that leaves them."""
    followed: dict[str, list[Group]] = {}
    for group in members:
        if not isinstance(group, Relay) and (path := feed.membership_of(group.topic)):
            followed.setdefault(path, []).append(group)
    started = {path: import_string(path)(of_path) for path, of_path in followed.items()}
    _memberships.update(started)

    def stop() -> None:
        for path, membership in started.items():
            membership.stop()
            _memberships.pop(path, None)

    return stop


def holds(group: Group, partition: int) -> bool:
    """Whether this process works on a partition already."""
    membership = _membership(group)
    return membership.holds(group, partition) if membership else leases.holds(_lease(group, partition))


def take(group: Group, partition: int, cursor: str) -> bool:
    """Begin to work on a partition, or go on; False if another process does.

    A relay takes the lease from another one that does not move on: several at once are harmless.
    """
    if membership := _membership(group):
        return membership.take(group, partition)
    name = _lease(group, partition)
    return relay.take_lease(name, cursor) if isinstance(group, Relay) else leases.take(name)


def is_elsewhere(group: Group, partition: int) -> bool:
    """Whether the broker has assigned a partition to another process."""
    membership = _membership(group)
    return membership is not None and not membership.take(group, partition)


def release(group: Group, partition: int) -> None:
    """Let another process have the lease of a partition; what a broker has assigned stays."""
    if not _membership(group):
        leases.release(_lease(group, partition))


def _membership(group: Group) -> Membership | None:
    return _memberships.get(feed.membership_of(group.topic)) if _memberships else None


def _lease(group: Group, partition: int) -> str:
    return f"{group.name}/{partition}"


def context_groups(members: Sequence[Group]) -> dict[str, list[Group]]:
    """Groups by their contexts."""
    by_context: dict[str, list[Group]] = {}
    for group in members:
        by_context.setdefault(groups.context_of(group.name), []).append(group)
    return by_context
