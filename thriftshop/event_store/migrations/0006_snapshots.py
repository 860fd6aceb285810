from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0005_no_truncate")]
    operations = [
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("topic", models.CharField(max_length=32)),
                ("stream", models.CharField(max_length=128)),
                ("version", models.BigIntegerField()),
                ("event_id", models.CharField(max_length=32)),
                ("fingerprint", models.CharField(max_length=32)),
                ("state", models.BinaryField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("topic", "stream"), name="snapshot_once_per_stream")],
            },
        ),
    ]
