"""New events in the topics hosted here, and the consumer groups that they concern."""

import time
from collections.abc import Iterable, Mapping

from thriftshop.events import envelope, feed, processor, progress, streams, wakeups
from thriftshop.events.feed import Cursor
from thriftshop.events.feed.database import DatabaseFeed, last_position
from thriftshop.events.groups import Group, Reaction
from thriftshop.rpc import errors

BATCH = 100
WATCH_SECONDS = 1.0
"""How long other threads rely on being notified; after that without a look here they look for themselves."""


class News:
    """Looks for new events: those of this process when it is notified of them, those of others every feed.POLL_SECONDS.

    It notifies the threads that wait for the events of others, so that one thread of a process looks for them. `topics` have
    such threads, and perhaps no groups.
    """

    def __init__(self, groups: Iterable[Group], topics: Iterable[str] = ()) -> None:
        self.ends: progress.Ends = {}
        """The last known ends of the topics."""
        self._groups: dict[str, list[Group]] = {topic: [] for topic in topics}
        for group in groups:
            self._groups.setdefault(group.topic, []).append(group)
        self._counts: dict[str, int] = {}
        self._all_seen_at = float("-inf")
        self._last_position: int | None = None

    def groups(self) -> set[str]:
        """The names of the groups that have events to process since the last call."""
        counts, now = wakeups.counts(), time.monotonic()
        signals = {topic: feed.of(topic).topic for topic in self._groups}
        notified = {topic for topic, signal in signals.items() if counts.get(signal, 0) != self._counts.get(signal, 0)}
        is_full = now - self._all_seen_at >= feed.POLL_SECONDS
        position = self._position() if is_full else self._last_position
        topics = self._groups if is_full and (position is None or position != self._last_position) else notified
        ends = self._ends(topics)
        changed = [topic for topic in ends if ends[topic] != self.ends.get(topic)]
        names = {group.name for topic in changed for group in self._concerned(topic, ends[topic])}
        # Last, so that a failure above is repeated by the next call.
        self.ends |= ends
        self._counts, self._last_position = counts, position
        if is_full:
            self._all_seen_at = now
            wakeups.watch(signals.values(), WATCH_SECONDS)
        for topic in changed:
            if topic not in notified:
                wakeups.notify_here(signals[topic])
        return names

    def _position(self) -> int | None:
        """The position of the last event of any topic; None if it does not tell whether there are new ones."""
        feeds = [feed.of(topic) for topic in self._groups]
        return last_position() if all(isinstance(source, DatabaseFeed) for source in feeds) else None

    def _ends(self, topics: Iterable[str]) -> progress.Ends:
        """The ends as this process knows them, without waiting. A broker that does not answer delays no other topic."""
        ends = {}
        for topic in topics:
            try:
                ends[topic] = feed.of(topic).wait(self.ends.get(topic, {}), 0)
            except errors.Unavailable:
                if not feed.publisher_of(topic):
                    raise
        return ends

    def _concerned(self, topic: str, ends: Mapping[int, Cursor]) -> list[Group]:
        """The groups that this process takes through a topic and that process events of the new kinds now.

        The others are called once a second.
        """
        members = [group for group in self._groups[topic] if not processor.is_elsewhere(group)]
        if all(group.kinds is None for group in members):
            return members
        kinds = self._kinds(topic, ends)
        return [group for group in members if kinds is None or _is_concerned(group, kinds)]

    def _kinds(self, topic: str, ends: Mapping[int, Cursor]) -> set[str] | None:
        """The kinds of the new events; None if they are too many, or not known."""
        before, kinds = self.ends.get(topic), set[str]()
        if before is None or not streams.is_hosted(topic):
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


def _is_concerned(group: Group, kinds: set[str]) -> bool:
    if isinstance(group, Reaction):
        kinds = kinds - group.unhurried
    return bool(kinds if group.kinds is None else group.kinds & kinds)
