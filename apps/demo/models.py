"""How far the loading of the demo shop has come, so that it goes on after an interruption and never happens twice."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils import timezone


class Loading(models.Model):
    """One loading: of the shop with its months of trade (`shop`), or of many products for measuring (`stock`)."""

    name = models.CharField(max_length=20, unique=True)
    now = models.DateTimeField(help_text="the moment that the shop's months of trade lead up to")
    next_day = models.DateField(null=True, help_text="the first day that is not loaded yet")
    done = models.PositiveIntegerField(default=0)
    orders = models.JSONField(default=dict, help_text="the ids of the orders placed, by their number in the plan")
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """The loading with what is done."""
        return f"{self.name}, {self.done:,} done"

    @classmethod
    def begun(cls, name: str) -> Loading:
        """The loading of this name, begun now where it was not before."""
        return cls.objects.get_or_create(name=name, defaults={"now": timezone.now().replace(microsecond=0)})[0]

    def day_done(self, day: dt.date, steps: int) -> None:
        """Notes that a day is loaded."""
        self.next_day = day + dt.timedelta(days=1)
        self.done += steps
        self.save(update_fields=["next_day", "done", "orders"])

    def finish(self) -> None:
        """Notes that all of it is loaded."""
        self.finished_at = timezone.now()
        self.save(update_fields=["finished_at"])
