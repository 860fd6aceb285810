"""`manage.py migrate_streams`: creates and migrates the schema of the streams in Cassandra."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from thriftshop.events import cassandra_settings
from thriftshop.rpc import errors


class Command(BaseCommand):
    """Migrates the streams."""

    help = (
        "Creates the keyspace CASSANDRA_KEYSPACE and its tables, and applies the migrations that are missing. Run it by"
        " one process, before the shop starts; without a context in Cassandra it does nothing."
    )

    def handle(self, *_: Any, **__: Any) -> None:
        """Apply the missing migrations."""
        if not cassandra_settings.is_used():
            self.stdout.write("No streams are in Cassandra: nothing to migrate.")
            return
        # The driver is loaded only where Cassandra is used.
        from thriftshop.events.streams.cassandra import schema

        try:
            applied = schema.migrate()
        except errors.Unavailable as error:
            raise CommandError(str(error)) from error
        done = f"applied {', '.join(map(str, applied))}" if applied else "nothing to apply"
        self.stdout.write(f"Streams in {settings.CASSANDRA_KEYSPACE}: {done}.")
