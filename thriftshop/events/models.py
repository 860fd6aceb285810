"""Tables of the event log and its consumers: events (append-only by trigger), positions, dead letters."""

from django.db import models


class Event(models.Model):
    """One recorded event. `payload` is the Envelope's bytes; the other columns repeat what is searched for."""

    position = models.BigAutoField(primary_key=True)
    topic = models.CharField(max_length=32)
    stream = models.CharField(max_length=128)
    version = models.BigIntegerField()
    kind = models.CharField(max_length=64)
    key = models.CharField(max_length=160, null=True, help_text="The command's key: the same one is never taken twice.")
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


class Consumer(models.Model):
    """How far a consumer group has come in a topic, and which process has it in hand."""

    group = models.CharField(max_length=64)
    topic = models.CharField(max_length=32)
    position = models.BigIntegerField(default=0)
    holder = models.CharField(max_length=64, default="", blank=True)
    held_until = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "topic"], name="consumer_once")]

    def __str__(self) -> str:
        return f"{self.group} at {self.position} of {self.topic}"


class DeadLetter(models.Model):
    """An event that a group could not take, or that had to wait behind one of its stream."""

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
