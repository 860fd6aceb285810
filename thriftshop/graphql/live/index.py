"""The subscriptions of a process by the streams whose events wake them."""

from collections import Counter

from thriftshop.graphql.live import metrics
from thriftshop.graphql.live.sources import Stream
from thriftshop.graphql.live.subscriptions import Subscription


class Index:
    """Changed on the event loop only; `has` and `has_topic` may be asked in any thread."""

    def __init__(self) -> None:
        self._subscribers: dict[Stream, set[Subscription]] = {}
        self._topics: Counter[str] = Counter()

    def has(self, stream: Stream) -> bool:
        """Whether a stream's events wake any subscription."""
        return stream in self._subscribers

    def has_topic(self, topic: str) -> bool:
        """Whether any subscription follows a topic."""
        return self._topics[topic] > 0

    def of(self, stream: Stream) -> list[Subscription]:
        """The subscriptions that a stream's events wake."""
        return list(self._subscribers.get(stream, ()))

    def add(self, subscription: Subscription) -> None:
        """Add a subscription under its streams."""
        for stream in subscription.streams:
            self._subscribers.setdefault(stream, set()).add(subscription)
        self._topics.update(subscription.source.topics)
        metrics.SUBSCRIPTIONS.labels(subscription.name).inc()

    def extend(self, subscription: Subscription, key: str) -> None:
        """Make a subscription follow another object."""
        for stream in subscription.follow(key):
            self._subscribers.setdefault(stream, set()).add(subscription)

    def remove(self, subscription: Subscription) -> None:
        """Remove a subscription, once or repeatedly."""
        if subscription.is_ended:
            return
        subscription.is_ended = True
        self._topics.subtract(subscription.source.topics)
        for stream in subscription.streams:
            subscribers = self._subscribers[stream]
            subscribers.discard(subscription)
            if not subscribers:
                del self._subscribers[stream]
        metrics.SUBSCRIPTIONS.labels(subscription.name).dec()
