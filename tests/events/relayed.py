"""Kafka's feed for tests that read what they have just recorded: the relay, which runs by itself in a server, runs first."""

from thriftshop.events import feed, groups, processor, relay
from thriftshop.events.feed.kafka import KafkaFeed, publisher, topics


class RelayedFeed(KafkaFeed):
    """Relays what is in the log before each look."""

    def __init__(self, topic):
        super().__init__(topic)
        for plan in topics.plans(topic):
            topics.create(plan)

    def ends(self):
        self._relay()
        return super().ends()

    def read(self, *arguments, **options):
        self.ends()
        return super().read(*arguments, **options)

    def count(self, *arguments, **options):
        self._relay()
        return super().count(*arguments, **options)

    def wait(self, seen, seconds):
        return feed.poll(self, seen, seconds)

    def _relay(self):
        group = relay.Relay(f"{self.context}.relay", feed.log_of(self.context), publisher.publish)
        with groups.as_caller(group.name):
            while processor.process(group):
                pass
