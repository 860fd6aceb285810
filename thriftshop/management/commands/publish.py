"""`manage.py publish`: fills the topics of a context in Kafka again from its log."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from thriftshop.event_store.models import Checkpoint
from thriftshop.events import feed, groups, progress
from thriftshop.events.relay import Relay
from thriftshop.rpc import errors


class Command(BaseCommand):
    """Publishes a context's events again."""

    help = (
        "Publishes all events of a context to its topics in Kafka, which are created if they are missing, for instance"
        " after a topic was lost. Consumers skip what they have processed. A running relay of the context does the work."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The context, and whether its topic may have events."""
        parser.add_argument("context", help="the context whose events are published")
        parser.add_argument("--again", action="store_true", help="also to a topic that has events")

    def handle(self, *_: Any, context: str, again: bool, **__: Any) -> None:
        """Set the relay back to the start of the log."""
        relay = _relay(context)
        # The client is loaded only where Kafka is used.
        from thriftshop.events.feed.kafka import topics

        try:
            for plan in topics.plans(context):
                topics.create(plan)
            with groups.as_caller(relay.name):
                ends = feed.of(context).ends()
                if any(ends.values()) and not again:
                    raise CommandError(f"{topics.name_of(context)} has events: delete it first, or add --again.")
                Checkpoint.objects.filter(group=relay.name).update(cursor=feed.START)
                count = progress.lag(relay)
                progress.catch_up_with_now(relay)
        except (errors.Unavailable, ValueError) as error:
            raise CommandError(str(error)) from error
        some = f"{count} events" if count < feed.COUNTED else f"more than {feed.COUNTED:,} events"
        self.stdout.write(f"{some} of {context} are published, or a running relay is doing so.")


def _relay(context: str) -> Relay:
    for group in groups.hosted():
        if isinstance(group, Relay) and feed.topic_of(group.topic) == context and group.topic != context:
            return group
    raise CommandError(f"No relay publishes {context} to Kafka here: see EVENT_FEEDS and CONTEXTS.")
