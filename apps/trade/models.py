"""The progress of replays, from which an interrupted one resumes."""

from __future__ import annotations

from django.db import models


class Replay(models.Model):
    """The replay of one year, identified by its lines. Days before `next_day` are complete."""

    fingerprint = models.CharField(max_length=16, primary_key=True)
    name = models.CharField(max_length=255)
    lines = models.PositiveIntegerField()
    lines_done = models.PositiveIntegerField(default=0)
    next_day = models.DateField(null=True)
    seconds = models.FloatField(default=0.0)
    before = models.JSONField(default=dict)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.lines_done:,} of {self.lines:,} lines"


class PlacedOrder(models.Model):
    """The order of a document, for documents with later returns."""

    replay = models.ForeignKey(Replay, on_delete=models.CASCADE, related_name="orders")
    document = models.CharField(max_length=255)
    order_id = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["replay", "document"], name="one_order_a_document"),)

    def __str__(self) -> str:
        return f"{self.document} is order {self.order_id}"
