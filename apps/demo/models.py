"""The progress of loading the demo shop, so that an interrupted run resumes and a second run does nothing."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils import timezone


class Loading(models.Model):
    """One data set: the shop with its months of trade (`shop`), or many products for benchmarks (`stock`)."""

    name = models.CharField(max_length=20, unique=True)
    now = models.DateTimeField(help_text="the moment that the shop's months of trade lead up to")
    next_day = models.DateField(null=True, help_text="the first day that is not loaded yet")
    done = models.PositiveIntegerField(default=0)
    orders = models.JSONField(default=dict, help_text="the ids of the orders placed, by their number in the plan")
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """The name and the number of completed steps."""
        return f"{self.name}, {self.done:,} done"

    @classmethod
    def begun(cls, name: str) -> Loading:
        """The record with this name, created if it does not exist."""
        return cls.objects.get_or_create(name=name, defaults={"now": timezone.now().replace(microsecond=0)})[0]

    def day_done(self, day: dt.date, steps: int) -> None:
        """Save that a day is loaded."""
        self.next_day = day + dt.timedelta(days=1)
        self.done += steps
        self.save(update_fields=["next_day", "done", "orders"])

    def finish(self) -> None:
        """Save that everything is loaded."""
        self.finished_at = timezone.now()
        self.save(update_fields=["finished_at"])
