"""Replaces consumers (one integer position per group) by checkpoints (one cursor per partition) and leases."""

from django.db import migrations, models


def positions_to_cursors(apps, schema_editor):
    for checkpoint in apps.get_model("events", "Checkpoint").objects.all():
        checkpoint.cursor = str(checkpoint.position) if checkpoint.position else ""
        checkpoint.save(update_fields=["cursor"])


def cursors_to_positions(apps, schema_editor):
    for checkpoint in apps.get_model("events", "Checkpoint").objects.all():
        checkpoint.position = int(checkpoint.cursor.rpartition(":")[2] or 0)
        checkpoint.save(update_fields=["position"])


class Migration(migrations.Migration):
    dependencies = [("events", "0002_append_only")]
    operations = [
        migrations.RemoveConstraint("Consumer", "consumer_once"),
        migrations.RenameModel("Consumer", "Checkpoint"),
        migrations.RemoveField("Checkpoint", "holder"),
        migrations.RemoveField("Checkpoint", "held_until"),
        migrations.AddField("Checkpoint", "partition", models.IntegerField(default=0)),
        migrations.AddField("Checkpoint", "cursor", models.CharField(blank=True, default="", max_length=64)),
        migrations.AddField(
            "Checkpoint",
            "waiting_for",
            models.CharField(
                blank=True,
                default="",
                help_text="The event that this version of the code does not know, and that a newer version has to process.",
                max_length=200,
            ),
        ),
        migrations.RunPython(positions_to_cursors, cursors_to_positions),
        migrations.RemoveField("Checkpoint", "position"),
        migrations.AddConstraint(
            "Checkpoint",
            models.UniqueConstraint(fields=["group", "topic", "partition"], name="checkpoint_once"),
        ),
        migrations.CreateModel(
            name="Lease",
            fields=[
                ("name", models.CharField(max_length=96, primary_key=True, serialize=False)),
                ("holder", models.CharField(blank=True, default="", max_length=64)),
                ("held_until", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.AlterField(
            "Event",
            "key",
            models.CharField(
                help_text="The command's idempotency key, unique within the stream.", max_length=160, null=True
            ),
        ),
    ]
