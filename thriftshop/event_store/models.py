"""Events (append-only by trigger), snapshots, checkpoints, leases and dead letters."""

from django.db import models


class Event(models.Model):
    """One event. `payload` is the encoded Envelope; the other columns repeat the fields that are searched.

    On PostgreSQL the table has one more column, `transaction_id`: see thriftshop.events.feed.database.
    """

    position = models.BigAutoField(primary_key=True)
    topic = models.CharField(max_length=32)
    stream = models.CharField(max_length=128)
    version = models.BigIntegerField()
    kind = models.CharField(max_length=64)
    key = models.CharField(
        max_length=160, null=True, help_text="The command's idempotency key, unique within the stream."
    )
    occurred_at = models.BigIntegerField()
    payload = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["topic", "stream", "version"], name="event_once_per_version"),
            models.UniqueConstraint(fields=["topic", "stream", "key"], name="event_once_per_key"),
        ]
        indexes = [models.Index(fields=["topic", "position"], name="event_log_order")]

    def __str__(self) -> str:
        return f"{self.topic}/{self.stream} {self.version} {self.kind}"


class Snapshot(models.Model):
    """The state of a long stream at a version: see thriftshop.events.snapshots."""

    topic = models.CharField(max_length=32)
    stream = models.CharField(max_length=128)
    version = models.BigIntegerField()
    event_id = models.CharField(max_length=32)
    fingerprint = models.CharField(max_length=32)
    state = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "stream"], name="snapshot_once_per_stream")]

    def __str__(self) -> str:
        return f"{self.topic}/{self.stream} {self.version}"


class Checkpoint(models.Model):
    """How far a consumer group has processed one partition of a topic."""

    group = models.CharField(max_length=64)
    topic = models.CharField(max_length=32)
    partition = models.IntegerField(default=0)
    cursor = models.CharField(max_length=64, default="", blank=True)
    waiting_for = models.CharField(
        max_length=200,
        default="",
        blank=True,
        help_text="The event that this version of the code does not know, and that a newer version has to process.",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "topic", "partition"], name="checkpoint_once")]

    def __str__(self) -> str:
        return f"{self.group} at {self.cursor or 'the start'} of {self.topic}/{self.partition}"


class Lease(models.Model):
    """Which process works on something that one process at a time works on, and until when (milliseconds)."""

    name = models.CharField(max_length=96, primary_key=True)
    holder = models.CharField(max_length=64, default="", blank=True)
    held_until = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}: {self.holder or 'free'}"


class DeadLetter(models.Model):
    """An event that a consumer group failed to process, or that waits behind one of its stream."""

    group = models.CharField(max_length=64)
    topic = models.CharField(max_length=32)
    stream = models.CharField(max_length=128)
    version = models.BigIntegerField()
    kind = models.CharField(max_length=64)
    payload = models.BinaryField()
    problem = models.TextField()
    tries = models.IntegerField()
    parked_at = models.DateTimeField(auto_now_add=True)
    replayed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "topic", "stream", "version"], name="dead_letter_once")]
        ordering = ["group", "stream", "version"]

    def __str__(self) -> str:
        return f"{self.group}: {self.stream} {self.version} {self.kind}"
