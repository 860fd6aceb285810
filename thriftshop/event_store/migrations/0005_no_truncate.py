"""Extends the append-only rule to PostgreSQL's TRUNCATE, which fires no trigger for DELETE; SQLite has no such statement."""

from django.db import migrations

CREATE = """
CREATE TRIGGER events_event_no_truncate BEFORE TRUNCATE ON events_event
FOR EACH STATEMENT EXECUTE FUNCTION events_event_append_only()
"""
DROP = "DROP TRIGGER events_event_no_truncate ON events_event"


def forbid(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CREATE)


def allow(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP)


class Migration(migrations.Migration):
    dependencies = [("events", "0004_transaction_ids")]
    operations = [migrations.RunPython(forbid, allow)]
