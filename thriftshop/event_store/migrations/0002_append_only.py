"""Makes the event log append-only by the database's own rule: nothing that was recorded is changed or removed."""

from django.db import migrations

SQLITE = """
CREATE TRIGGER events_event_no_{verb} BEFORE {verb} ON events_event
BEGIN SELECT RAISE(ABORT, 'events_event is append-only'); END
"""
POSTGRESQL_FUNCTION = """
CREATE FUNCTION events_event_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'events_event is append-only'; END $$
"""
POSTGRESQL = """
CREATE TRIGGER events_event_no_{verb} BEFORE {verb} ON events_event
FOR EACH STATEMENT EXECUTE FUNCTION events_event_append_only()
"""


def forbid_changes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_FUNCTION)
    template = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE
    for verb in ("update", "delete"):
        schema_editor.execute(template.format(verb=verb))


def allow_changes(apps, schema_editor):
    for verb in ("update", "delete"):
        on_table = " ON events_event" if schema_editor.connection.vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER events_event_no_{verb}{on_table}")
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION events_event_append_only()")


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]
    operations = [migrations.RunPython(forbid_changes, allow_changes)]
