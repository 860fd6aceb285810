"""`manage.py repartition`: moves the checkpoints to a changed number of partitions."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from thriftshop.event_store.models import Checkpoint
from thriftshop.events import feed, groups, streams
from thriftshop.events.groups import Group


class Command(BaseCommand):
    """Moves checkpoints."""

    help = (
        "Moves the checkpoints of this database's consumer groups to the number of partitions in EVENT_PARTITIONS."
        " Before you change EVENT_PARTITIONS, stop recording events and let all groups catch up; stop all processes,"
        " change it, run this command, and start them again."
    )

    def handle(self, *_: Any, **__: Any) -> None:
        """Move the checkpoints of groups whose topics are hosted here, in one transaction."""
        with transaction.atomic():
            names = [group.name for group in groups.hosted() if _is_embedded(group) and _move(group)]
        self.stdout.write(f"Moved: {', '.join(names)}." if names else "Nothing to move.")


def _is_embedded(group: Group) -> bool:
    topic = feed.topic_of(group.topic)
    return streams.is_hosted(topic) and (group.topic != topic or not feed.publisher_of(topic))


def _move(group: Group) -> bool:
    """Replace the checkpoints of a group that has caught up; False if its checkpoints fit the current partitions already."""
    rows = Checkpoint.objects.filter(group=group.name, topic=group.topic)
    ends = feed.of(group.topic).ends()
    if {row.partition for row in rows} in (set(), ends.keys()):
        return False
    # An embedded feed ends at the same cursor in every partition.
    if {row.cursor for row in rows} != set(ends.values()):
        raise CommandError(
            f"{group.name} has not caught up: set EVENT_PARTITIONS back and start the shop until it has."
        )
    rows.delete()
    Checkpoint.objects.bulk_create(
        Checkpoint(group=group.name, topic=group.topic, partition=partition, cursor=end)
        for partition, end in ends.items()
    )
    return True
