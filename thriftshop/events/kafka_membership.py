"""The part of this process in Kafka's groups: one group per context, which assigns the partitions of its topics to processes.

Kafka assigns only: events are read by the tail of each topic, and checkpoints are saved with the effects. The offsets are
committed to Kafka as well, for tools that look at a group's lag there.
"""

import logging
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing

from django.conf import settings
from django.db import Error, close_old_connections, connections

from thriftshop.events import assignments, checkpoints, feed
from thriftshop.events.feed.kafka import clients, cursors, topics
from thriftshop.events.feed.kafka.clients import Member, Partition
from thriftshop.events.groups import Group
from thriftshop.rpc import errors
from thriftshop.telemetry import repeats

log = logging.getLogger("thriftshop.events")
failures = repeats.Repeats(log)

POLL_SECONDS = 0.2
COMMIT_SECONDS = 2.0
RETRY_SECONDS = 0.5
AWAY, FAILED = "Kafka's group does not answer", "the part in Kafka's group failed"


class Membership:
    """The part of this process in the groups of its contexts."""

    def __init__(self, members: Sequence[Group]) -> None:
        self._threads = {
            context: _Thread(context, of_context) for context, of_context in assignments.context_groups(members).items()
        }
        self._by_group = {
            group.name: self._threads[context]
            for context, of_context in assignments.context_groups(members).items()
            for group in of_context
        }
        for thread in self._threads.values():
            thread.start()

    def holds(self, group: Group, partition: int) -> bool:
        """Whether this process works on a partition, and has looked at its checkpoint since it was assigned."""
        return (group.name, group.topic, partition) in self._by_group[group.name].begun

    def take(self, group: Group, partition: int) -> bool:
        """Begin to work on a partition; False if it is not assigned to this process."""
        return self._by_group[group.name].take(group, partition)

    def stop(self) -> None:
        """Leave the groups, so that others get the partitions at once."""
        for thread in self._threads.values():
            thread.stopping.set()
        for thread in self._threads.values():
            thread.join(settings.KAFKA_TIMEOUT_SECONDS)


class _Thread(threading.Thread):
    """A member of the group of a context."""

    def __init__(self, context: str, members: Sequence[Group]) -> None:
        super().__init__(name=f"kafka group {context}", daemon=True)
        self.stopping = threading.Event()
        self.begun: set[tuple[str, str, int]] = set()
        self._context = context
        self._members = members
        self._topics = {topics.name_of(group.topic): group.topic for group in members}
        self._assigned: frozenset[tuple[str, int]] = frozenset()
        self._lock = threading.Lock()
        self._committed: dict[Partition, int] = {}
        self._committed_at = time.monotonic()

    def take(self, group: Group, partition: int) -> bool:
        """Begin to work on a partition; False if it is not assigned to this process."""
        with self._lock:
            if (group.topic, partition) not in self._assigned:
                return False
            self.begun.add((group.name, group.topic, partition))
            return True

    def run(self) -> None:
        """Take part until stopped."""
        try:
            while not self.stopping.is_set():
                self._take_part()
        finally:
            connections.close_all()

    def _take_part(self) -> None:
        name = f"{settings.KAFKA_PREFIX}{self._context}"
        try:
            topics.describe(self._topics)
            with closing(clients.member(name, list(self._topics), self._assign)) as member:
                while not self.stopping.is_set():
                    member.poll(POLL_SECONDS)
                    failures.recovered(AWAY, name)
                    self._commit_due(member)
        except errors.Unavailable as error:
            failures.report(logging.WARNING, AWAY, name, extra={"group": name, "problem": str(error)})
            self.stopping.wait(RETRY_SECONDS)
        except Exception as error:  # also what the client does not document: without this thread no event is processed
            failures.report(logging.ERROR, FAILED, name, error, {"group": name})
            self.stopping.wait(RETRY_SECONDS)
        finally:
            self._assign(())

    def _assign(self, partitions: Collection[Partition]) -> None:
        with self._lock:
            self._assigned = frozenset((self._topics[name], number) for name, number in partitions)
            self.begun = set()
        numbers = sorted(f"{name}/{number}" for name, number in partitions)
        log.info("partitions assigned", extra={"group": self._context, "partitions": numbers})

    def _commit_due(self, member: Member) -> None:
        if time.monotonic() - self._committed_at < COMMIT_SECONDS:
            return
        self._committed_at = time.monotonic()
        try:
            offsets = self._offsets()
        except Error:
            close_old_connections()
            return
        if changed := {at: offset for at, offset in offsets.items() if self._committed.get(at) != offset}:
            member.commit(changed)
            self._committed |= changed

    def _offsets(self) -> Mapping[Partition, int]:
        """How far the slowest group is in each assigned partition."""
        saved = checkpoints.cursors(self._members)
        offsets: dict[Partition, int] = {}
        for group in self._members:
            for topic, number in self._assigned:
                if topic == group.topic:
                    cursor = saved.get(group.name, {}).get(number, feed.START)
                    at = (topics.name_of(topic), number)
                    offsets[at] = min(cursors.read(cursor).offset, offsets.get(at, cursors.MAX_OFFSET))
        return offsets
