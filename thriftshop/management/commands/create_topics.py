"""`manage.py create_topics`: creates the topics of the hosted contexts in Kafka, or changes their settings."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from thriftshop import contexts
from thriftshop.events import feed
from thriftshop.rpc import errors


class Command(BaseCommand):
    """Creates topics."""

    help = (
        "Creates the topics of the hosted contexts in Kafka with the partitions and the retention of their contracts,"
        " KAFKA_REPLICAS and KAFKA_MIN_IN_SYNC, and that of metrics (METRICS_TOPIC); brings the settings of existing ones"
        " up to date. Without any of them it does nothing."
    )

    def handle(self, *_: Any, **__: Any) -> None:
        """Create what is missing."""
        followed = [config.topic for config in contexts.hosted() if config.topic and feed.publisher_of(config.topic)]
        if not followed and not settings.METRICS_TOPIC:
            self.stdout.write("No topic is followed at Kafka: nothing to create.")
            return
        # The client is loaded only where Kafka is used.
        from thriftshop.events.feed.kafka import metric_points, topics

        plans = [plan for topic in followed for plan in topics.plans(topic)]
        plans += [metric_points.plan()] if settings.METRICS_TOPIC else []
        try:
            for plan in plans:
                done = topics.create(plan)
                readable = ", ".join(sorted(plan.readers)) or "no context"
                self.stdout.write(f"{plan.name}: {done}, {plan.partitions} partitions, read by {readable}.")
        except (errors.Unavailable, ValueError) as error:
            hint = (
                f" {settings.KAFKA_REPLICAS} brokers are needed (KAFKA_REPLICAS)."
                if "Replication" in str(error)
                else ""
            )
            raise CommandError(f"{error}{hint}") from error
