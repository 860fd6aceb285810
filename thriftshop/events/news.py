"""New events in the topics hosted here, and the consumer groups that they concern."""

import time
from collections.abc import Iterable, Mapping

from thriftshop.events import envelope, feed, progress, wakeups
from thriftshop.events.feed import Cursor
from thriftshop.events.groups import Group

BATCH = 100


class News:
    """Looks for new events: those of this process when it is notified of them, those of others every feed.POLL_SECONDS."""

    def __init__(self, groups: Iterable[Group]) -> None:
        self.ends: progress.Ends = {}
        """The last known ends of the topics."""
        self._groups: dict[str, list[Group]] = {}
        for group in groups:
            self._groups.setdefault(group.topic, []).append(group)
        self._counts: dict[str, int] = {}
        self._all_seen_at = float("-inf")

    def groups(self) -> set[str]:
        """The names of the groups that have events to process since the last call."""
        counts, now = wakeups.counts(), time.monotonic()
        is_full = now - self._all_seen_at >= feed.POLL_SECONDS
        topics = [topic for topic in self._groups if is_full or counts.get(topic, 0) != self._counts.get(topic, 0)]
        ends = {topic: feed.of(topic).ends() for topic in topics}
        changed = [topic for topic in topics if ends[topic] != self.ends.get(topic)]
        names = {group.name for topic in changed for group in self._concerned(topic, ends[topic])}
        # Last, so that a failure above is repeated by the next call.
        self.ends |= ends
        self._counts = counts
        if is_full:
            self._all_seen_at = now
        return names

    def _concerned(self, topic: str, ends: Mapping[int, Cursor]) -> list[Group]:
        """The groups of a topic that process events of the new kinds. The others move their checkpoints once a second."""
        members = self._groups[topic]
        if all(group.kinds is None for group in members):
            return members
        kinds = self._kinds(topic, ends)
        return [group for group in members if kinds is None or group.kinds is None or group.kinds & kinds]

    def _kinds(self, topic: str, ends: Mapping[int, Cursor]) -> set[str] | None:
        """The kinds of the new events; None if they are too many, or not known."""
        before, kinds = self.ends.get(topic), set[str]()
        if before is None:
            return None
        for partition, end in ends.items():
            if end == before.get(partition, feed.START):
                continue
            batch = feed.of(topic).read(partition, before.get(partition, feed.START), BATCH)
            if len(batch.messages) == BATCH:
                return None
            try:
                kinds.update(envelope.decode_shared(message.payload).kind for message in batch.messages)
            except envelope.UnknownEvent:
                return None
        return kinds
