"""A process that relays the inventory to Kafka: `python -m tests.events.relays PREFIX COMMAND ARGUMENTS`."""

import os
import signal
import sys
import time

import django

WAIT_SECONDS = 60


def main() -> None:
    """Run the command."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "settings.test"
    django.setup()
    from django.conf import settings

    prefix, command, *arguments = sys.argv[1:]
    settings.KAFKA_PREFIX = prefix
    settings.EVENT_FEEDS = settings.EVENT_FEEDS | {"inventory": "thriftshop.events.feed.kafka.KafkaFeed"}
    {"crash": crash, "race": race}[command](*arguments)


def crash(moment: str) -> None:
    """End by SIGKILL before or after events are published: in either case before the checkpoint is saved."""
    from thriftshop.events.feed.kafka import publisher

    def publish(source, messages):
        if moment == "after":
            publisher.publish(source, messages)
        os.kill(os.getpid(), signal.SIGKILL)

    _relay(publish)


def race(count: str) -> None:
    """Relay without a lease, in small batches, until the log has this many events and all are published."""
    from thriftshop.events import feed, leases
    from thriftshop.events.feed.kafka import publisher
    from thriftshop.events.relay import Relay

    leases.take = lambda *_, **__: True
    Relay.batch = 7
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        _relay(publisher.publish)
        if feed.of("inventory.log").count(0, feed.START) >= int(count) and not _relay(publisher.publish):
            return
    sys.exit(1)


def _relay(publish) -> int:
    from thriftshop.events import processor
    from thriftshop.events.relay import Relay

    return processor.process(Relay("inventory.relay", "inventory.log", publish))


if __name__ == "__main__":
    main()
