"""Lets the feed read events in the order of their transactions on PostgreSQL; SQLite commits one transaction at a time."""

from django.db import migrations

FORWARDS = [
    "ALTER TABLE events_event ADD COLUMN transaction_id bigint NOT NULL DEFAULT 0",
    # During a rolling deploy, processes of the version before insert without the column: the feed must not pass those events.
    "ALTER TABLE events_event ALTER COLUMN transaction_id SET DEFAULT pg_current_xact_id()::text::bigint",
    "CREATE INDEX event_feed_order ON events_event (topic, transaction_id, position)",
    # Django raises an IntegrityError, as for SQLite's trigger.
    """CREATE OR REPLACE FUNCTION events_event_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'events_event is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
]
BACKWARDS = ["DROP INDEX event_feed_order", "ALTER TABLE events_event DROP COLUMN transaction_id"]


def add(apps, schema_editor):
    _execute(schema_editor, FORWARDS)


def remove(apps, schema_editor):
    _execute(schema_editor, BACKWARDS)


def _execute(schema_editor, statements):
    if schema_editor.connection.vendor == "postgresql":
        for statement in statements:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("events", "0003_checkpoints")]
    operations = [migrations.RunPython(add, remove)]
